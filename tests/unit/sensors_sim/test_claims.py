"""What the words of the scenarios promise: each claim can fail, and each step of each story makes some."""

import pytest

from alerts.rules.rule_files import load_rules
from cityops.catalogue import Catalogue
from sensors_sim.story.claims import Ages, Calm, Claim, Clears, Counts, Raises, Reads, Sights, Stands
from sensors_sim.story.scenarios import ORDER, load_story


def sights() -> Sights:
    seen = Sights(age=40.0, counted={"T-1": {"missing": 3}, "T-2": {"missing": 0}})
    seen.note_alerts({("jam", "T-1")}, {"jam"})
    seen.note_alerts({("smoke", "S-1")}, {"smoke"})
    seen.note_values({("speed", "T-1"): 60.0, ("speed", "T-2"): 50.0})
    seen.note_values({("speed", "T-1"): 8.0})
    seen.note_states({"T-1": "online", "T-2": "online", "S-1": "late"})
    seen.note_states({"T-1": "offline"})
    return seen


@pytest.mark.parametrize(
    ("kept", "broken"),
    [
        (Raises("jam", ("T-1",)), Raises("jam", ("T-1", "T-2"))),
        (Raises("smoke"), Raises("flood")),
        (Clears(("jam",)), Clears(("jam", "smoke"))),
        (Reads("speed", ("T-1",), most=10), Reads("speed", ("T-2",), most=10)),
        (Reads("speed", least=60), Reads("speed", least=61)),
        (Stands("offline", ("T-1",)), Stands("offline", ("T-2",))),
        (Ages(40), Ages(41)),
        (Counts("missing", least=3, most=3), Counts("missing", most=2)),
        (Counts("missing", ("T-2",), most=0), Counts("missing", ("T-1",), most=0)),
    ],
)
def test_a_claim_is_kept_or_broken(kept: Claim, broken: Claim) -> None:
    seen = sights()
    assert kept.lack(seen) is None
    assert broken.lack(seen)


def test_nearly_all_sensors_are_in_a_state() -> None:
    seen = Sights()
    seen.note_states({f"T-{number}": "online" if number else "late" for number in range(10)})
    assert Stands("online").lack(seen) is None
    seen.note_states({"S-1": "late"})
    assert Stands("online").lack(seen) == "only 82% of the sensors online"


def test_calm_is_what_stays_at_the_end() -> None:
    seen = sights()
    assert Calm().lack(seen) == "red or orange: smoke"
    seen.note_alerts(set(), set())
    assert Calm().lack(seen) is None


@pytest.mark.parametrize("name", ORDER)
def test_every_sentence_of_a_story_can_be_held_against_the_city(name: str, catalogue: Catalogue) -> None:
    rules = {rule.id for rule in load_rules(catalogue)}
    for step in load_story(name).step:
        assert step.shows, step.title.en
        for claim in step.shows:
            named = {claim.rule} if isinstance(claim, Raises) else set(claim.rules if isinstance(claim, Clears) else ())
            assert named <= rules
            assert not isinstance(claim, Reads) or claim.metric in catalogue.metric
