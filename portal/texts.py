"""Every word that the portal shows, in both languages, from `texts.toml`."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from cityops.catalogue import Names

FILE = Path(__file__).parent / "texts.toml"
LANGUAGES = ("zh", "en")


@cache
def load_texts() -> dict[str, Names]:
    """Return all texts by key, such as "home.title"."""
    sections = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": msgspec.convert(words, Names)
        for section, entries in sections.items()
        for name, words in entries.items()
    }


def say(key: str, language: str, **values: object) -> str:
    """Return one text with its values filled in. An unknown key is a KeyError."""
    return load_texts()[key].in_language(language).format(**values)


def speaker(language: str) -> Callable[..., str]:
    """Return `say` with the language filled in."""

    def speak(key: str, **values: object) -> str:
        return say(key, language, **values)

    return speak


def wanted_language(chosen: str | None, accepted: str, usual: str) -> str:
    """Return the language of an answer: the one chosen in the address, else the first of ours that a browser names."""
    if chosen in LANGUAGES:
        return chosen
    wishes = [part.partition(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), usual)
