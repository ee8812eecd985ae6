"""What simulated citizens say (`citizens/data/calls.toml`): troubles, questions, and what should stay private."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from cityops.catalogue import Names


class CallTrouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that people call about. `hours`: from when to when it is met, past 24 into the next day."""

    category: str
    often: int
    hours: tuple[int, int]
    kinds: tuple[str, ...]
    said: tuple[Names, ...]


class CallerQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question and its answer, in each language."""

    zh: tuple[str, str]
    en: tuple[str, str]

    def in_language(self, language: str) -> tuple[str, str]:
        """Return both."""
        return self.en if language == "en" else self.zh


class Stories(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of it."""

    trouble: tuple[CallTrouble, ...]
    question: tuple[CallerQuestion, ...]
    aside: tuple[Names, ...]


@cache
def load_stories() -> Stories:
    """Load what is said."""
    text = files("citizens").joinpath("data", "calls.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Stories)
