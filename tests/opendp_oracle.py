"""`make oracle-privacy`: ask OpenDP for the scales of our releases, in an environment of its own (275 MB).

It prints each question with both answers, and fails when one differs. tests/unit/sharing/test_noise.py holds the
answers of OpenDP 0.16.0, so that the suite needs none of it.
"""

import sys
from fractions import Fraction
from typing import Any

import opendp.prelude as dp

from sharing.privacy.noise import reach, scale_for


def main() -> int:
    dp.enable_features("contrib")
    halves = dp.Context.compositor(
        data=[1] * 1000,
        privacy_unit=dp.unit_of(contributions=1),
        privacy_loss=dp.loss_of(epsilon=1.0),
        split_evenly_over=2,
        domain=dp.vector_domain(dp.atom_domain(T=int)),
    )
    whole = dp.Context.compositor(
        data=["a", "b"] * 500,
        privacy_unit=dp.unit_of(contributions=5),
        privacy_loss=dp.loss_of(epsilon=1.0),
        split_evenly_over=1,
        domain=dp.vector_domain(dp.atom_domain(T=str)),
    )
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    by_two = dp.m.make_laplace(*space, scale=2.0)
    asked: list[tuple[str, Any, float | Fraction]] = [
        ("count, half of 1", halves.query().count().laplace().param(), scale_for(1, Fraction(1, 2))),
        (
            "sum of 0 to 100, half of 1",
            halves.query().clamp((0, 100)).sum().laplace().param(),
            scale_for(100, Fraction(1, 2)),
        ),
        (
            "counts by categories, 5 of a person",
            whole.query().count_by_categories(["a", "b"], null_category=False).laplace().param(),
            scale_for(5, Fraction(1)),
        ),
        ("scale 2 spends for a change of 1", by_two.map(1), 1 / scale_for(2, Fraction(1))),
        ("reach of scale 2", int(dp.discrete_laplacian_scale_to_accuracy(scale=2.0, alpha=0.05)), reach(Fraction(2))),
    ]
    for words, theirs, ours in asked:
        print(f"{words}: OpenDP {theirs}, ours {float(ours):g}")  # noqa: T201  (what this program is for)
    return int(any(abs(float(theirs) - float(ours)) > 1e-6 for _, theirs, ours in asked))


if __name__ == "__main__":
    sys.exit(main())
