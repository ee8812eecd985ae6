"""Chinese first, English complete."""

import json
import re
import tomllib
from pathlib import Path

import pytest

import dashboard
from dashboard import texts

ROOM = Path(dashboard.__file__).parent
RAW = [tomllib.loads(file.read_text(encoding="utf-8")) for file in texts.FILES]
KEYS = [f"{section}.{name}" for file in RAW for section, entries in file.items() for name in entries]


@pytest.mark.parametrize("key", KEYS)
def test_every_text_has_both_languages_with_the_same_gaps(key: str) -> None:
    words = texts.load_texts()[key]

    assert words.zh.strip()
    assert words.en.strip()
    assert re.findall(r"\{\w*\}", words.zh) == re.findall(r"\{\w*\}", words.en)


def test_every_key_that_python_says_exists() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    used = set(re.findall(r'say\("([a-z_]+\.[a-z0-9_]+)"', sources))

    assert used - set(KEYS) == set()
    assert len(used) > 30


def test_every_key_that_scripts_say_exists() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.js"))
    used = set(re.findall(r'say\("(\w+)"', sources))

    assert used - set(texts.for_browser("zh")) == set()
    assert len(used) > 5


def test_no_text_stands_twice() -> None:
    assert len(KEYS) == len(set(KEYS)) == len(texts.load_texts())


def test_an_unknown_key_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        texts.say("wall.nothing", "zh")


def test_scripts_get_plain_json() -> None:
    assert json.loads(json.dumps(texts.for_browser("en")))["lost"].startswith("Connection")


def test_an_alert_of_unknown_state_is_not_told_as_a_silent_sensor() -> None:
    """Presence calls a sensor silent after ten intervals; the state of its alert is unknown after three."""
    found = {
        key: names for key, names in texts.load_texts().items() if "stale" in key or key.startswith("shift.unknown")
    }

    assert "desk.evidence_stale" in found
    assert [key for key, names in found.items() if "失联" in names.zh or "silent" in names.en.lower()] == []
