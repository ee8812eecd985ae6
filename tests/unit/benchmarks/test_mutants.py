"""What `make mutate` puts into the code."""

import random
from pathlib import Path

import pytest

from benchmarks.code.mutants import Mutant, MutantError, draw, load

ROOT = Path(__file__).parents[3]
SOURCE = b'''
@dataclass(frozen=True)
class A(B, frozen=True):
    x: int = 3

def f(a, b):
    """1 + 1"""
    return zip(a, b, strict=True) if not a < b and (a + 1) else a in b
'''


def test_every_listed_mutation_fits_the_code() -> None:
    listed = load(ROOT / "tests" / "mutations.toml")

    for mutant in listed.mutation:
        text = (ROOT / mutant.file).read_text(encoding="utf-8")
        assert mutant.apply(text) != text
    tests = {test for mutant in listed.mutation for test in mutant.tests} | {
        test for some in listed.model.values() for test in some
    }
    places = [*listed.model, *(test.partition("::")[0] for test in tests)]
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_a_mutation_that_fits_no_more_is_refused() -> None:
    mutant = Mutant("m", "f", "a", "b", ())

    with pytest.raises(MutantError, match="2 places"):
        mutant.apply("a a")


def test_what_is_drawn_is_one_change_of_what_is_computed() -> None:
    edits = draw(SOURCE, 100, random.Random(1))
    lines = {edit.apply(SOURCE).splitlines()[edit.line - 1].strip().decode() for edit in edits}

    assert lines == {
        "x: int = 4",
        "return zip(a, b, strict=True) if a < b and (a + 1) else a in b",
        "return zip(a, b, strict=True) if not a <= b and (a + 1) else a in b",
        "return zip(a, b, strict=True) if not a < b or (a + 1) else a in b",
        "return zip(a, b, strict=True) if not a < b and (a - 1) else a in b",
        "return zip(a, b, strict=True) if not a < b and (a + 2) else a in b",
        "return zip(a, b, strict=True) if not a < b and (a + 1) else a not in b",
    }


def test_the_same_seed_draws_the_same() -> None:
    assert draw(SOURCE, 3, random.Random(5)) == draw(SOURCE, 3, random.Random(5))
    assert len(draw(SOURCE, 3, random.Random(5))) == 3
