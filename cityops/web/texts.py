"""The words of one web application in both languages, from its `texts.toml` files."""

import tomllib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from cityops.catalogue import Names

LANGUAGES = ("zh", "en")


class Texts:
    """Every text of an application by its key, such as "home.title": the section, then the name.

    `files`: TOML, each entry a table with `zh` and `en`; they are read when the first text is asked for.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    @cached_property
    def _by_key(self) -> dict[str, Names]:
        return {
            f"{section}.{name}": msgspec.convert(words, Names)
            for file in self._files
            for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items()
            for name, words in entries.items()
        }

    def load(self) -> dict[str, Names]:
        """Return all texts by key."""
        return self._by_key

    def say(self, key: str, language: str, **values: object) -> str:
        """Return one text with its values filled in. An unknown key is a KeyError."""
        return self._by_key[key].in_language(language).format(**values)

    def speaker(self, language: str) -> Callable[..., str]:
        """Return `say` with the language filled in."""

        def speak(key: str, **values: object) -> str:
            return self.say(key, language, **values)

        return speak
