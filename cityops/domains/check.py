"""Every mistake in the folder of a domain, not only the first, for whoever writes one.

Rules are checked by `alerts.rules.domain_check`: the kernel knows none.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from cityops import catalogue as model
from cityops import domains
from cityops.domains import DOMAIN_FILE, KINDS_FILE, TEXTS_FILE
from cityops.domains.mistakes import mistakes_of
from cityops.errors import CatalogueError

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
Entry = TypeVar("Entry", bound=msgspec.Struct)


class Checked:
    """A folder as far as it can be read: its mistakes, and its catalogue, which has all that other folders lend."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mistakes: list[str] = []
        self._others = {name: pack for name, pack in domains.known_packs().items() if name != folder.name}
        head, kinds, texts = (self._read(name) for name in (DOMAIN_FILE, KINDS_FILE, TEXTS_FILE))
        domain = self._entry(model.Domain, {**head, "texts": self._texts(texts)}, DOMAIN_FILE, "")
        found = {
            section: self._section(kinds, section, struct)
            for section, struct in (("metric", model.Metric), ("kind", model.SensorKind))
        }
        self._refuse(
            KINDS_FILE, (f"{name} is unknown. {KINDS_FILE} has metric and kind." for name in {*kinds} - {*found})
        )
        self.catalogue = self._joined({} if domain is None else {folder.name: domain}, found)
        self._judge(found)

    def _read(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        if name in (DOMAIN_FILE, KINDS_FILE) and not path.exists():
            self._refuse(name, ["is missing. Write it; docs/reference/domains.md explains every field."])
            return {}
        try:
            return domains.read_toml(path)
        except CatalogueError as error:
            self._refuse(name, [str(error).removeprefix(f"{path} ")])
            return {}

    def _texts(self, texts: Mapping[str, Any]) -> dict[str, model.Names]:
        found: dict[str, model.Names] = {}
        for section, entries in texts.items():
            for key, words in (entries if isinstance(entries, dict) else {"": entries}).items():
                names = self._entry(model.Names, words, TEXTS_FILE, f"{section}.{key}")
                found |= {} if names is None else {f"{section}.{key}": names}
        return found

    def _section(self, kinds: Mapping[str, Any], section: str, struct: type[Entry]) -> dict[str, Entry]:
        entries = kinds.get(section, {})
        if not isinstance(entries, dict):
            self._refuse(KINDS_FILE, [f"{section} is no table. Head each entry with [{section}.NAME]."])
            return {}
        whole = {"domain": self.folder.name} if section == "kind" else {}
        read = {}
        for name, entry in entries.items():
            filled = {**whole, **entry} if isinstance(entry, dict) else entry
            read[name] = self._entry(struct, filled, KINDS_FILE, f"{section}.{name}")
        return {name: entry for name, entry in read.items() if entry is not None}

    def _entry(self, struct: type[Entry], entry: Any, file: str, name: str) -> Entry | None:
        """Return an entry, or None with a mistake for each of its fields that is wrong."""
        found = list(field_mistakes(struct, entry))
        self._refuse(file, (f"{name}.{mistake}".lstrip(".") for mistake in found))
        return None if found else msgspec.convert(entry, struct)

    def _joined(self, domain: dict[str, model.Domain], found: Mapping[str, Mapping[str, Any]]) -> model.Catalogue:
        lent: dict[str, model.Metric] = {}
        kinds: dict[str, model.SensorKind] = {}
        for pack in self._others.values():
            lent |= {name: msgspec.convert(entry, model.Metric) for name, entry in pack.metrics.items()}
            kinds |= {name: msgspec.convert(entry, model.SensorKind) for name, entry in pack.kinds.items()}
        return model.Catalogue(domain, {**lent, **found["metric"]}, {**kinds, **found["kind"]})

    def _judge(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """Note what is wrong with the entries of this folder that are well formed."""
        own = {"domain": self.catalogue.domain, **found}
        for mistake in mistakes_of(self.catalogue):
            if mistake.name in own[mistake.section] and not mistake.words.startswith(".domain"):
                self._refuse_entry(mistake.section, mistake.name, mistake.words)
        for section in ("domain", "metric"):
            for name, entry in own[section].items():
                if not _COLOUR.fullmatch(entry.colour):
                    words = f".colour {entry.colour!r} is no colour. Write it as #rrggbb."
                    self._refuse_entry(section, name, words)
        for name, kind in found["kind"].items():
            if kind.domain != self.folder.name:
                words = f".domain is {kind.domain!r}, the folder {self.folder.name!r}. Leave the field out."
                self._refuse_entry("kind", name, words)
        for section, entries in found.items():
            self._refuse(KINDS_FILE, self._taken(section, entries))
        if not found["kind"] and not self.mistakes:
            self._refuse(KINDS_FILE, ["has no kind of sensor. Head one with [kind.NAME]."])

    def _refuse_entry(self, section: str, name: str, words: str) -> None:
        """Note a mistake of an entry; of the domain its folder says the name, and its file begins with the fields."""
        if section == "domain":
            self._refuse(DOMAIN_FILE, [words.removeprefix(".") if words.startswith(".") else f"{name!r}{words}"])
        else:
            self._refuse(KINDS_FILE, [f"{section}.{name}{words}"])

    def _taken(self, section: str, entries: Mapping[str, Any]) -> Iterator[str]:
        for other in self._others.values():
            theirs = other.metrics if section == "metric" else other.kinds
            for key in sorted(set(entries) & set(theirs)):
                remedy = "Use that one" if section == "metric" else "Rename it"
                yield f"{section}.{key} is in the domain {other.name} too. {remedy}."

    def _refuse(self, file: str, found: Iterable[str]) -> None:
        self.mistakes += [f"{file}: {mistake}" for mistake in found]


def field_mistakes(struct: type[msgspec.Struct], entry: Any) -> Iterator[str]:
    """Yield every field of an entry that is missing, unknown or of a wrong type."""
    if not isinstance(entry, Mapping):
        yield f"is {entry!r}, not a table. Give its fields."
        return
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    for name in entry:
        if name not in fields:
            near = difflib.get_close_matches(str(name), fields, 1)
            yield f"{name} is unknown. " + (f"Did you mean {near[0]}?" if near else f"Use {', '.join(fields)}.")
    for name, field in fields.items():
        if name not in entry:
            if field.required:
                yield f"{name} is missing. Add it."
            continue
        try:
            msgspec.convert(entry[name], field.type)
        except msgspec.ValidationError as error:
            text, _, place = str(error).partition(" - at `$")
            yield f"{name}{place.rstrip('`')}: {text}. Correct it."


def check_folder(folder: Path) -> Checked:
    """Return what is in a folder and what is wrong with it. Raises CatalogueError when there is no such folder."""
    if not folder.is_dir():
        raise CatalogueError(f"{folder} is no folder. Give the folder of one domain, such as my-domains/water.")
    return Checked(folder.resolve())
