"""Tables of small areas: each cell holds k persons or nobody, and nothing hidden follows from what is shown."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sharing.privacy.small_areas import PersonSighting, SmallAreas, suppress, tabulate

DISTRICTS = ("d1", "d2", "d3", "d4")
STREETS = {f"{district}s{number}": district for district in DISTRICTS for number in range(3)}
K = 10


def city(counts: dict[tuple[str, int], int]) -> list[PersonSighting]:
    """So many persons in each street at an hour."""
    return [
        PersonSighting(f"{street}-{hour}-{number}", STREETS[street], street, hour)
        for (street, hour), count in counts.items()
        for number in range(count)
    ]


def table(counts: dict[tuple[str, int], int], k: int = K) -> SmallAreas:
    return tabulate(city(counts), DISTRICTS, STREETS, k)


counts_by_name = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1)


@given(counts_by_name, st.integers(2, 15))
def test_what_is_hidden_cannot_be_computed_from_the_total(counts: dict[str, int], k: int) -> None:
    total = sum(counts.values())
    if 0 < total < k:
        return  # the total itself is hidden then
    shown = suppress(counts, k)
    hidden = [name for name, count in shown.items() if count is None]
    rest = total - sum(count for count in shown.values() if count is not None)

    assert all(count is None or count == 0 or count >= k for count in shown.values())
    assert all(shown[name] in (None, counts[name]) for name in counts)
    if hidden:  # each of them may be anything from 0 to a number that is at least k
        assert len(hidden) >= 2
        assert rest >= k


@given(
    st.dictionaries(st.tuples(st.sampled_from(sorted(STREETS)), st.integers(0, 23)), st.integers(0, 30), max_size=40),
    st.integers(2, 15),
)
def test_no_cell_of_a_table_holds_few_persons_and_none_can_be_derived(
    counts: dict[tuple[str, int], int], k: int
) -> None:
    found = table(counts, k)

    numbers = [cell.persons for cell in found.cells]
    assert all(
        number is None or number == 0 or number >= k for number in [*numbers, *found.districts.values(), found.total]
    )
    for district, shown in found.districts.items():
        inside = [cell for cell in found.cells if cell.district == district]
        if shown is None:
            assert [cell.persons for cell in inside] == [None]
        else:
            assert sum(cell.persons or 0 for cell in inside) == shown
    hidden = [district for district, shown in found.districts.items() if shown is None]
    if hidden and found.total is not None:
        assert len(hidden) >= 2
        assert found.total - sum(shown or 0 for shown in found.districts.values()) >= k


def test_cells_are_merged_upward_until_they_hold_enough() -> None:
    counts = {("d1s0", 3): 12, ("d1s1", 3): 11, ("d1s2", 9): 10}  # enough by the hour
    counts |= {("d2s0", hour): 4 for hour in range(6)}  # enough by six hours
    counts |= {(f"d3s{number}", 1): 4 for number in range(3)}  # enough for the district only
    counts |= {("d4s0", hour): 3 for hour in (0, 7, 13, 19)}  # enough by the day only
    found = table(counts)

    grains = {cell.district: (cell.area[-2:], cell.hours) for cell in found.cells if cell.persons}
    assert grains == {"d1": ("s2", 1), "d2": ("s0", 6), "d3": ("d3", 6), "d4": ("d4", 24)}
    assert found.total == 33 + 24 + 12 + 12


def test_one_small_district_takes_another_one_with_it() -> None:
    found = table({("d1s0", 1): 3, ("d2s0", 1): 50, ("d3s0", 1): 20, ("d4s0", 1): 30})

    assert found.districts == {"d1": None, "d2": 50, "d3": None, "d4": 30}
    assert found.total == 103
    assert [cell.persons for cell in found.cells if cell.district == "d3"] == [None]


def test_a_person_counts_once_and_few_persons_are_no_table() -> None:
    often = [PersonSighting("li", "d1", "d1s0", hour) for hour in range(24)]
    found = tabulate(often, DISTRICTS, STREETS, K)

    assert found.total is None
    assert {cell.persons for cell in found.cells} == {None}
    assert tabulate([], DISTRICTS, STREETS, K).total == 0
    assert tabulate([PersonSighting("li", "nowhere", "x", 1)], DISTRICTS, STREETS, K).total == 0


def test_twenty_thousand_rows_are_anonymous_after_merging() -> None:
    """As the vector of 40 streets and 24 hours: raw cells go down to a few, merged ones hold 10 or more."""
    dice = random.Random(7)
    streets = {f"{number:02}": DISTRICTS[number % 4] for number in range(40)}
    rows = [PersonSighting(str(number), "", f"{dice.randrange(40):02}", dice.randrange(24)) for number in range(20_000)]
    placed = [PersonSighting(row.person, streets[row.street], row.street, row.hour) for row in rows]
    raw = Counter((row.street, row.hour) for row in placed)
    found = tabulate(placed, DISTRICTS, streets, K)

    assert min(raw.values()) < K
    assert min(cell.persons or 0 for cell in found.cells) >= K
    assert sum(cell.persons or 0 for cell in found.cells) == 20_000
