"""Links of the audit chain as packs write them, and the events that they hold."""

import pytest

from cityops.audit.audit_chain import ChainEntry
from sharing.evidence.chain import events_of, link_of

MOMENT = "1800000000000000"  # microseconds since 1970: 2027-01-15 08:00
FIRST = ChainEntry("alert_event", 4, 1, None, b"\xab" * 32, ("7", MOMENT, "raise", "", "open", "watch", "smoke"))
SECOND = ChainEntry("alert_event", 5, 2, b"\xab" * 32, b"\xcd" * 32, ("8", MOMENT, "raise", "", "open", "watch", ""))


@pytest.mark.parametrize("entry", [FIRST, SECOND])
def test_a_link_is_written_so_that_the_proof_takes_it_again(entry: ChainEntry) -> None:
    assert link_of(entry).entry == entry


def test_hashes_are_hexadecimal_and_a_row_outside_of_the_chain_has_none() -> None:
    links = link_of(FIRST), link_of(SECOND), link_of(ChainEntry("alert_event", 6, None, None, None, None))

    assert [(link.previous, link.hash) for link in links] == [(None, "ab" * 32), ("ab" * 32, "cd" * 32), (None, None)]
    assert links[2].fields == ()


def test_events_are_those_of_one_alert_at_their_moments() -> None:
    links = [link_of(FIRST), link_of(SECOND)]

    assert events_of(links, "alert_event", 7) == [
        {
            "link": 1,
            "at": "2027-01-15T08:00:00+00:00",
            "action": "raise",
            "from_state": "",
            "to_state": "open",
            "actor": "watch",
            "reason": "smoke",
        }
    ]
    assert events_of(links, "case_event", 7) == []
