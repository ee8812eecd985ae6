"""Why an act or an import is refused, in Chinese: sentences by their English words, as gettext does it."""

import re
import tomllib
from functools import cache
from pathlib import Path

from dashboard import texts

FILES = [Path(__file__).parent / name for name in ("refusals.toml", "import_refusals.toml")]
_GAP = re.compile(r"\\{(\w+)\\}")


def in_language(sentence: str, language: str) -> str:
    """Return a sentence in a language; one that nobody has translated stays as it is."""
    if language == "en":
        return sentence
    for pattern, words in load_refusals():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return words.format(**{name: _value(value) for name, value in found.groupdict().items()})
    return sentence


@cache
def load_refusals() -> list[tuple[re.Pattern[str], str]]:
    """Return what each English sentence looks like, with its Chinese words."""
    entries = [entry for file in FILES for entry in tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]]
    return [(re.compile(_GAP.sub(r"(?P<\1>.+?)", re.escape(entry["en"]))), entry["zh"]) for entry in entries]


def _value(value: str) -> str:
    """Return a code inside a sentence as people call it; a name stays."""
    known = texts.load_texts()
    keys = (f"{section}.{value}" for section in ("case_act", "case_state", "case_post"))
    return next((known[key].zh for key in keys if key in known), value)
