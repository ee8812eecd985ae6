"""Who is told: the chain from the smallest area to the city, quiet hours, and a file that is refused in words."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.errors import NotifyError
from alerts.notify.contacts import load_policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
FILE = """
nag_minutes = 15
quiet = { start = 22:00:00, end = 07:00:00 }
[[channel]]
name = "street"
url = "json://street"
[[channel]]
name = "district"
url = "json://district"
[[channel]]
name = "mayor"
url = "json://mayor"
language = "en"
[[contact]]
channels = ["mayor"]
[[contact]]
area = "990101"
channels = ["district"]
[[contact]]
area = "990101001"
department = "gas"
channels = ["street"]
[[contact]]
area = "990102"
channels = ["district"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "notify.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("area", "department", "levels"),
    [
        ("990101001", "gas", [("street",), ("district",), ("mayor",)]),
        ("990101001", "water", [("district",), ("mayor",)]),
        ("990101002", "gas", [("district",), ("mayor",)]),
        ("880000", "gas", [("mayor",)]),
    ],
)
def test_the_chain_runs_from_the_smallest_area_to_the_city(
    tmp_path: Path, area: str, department: str, levels: list[tuple[str, ...]]
) -> None:
    assert load_policy(write(tmp_path, FILE)).levels(area, department) == levels


@pytest.mark.parametrize(
    ("clock", "severity", "due"),
    [
        ("21:59:59", 3, "21:59:59"),
        ("22:00:00", 3, "31 07:00:00"),
        ("23:30:00", 4, "31 07:00:00"),
        ("06:59:59", 3, "07:00:00"),
        ("07:00:00", 3, "07:00:00"),
        ("23:30:00", 2, "23:30:00"),
    ],
)
def test_quiet_hours_hold_back_what_is_not_urgent(tmp_path: Path, clock: str, severity: int, due: str) -> None:
    now = datetime.fromisoformat(f"2026-05-30T{clock}+08:00")
    expected = datetime.fromisoformat(
        f"2026-05-{due.replace(' ', 'T')}+08:00" if " " in due else f"2026-05-30T{due}+08:00"
    )

    assert load_policy(write(tmp_path, FILE)).due(severity, now.astimezone(UTC), SHANGHAI) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FILE.replace('channels = ["mayor"]', 'channels = ["major"]'), "no channel 'major'"),
        (FILE.replace('url = "json://mayor"', ""), "mayor: give either url or url_file"),
        (FILE.replace('name = "mayor"', 'name = "street"'), "used twice"),
        (FILE + "colour = 3", "colour"),
        (FILE.replace("15", "-1"), "nag_minutes"),
        ("[[channel", "notify.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NotifyError, match=words):
        load_policy(write(tmp_path, text))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotifyError, match="CITYOPS_NOTIFY_FILE"):
        load_policy(tmp_path / "none.toml")
