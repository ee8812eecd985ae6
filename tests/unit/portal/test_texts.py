"""Every text in both languages, and every word of a closed vocabulary has one."""

import re
import string
from typing import cast, get_args

import pytest

from cases.life.details import CaseType
from cases.life.transitions import Act
from citizens.reports import Channel
from citizens.status import ReportStatus
from cityops.storage import Transaction
from portal import texts
from portal.open311.request_updates import STEP_STATUSES
from portal.open311.requests import NOTE_TYPES, UPDATE_STATUSES
from portal.rendering import TEMPLATES
from sharing.privacy.persons import REPORTS, SETS, groups_of
from sharing.privacy.question import Statistic

NOTES = [  # the acts that portal.report_note shows
    *("report", "verify", "file", "merge", "unmerge", "supersede", "dispatch", "accept", "handle", "pass", "fail"),
    *("call_back", "close", "reopen", "answer", "refuse", "cancel"),
]
USED = re.compile(r"say\(['\"]([a-z_0-9]+\.[a-z_0-9]+)['\"](?! ~)")  # not what a key only begins with


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", texts.load_texts())
def test_both_languages_say_the_same(key: str) -> None:
    words = texts.load_texts()[key]

    assert words.zh.strip()
    assert words.en.strip()
    assert fields(words.zh) >= fields(words.en) or key.startswith("intake.")
    assert not re.search("[\u4e00-\u9fff]", words.en) or key == "common.other_language"


def test_templates_use_known_texts() -> None:
    used = {key for file in TEMPLATES.glob("*.html") for key in USED.findall(file.read_text())}

    known = set(texts.load_texts())
    begun = {key for key in used if key.endswith("_")}  # the rest is put after it
    assert used
    assert used - begun <= known
    assert {key for key in begun if not any(one.startswith(key) for one in known)} == set()


def test_every_status_and_step_has_its_words() -> None:
    known = texts.load_texts()

    assert all(f"status.{status}" in known for status in ReportStatus)
    assert set(UPDATE_STATUSES) == set(ReportStatus)
    assert {key.partition(".")[2] for key in known if key.startswith("note.")} == set(NOTES)
    assert set(NOTES) <= set(Act)
    assert set(NOTE_TYPES) | set(STEP_STATUSES) <= set(NOTES)


def test_everything_that_may_be_released_has_its_words() -> None:
    named = [f"kind_{kind}" for kind in CaseType] + [f"channel_{channel}" for channel in Channel]
    for name, one in SETS.items():
        prefix = "" if name == REPORTS else f"{name}_"
        named += [f"{prefix}{what}" for what in (*get_args(Statistic), "small_areas") if what != "histogram"]
        named += [f"{prefix}histogram_{by}" for by in one.groupings]  # one is always by something
    tx = cast(Transaction, None)  # these groups are the same in every city
    for by in ("solved", "satisfaction"):
        named += [f"{by}_{group}" for group in groups_of(tx, "calls", by)]

    assert {f"released.{name}" for name in named} <= set(texts.load_texts())


@pytest.mark.parametrize(
    ("chosen", "accepted", "wanted"),
    [
        ("en", "zh-CN", "en"),
        ("fr", "", "zh"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr,zh;q=0.5", "zh"),
        (None, "fr", "zh"),
    ],
)
def test_the_language_of_a_reader(chosen: str | None, accepted: str, wanted: str) -> None:
    assert texts.wanted_language(chosen, accepted, "zh") == wanted
