"""What a pack proves, and each thing that is wrong with it. Pure: nothing but the file and the city's public key."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cityops.audit.audit_chain import verify_section
from sharing.evidence.chain import Section, events_of
from sharing.evidence.container import Member, NotInForm, read_members
from sharing.evidence.keys import key_id
from sharing.evidence.manifest import CHAIN, MANIFEST, SIGNATURE, Manifest, MemberNote, note_of

_OWNED = re.compile(r"(alert|case)s/([1-9][0-9]{0,17})\.json")


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing that is wrong: where in the pack, and what."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. Nothing is proved while there is a fault."""

    faults: tuple[PackFault, ...]
    manifest: Manifest | None = None
    section: Section | None = None

    @property
    def proved(self) -> tuple[str, ...]:
        """What the pack proves, in words."""
        if self.faults or self.manifest is None or self.section is None:
            return ()
        about, links, head = self.manifest.about, self.section.links, self.section.head
        seen = about.view
        of_what = "the whole city" if seen.domains is None and seen.areas is None else "a part of the city"
        return (
            f"{about.city.name or about.city.code} signed it: {about.subject.kind} {about.subject.number}, "
            f"made at {about.made_at} for the account {seen.account}, which sees {of_what}.",
            f"All {len(self.manifest.members)} files are as they were signed; none is missing, none was added.",
            f"All {len(links)} events are as the audit chain recorded them: each link was computed anew.",
            f"The chain ended at {head.seq}:{head.hash} then; the city can be asked to show that it still goes "
            "through there." if head else "The city's chain had no head then: ask the city why.",
        )  # fmt: skip


class _Stop(Exception):
    """What follows cannot be looked at."""


def check_pack(content: bytes, key: Ed25519PublicKey) -> Verdict:
    """Check a pack wholly. Whatever the bytes are, this returns."""
    faults: list[PackFault] = []
    try:
        manifest, section = _check(content, key, faults)
    except _Stop:
        return Verdict(tuple(faults))
    return Verdict(tuple(faults), manifest, section)


def _check(content: bytes, key: Ed25519PublicKey, faults: list[PackFault]) -> tuple[Manifest, Section]:
    try:
        members = read_members(content)
    except NotInForm as error:
        again = "It was changed, cut, or packed again by another program: ask for the file itself."
        faults.append(PackFault("the file", f"{error} {again}"))
        raise _Stop from error
    files = {member.name: member.content for member in members}
    faults += _doubles(members)
    manifest = _signed_manifest(files, key, faults)
    changed = set(_check_notes(files, manifest, faults))
    faults += [
        PackFault(member.name, "Its checksum was changed.")
        for member in members
        if not member.is_whole and member.name not in changed
    ]
    if [member.name for member in members] != [MANIFEST, SIGNATURE, *(note.name for note in manifest.members)]:
        faults.append(PackFault("the file", "Its members do not stand in the order of the manifest."))
    section = _read_section(files, faults)
    faults += _check_chain(section)
    faults += _check_events(files, section)
    return manifest, section


def _doubles(members: Sequence[Member]) -> Iterator[PackFault]:
    counted = Counter(member.name for member in members)
    yield from (PackFault(name, f"It stands there {times} times.") for name, times in counted.items() if times > 1)


def _signed_manifest(files: Mapping[str, bytes], key: Ed25519PublicKey, faults: list[PackFault]) -> Manifest:
    """Return the manifest, also one whose signature is wrong: it helps to say what else is."""
    for name in (MANIFEST, SIGNATURE):
        if name not in files:
            faults.append(PackFault(name, "It is missing; without it nothing can be checked."))
            raise _Stop
    manifest = None
    try:
        manifest = msgspec.json.decode(files[MANIFEST], type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        faults.append(PackFault(MANIFEST, "It is not in the form of a manifest."))
    try:
        key.verify(files[SIGNATURE], files[MANIFEST])
    except InvalidSignature:
        other = manifest is not None and manifest.key_id != key_id(key)
        what = (
            "It says that it was signed with another key than the one given: it is another city's, or somebody's own."
            if other
            else "The signature is not that of the city over this manifest: one of the two was changed."
        )
        faults.append(PackFault(MANIFEST, what))
    if manifest is None:
        raise _Stop
    return manifest


def _check_notes(files: Mapping[str, bytes], manifest: Manifest, faults: list[PackFault]) -> Iterator[str]:
    """Yield the names of files that are not what the manifest says, and say so."""
    noted: dict[str, MemberNote] = {note.name: note for note in manifest.members}
    for name, note in noted.items():
        if name not in files:
            faults.append(PackFault(name, "The manifest names it, and it is missing."))
        elif note_of(name, files[name]) != note:
            faults.append(PackFault(name, "It was changed: its SHA-256 is not the one in the manifest."))
            yield name
    for name in files.keys() - noted.keys() - {MANIFEST, SIGNATURE}:
        faults.append(PackFault(name, "It was added: the manifest does not name it."))
        yield name


def _read_section(files: Mapping[str, bytes], faults: list[PackFault]) -> Section:
    try:
        return msgspec.json.decode(files[CHAIN], type=Section)
    except KeyError as error:
        if not any(fault.where == CHAIN for fault in faults):
            faults.append(PackFault(CHAIN, "The pack has no links of the audit chain."))
        raise _Stop from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        faults.append(PackFault(CHAIN, "It is not in the form of links of the audit chain."))
        raise _Stop from error


def _check_chain(section: Section) -> Iterator[PackFault]:
    try:
        entries = [link.entry for link in section.links]
    except ValueError:
        yield PackFault(CHAIN, "A hash in it is none.")
        return
    yield from (PackFault(CHAIN, f"{finding.trouble}: {finding.place}") for finding in verify_section(entries))
    yield from _check_head(section)


def _check_head(section: Section) -> Iterator[PackFault]:
    """The end of the chain is not before the last link; where it is that link, it has its hash."""
    hashes = {link.seq: link.hash for link in section.links if link.seq is not None}
    head, last = section.head, max(hashes, default=0)
    if head is not None and head.seq < last:
        yield PackFault(CHAIN, f"It has link {last}, and says that the chain ends at {head.seq}.")
    elif head is not None and hashes.get(head.seq, head.hash) != head.hash:
        yield PackFault(CHAIN, f"It says that the chain ends at {head.seq}, with another hash than that link has.")


def _check_events(files: Mapping[str, bytes], section: Section) -> Iterator[PackFault]:
    """What the pack tells of alerts and cases is what the links hold, and no act of a case is left out."""
    told: set[tuple[str, int]] = set()
    for name, content in files.items():
        owned = _OWNED.fullmatch(name)
        if owned is None:
            continue
        source, owner = f"{owned[1]}_event", int(owned[2])
        told.add((source, owner))
        try:
            events = events_of(section.links, source, owner)
            listed = msgspec.json.decode(content, type=dict[str, object]).get("events")
        except (ValueError, OverflowError, UnicodeDecodeError, RecursionError):
            yield PackFault(name, "It, or its events in the chain, cannot be read.")
            continue
        if listed != events:
            yield PackFault(name, "Its events are not those of the audit chain.")
        if source == "case_event" and [event["seq"] for event in events] != list(map(str, range(1, len(events) + 1))):
            yield PackFault(name, "Acts of the case are missing between others.")
    owners = {(link.source, int(link.fields[0])) for link in section.links if link.fields and link.fields[0].isdigit()}
    if owners != told:
        yield PackFault(CHAIN, "It has events of alerts or cases that the pack does not tell, or the other way round.")
