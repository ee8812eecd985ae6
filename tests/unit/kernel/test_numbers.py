"""Numbers for people: nothing that rounds to zero has a sign."""

from hypothesis import given
from hypothesis import strategies as st

from cityops.catalogue import load_catalogue
from cityops.numbers import round_number, unsigned_zero, write_number, write_short

METRICS = load_catalogue().metric


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert [write_number(value, 1) for value in (-0.04, -0.0, -0.06, 0.04)] == ["0.0", "0.0", "-0.1", "0.0"]
    assert [write_short(value) for value in (-0.0, -0.04, 20.0)] == ["0", "-0.04", "20"]
    assert str(round_number(-0.04, 1)) == "0.0"
    assert [str(unsigned_zero(cell)) for cell in (-0.0, -2.5, 3, "-0")] == ["0.0", "-2.5", "3", "-0"]


@given(value=st.floats(-1e6, 1e6), metric=st.sampled_from(sorted(METRICS)))
def test_every_metric_writes_zero_without_a_sign(value: float, metric: str) -> None:
    words = METRICS[metric].format(value)

    assert float(words) != 0 or not words.startswith("-")
