"""Translations: every word on the pages, in both languages, from `texts.toml` and those beside pages."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from cityops.catalogue import Names

HERE = Path(__file__).parent
FILES = (HERE / "texts.toml", *sorted(HERE.glob("pages/*/texts.toml")))
LANGUAGES = ("zh", "en")


@cache
def load_texts() -> dict[str, Names]:
    """Return all texts by key, such as "wall.title"."""
    found: dict[str, Names] = {}
    for file in FILES:
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, words in entries.items():
                found[f"{section}.{name}"] = msgspec.convert(words, Names)
    return found


def say(key: str, language: str, **values: object) -> str:
    """Return one text with its values filled in. An unknown key is a KeyError."""
    return load_texts()[key].in_language(language).format(**values)


def speaker(language: str) -> Callable[..., str]:
    """Return `say` with the language filled in."""

    def speak(key: str, **values: object) -> str:
        return say(key, language, **values)

    return speak


def for_browser(language: str) -> dict[str, str]:
    """Return the texts that scripts use, unfilled: the section [browser], and [presence] as `presence_…`."""
    return {
        key.removeprefix("browser.").replace(".", "_"): words.in_language(language)
        for key, words in load_texts().items()
        if key.startswith(("browser.", "presence."))
    }
