"""What the notices of commits say."""

import pytest

from cityops.storage.changes import CONNECTED, EVERYTHING, NOTHING, PROBE, ChangedRows, read_notice, read_notices


@pytest.mark.parametrize(
    ("notice", "changed"),
    [
        ("series 7,12", ChangedRows(series=frozenset({7, 12}))),
        ("alert 3", ChangedRows(alerts=frozenset({3}))),
        ("sensor air-1,air-2", ChangedRows(sensors=frozenset({"air-1", "air-2"}))),
        (PROBE, NOTHING),
        (CONNECTED, EVERYTHING),
        ("series 7,x", EVERYTHING),
        ("", EVERYTHING),
        ("case 4,5", ChangedRows(cases=frozenset({4, 5}))),
        ("parcel 4", EVERYTHING),
    ],
)
def test_a_notice_names_what_to_read_and_a_strange_one_everything(notice: str, changed: ChangedRows) -> None:
    assert read_notice(notice) == changed


def test_notices_add_up() -> None:
    assert read_notices([]) == NOTHING
    assert not NOTHING
    assert read_notices(["series 1", "series 2", "alert 9", PROBE]) == ChangedRows(
        series=frozenset({1, 2}), alerts=frozenset({9})
    )
    assert read_notices(["series 1", CONNECTED]).everything
