"""A release in words: what was asked, what came of it, and what no reader may take it for."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sharing.privacy.ledger import Release
from sharing.privacy.words import release_lines

AT = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)


def told(method: str, question: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    return list(release_lines(Release("reports", "2026-10", method, question, Decimal("0.25"), answer, "he", AT)))


def test_figures_stand_with_how_far_the_noise_goes() -> None:
    lines = told(
        "laplace",
        {"statistic": "histogram", "by": "kind"},
        {
            "epsilon": "0.25",
            "unit": "person",
            "rows": 1,
            "figures": {"help": {"value": 41, "within": 12}, "": {"value": 7.5, "within": None}},
        },
    )

    assert lines[:3] == [
        "reports 2026-10 histogram by kind, 2026-11-03 09:05 UTC by he",
        "  help: 41 ± 12",
        "  all: 7.5",
    ]
    assert lines[3].startswith("  Epsilon 0.25, the unit is a person: of each at most 1 rows count.")


def test_of_small_areas_hours_are_told_where_there_are_some_and_what_is_hidden_is_said() -> None:
    cells = [
        {"area": "990101001", "hour": 6, "hours": 6, "persons": 12},
        {"area": "990102001", "hour": 0, "hours": 24, "persons": None},
        {"area": "990103001", "hour": 0, "hours": 24, "persons": 0},
    ]
    lines = told("small-areas", {"statistic": "persons"}, {"total": None, "k": 10, "cells": cells})

    assert lines[:5] == [
        "reports 2026-10 persons, 2026-11-03 09:05 UTC by he",
        "  all: hidden",
        "  990101001 06-12 h: 12",
        "  990102001: hidden",
        "  990103001: 0",
    ]
    assert "none is from 1 to 9" in lines[5]
