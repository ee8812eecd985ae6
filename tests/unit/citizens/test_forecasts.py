"""Which alerts are expected to bring complaints."""

from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from citizens.topics.criteria import load_criteria
from citizens.topics.forecasts import Complaint, Forecast, RaisedAlert, find_forecasts, first_within
from tests.unit.citizens.towns import DAY, START

CRITERIA = load_criteria().forecast
HOUR = timedelta(hours=1)
FLOOD, STREET = "event/05-06", "990101001"
UNTIL = START + 90 * DAY
EVERY_TENTH = [START + 10 * n * DAY + 9 * HOUR for n in range(9)]


def forecasts(alerts: list[datetime], complaints: list[datetime], *, street: str = STREET) -> list[Forecast]:
    return find_forecasts(
        [RaisedAlert("flooded-underpass", STREET, at) for at in alerts],
        [Complaint(FLOOD, street, at) for at in complaints],
        since=START,
        until=UNTIL,
        criteria=CRITERIA,
    )


def test_seven_of_nine_alerts_that_were_followed_predict() -> None:
    found = forecasts(EVERY_TENTH, [at + 3 * HOUR for at in EVERY_TENTH[:7]])
    assert [(one.rule_id, one.street, one.category, one.alerts, one.hits) for one in found] == [
        ("flooded-underpass", STREET, FLOOD, 9, 7)
    ]
    # Of 89 whole days from the first alert, seven were followed: 9 · 7/89.
    assert found[0].expected == 9 * Fraction(7, 89)
    assert found[0].chance == found[0].adjusted < Fraction(1, 10_000)


def test_what_people_complain_about_every_day_is_predicted_by_nothing() -> None:
    assert forecasts(EVERY_TENTH, [START + n * DAY + 12 * HOUR for n in range(90)]) == []


def test_complaints_elsewhere_before_or_too_late_are_no_hits() -> None:
    assert forecasts(EVERY_TENTH, [at + HOUR for at in EVERY_TENTH], street="990101002") == []
    assert forecasts(EVERY_TENTH, [at - HOUR for at in EVERY_TENTH]) == []
    assert forecasts(EVERY_TENTH, [at + 25 * HOUR for at in EVERY_TENTH]) == []
    assert first_within([START], START, DAY) is None  # what came at the same moment did not follow
    assert first_within([START + DAY], START, DAY) == START + DAY


def test_an_alert_that_flutters_counts_once() -> None:
    fluttering = [at + n * HOUR for at in EVERY_TENTH[:3] for n in range(5)]
    assert forecasts(fluttering, [at + 6 * HOUR for at in fluttering]) == []  # three times, not fifteen


def test_what_is_raised_again_just_within_the_hours_is_the_same_alert() -> None:
    again = [at + CRITERIA.ahead for at in EVERY_TENTH]
    complaints = [at + HOUR for at in EVERY_TENTH]
    assert forecasts([*EVERY_TENTH, *again], complaints)[0].alerts == 9
    assert forecasts([*EVERY_TENTH, *(at + HOUR for at in again)], complaints)[0].alerts == 18


def test_an_alert_whose_hours_are_not_over_counts_nowhere() -> None:
    late = [*EVERY_TENTH, UNTIL - HOUR]
    assert forecasts(late, [at + HOUR / 2 for at in late])[0].alerts == 9


def test_the_least_number_and_share_are_what_a_city_says() -> None:
    assert forecasts(EVERY_TENTH[:4], [at + HOUR for at in EVERY_TENTH[:4]]) == []
    assert forecasts(EVERY_TENTH, [at + HOUR for at in EVERY_TENTH[:4]]) == []  # 4 of 9 are less than half
    assert forecasts(EVERY_TENTH, [at + HOUR for at in EVERY_TENTH[:5]]) != []


def test_a_city_says_which_rules_file_ahead() -> None:
    assert not CRITERIA.files_ahead("flooded-underpass")
    some = msgspec.structs.replace(CRITERIA, file_ahead=("flooded-underpass",))
    assert (some.files_ahead("flooded-underpass"), some.files_ahead("noise")) == (True, False)
    assert msgspec.structs.replace(CRITERIA, file_ahead=("*",)).files_ahead("noise")
