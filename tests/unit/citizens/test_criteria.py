"""The numbers by which topics are proposed: the city's own, and mistakes in them."""

from pathlib import Path

import pytest

from citizens.topics.criteria import load_criteria
from citizens.topics.errors import CriteriaError


def test_a_city_replaces_a_table(tmp_path: Path) -> None:
    own = tmp_path / "topics.toml"
    own.write_text("[incident]\nhours = 6\nmetres = 80\n")
    criteria = load_criteria(own)
    assert (criteria.incident.hours, criteria.incident.metres) == (6, 80)
    assert criteria.rise == load_criteria().rise


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[incident]\nhours = 0\nmetres = 80\n", "hours"),
        ("[incident]\nhours = 6\nmeters = 80\n", "meters"),
        (
            '[forecast]\ndays = 9\nhours = 6\nleast_alerts = 5\nleast_share = "1.5"\nfalse_share = "0.1"\n',
            "least_share",
        ),
        ("[rise]\ndays = 9\n", "least_days"),
    ],
)
def test_a_mistake_is_told_by_its_name(tmp_path: Path, text: str, told: str) -> None:
    own = tmp_path / "topics.toml"
    own.write_text(text)
    with pytest.raises(CriteriaError, match=told):
        load_criteria(own)
