"""The audit chain: whatever is changed, removed, put in, reordered or cut off is found, and named by its place."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityops.audit.anchors import START, Anchor, AnchorUnreadable, read_anchor
from cityops.audit.audit_chain import ChainEntry, ChainFault, link_hash, verify, verify_section

LENGTH = 6
Chain = list[ChainEntry]


def chain(length: int = LENGTH) -> tuple[Chain, Anchor]:
    """A whole chain, and its head."""
    entries: Chain = []
    last = Anchor(0, START)
    for seq in range(1, length + 1):
        fields = ["wang", f"act {seq}"]
        found = link_hash(seq, "audit_log", seq + 100, last.hash, fields)
        entries.append(ChainEntry("audit_log", seq + 100, seq, last.hash, found, fields))
        last = Anchor(seq, found)
    return entries, last


def faults(entries: Chain, head: Anchor | None, *anchors: Anchor) -> list[tuple[ChainFault, str]]:
    return [(one.trouble, one.place) for one in verify(entries, head, anchors=anchors)]


@pytest.mark.parametrize("length", [0, 1, LENGTH])
def test_a_whole_chain_has_no_fault_at_any_anchor(length: int) -> None:
    entries, head = chain(length)
    anchors = [Anchor(entry.seq or 0, entry.hash or b"") for entry in entries]

    assert faults(entries, head, Anchor(0, START), *anchors) == []
    assert list(verify_section(entries)) == []


def test_a_row_that_says_something_else_is_named() -> None:
    entries, head = chain()
    entries[2] = replace(entries[2], fields=["wang", "nothing"])

    assert faults(entries, head) == [(ChainFault.CHANGED, "number 3, row 103 of audit_log")]
    assert [one.trouble for one in verify_section(entries)] == [ChainFault.CHANGED]


@pytest.mark.parametrize("changed", [{"source": "case_event"}, {"row_id": 7}])
def test_a_row_that_was_put_elsewhere_is_named(changed: dict[str, object]) -> None:
    entries, head = chain()
    entries[2] = replace(entries[2], **changed)  # type: ignore[arg-type]

    assert [one for one, _ in faults(entries, head)] == [ChainFault.CHANGED]


def test_fields_are_not_moved_from_one_into_the_next() -> None:
    assert link_hash(1, "t", 1, START, ["ab", "c"]) != link_hash(1, "t", 1, START, ["a", "bc"])
    assert link_hash(1, "t", 1, START, ["a"]) != link_hash(1, "t", 1, START, ["a", ""])


def test_a_link_without_its_row_and_a_row_without_link_are_named() -> None:
    entries, head = chain()
    entries[2] = replace(entries[2], fields=None)
    entries.append(ChainEntry("audit_log", 7, fields=["wang", "never"]))

    named = [
        (ChainFault.REMOVED, "number 3, row 103 of audit_log"),
        (ChainFault.INSERTED, "row 7 of audit_log"),
    ]
    assert faults(entries, head) == named
    assert [(one.trouble, one.place) for one in verify_section(entries)] == named


def test_links_that_were_removed_with_their_rows_are_counted() -> None:
    entries, head = chain()
    del entries[1:3]

    assert faults(entries, head) == [(ChainFault.MISSING_LINK, "numbers 2 to 3")]
    assert list(verify_section(entries)) == []  # of a section others may lie between


def test_links_in_another_order_are_misplaced() -> None:
    entries, head = chain()
    entries[2], entries[3] = entries[3], entries[2]

    assert (ChainFault.MISPLACED, "number 3, row 103 of audit_log") in faults(entries, head)
    assert ChainFault.MISPLACED in {one.trouble for one in verify_section(entries)}


def rewritten(entries: Chain, start: int) -> Chain:
    """Who may write the table writes everything anew from a place on: each link fits the one before it."""
    anew = entries[:start]
    previous = anew[-1].hash if anew else START
    for entry in entries[start:]:
        fields = [*(entry.fields or ()), "forged"]
        found = link_hash(entry.seq or 0, entry.source, entry.row_id, previous or b"", fields)
        anew.append(replace(entry, previous=previous, hash=found, fields=fields))
        previous = found
    return anew


@given(start=st.integers(0, LENGTH - 1), noted=st.integers(1, LENGTH))
def test_a_chain_that_was_written_anew_is_found_by_its_head_and_by_every_anchor_behind_it(
    start: int, noted: int
) -> None:
    entries, head = chain()
    anchor = Anchor(noted, entries[noted - 1].hash or b"")
    forged = rewritten(entries, start)
    new_head = Anchor(LENGTH, forged[-1].hash or b"")

    assert [one for one, _ in faults(forged, head)] == [ChainFault.CUT_OFF]
    assert faults(forged, new_head, anchor) == (
        [(ChainFault.NOT_AT_ANCHOR, f"number {noted}")] if noted > start else []
    )


@pytest.mark.parametrize("kept", range(LENGTH))
def test_a_chain_that_was_cut_off_ends_elsewhere_than_its_head_says(kept: int) -> None:
    entries, head = chain()

    assert faults(entries[:kept], head) == [(ChainFault.CUT_OFF, f"the chain ends at {kept}, its head says {LENGTH}")]
    assert faults(entries, None) == [(ChainFault.CUT_OFF, "the head of the chain is gone")]


def swap(entries: Chain, place: int) -> Chain:
    return [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]


TAMPERINGS: list[Callable[[Chain, int], Chain]] = [
    lambda entries, place: [*entries[:place], *entries[place + 1 :]],
    lambda entries, place: [*entries[: place + 1], *entries[place:]],  # one link twice
    swap,
    rewritten,
    lambda entries, place: [replace(one, fields=None) if n == place else one for n, one in enumerate(entries)],
    lambda entries, place: [replace(one, previous=START) if n == place + 1 else one for n, one in enumerate(entries)],
]


@given(tampering=st.sampled_from(TAMPERINGS), place=st.integers(0, LENGTH - 2))
def test_no_tampering_is_without_a_finding(tampering: Callable[[Chain, int], Chain], place: int) -> None:
    entries, head = chain()

    assert faults(tampering(entries, place), head)


def test_in_a_section_neighbours_follow_each_other() -> None:
    entries, _ = chain()
    assert all(other.previous == one.hash for one, other in pairwise(entries))
    broken = [entries[0], replace(entries[1], previous=START), entries[5]]

    assert [one.trouble for one in verify_section(broken)] == [ChainFault.MISPLACED, ChainFault.CHANGED]
    assert [one.trouble for one in verify_section([entries[1], entries[1]])] == [ChainFault.MISPLACED]


def test_an_anchor_is_read_as_it_was_printed_and_nothing_else_is() -> None:
    anchor = Anchor(12, START)
    assert read_anchor(f"  {anchor}\n") == anchor
    for text in (
        "",
        "12",
        "12:",
        f"-1:{START.hex()}",
        f"x:{START.hex()}",
        f"12:{START.hex()[:-2]}",
        f"12:{START.hex()}00",
    ):
        with pytest.raises(AnchorUnreadable):
            read_anchor(text)
