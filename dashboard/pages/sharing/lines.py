"""What the pages show of requests and reads, in words."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.words import CaseWords, read_catalogue
from dashboard.web.request_context import RequestContext
from sharing.departments.share_request import RULE, ShareRequest, ShareState
from sharing.departments.shareable import ShareableSet, read_shareable

ENDED = "ended"  # of a grant whose time is over


@dataclass(frozen=True, slots=True)
class ShareWords:
    """What sets, fields, departments and areas are called."""

    cases: CaseWords
    sets: dict[str, ShareableSet]
    titles: dict[str, str]

    def department(self, code: str) -> str:
        """Return what a department is called."""
        return self.cases.department(code)

    def title(self, name: str) -> str:
        """Return what a set is called; one that is not shared any more stays a name."""
        return self.titles.get(name, name)

    def area(self, code: str) -> str:
        """Return what an area is called; "" is the whole city."""
        return self.cases.area(code) if code else self.cases.say("share.whole_city")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A set of a request: its fields, and those of them that tell of persons."""

    title: str
    fields: list[str]
    personal: list[str]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in words. `state`: a key of the texts; `by`: who decided, "" for nobody yet.

    `has_head`: whether somebody leads the provider, while it waits; `stood_in`: who decided did so in its place.
    """

    number: int
    department: str
    provider: str
    purpose: str
    area: str
    sets: list[FieldLine]
    expires_at: datetime
    state: str
    asked_by: str
    asked_at: datetime
    by: str
    decided_at: datetime | None
    reason: str
    token_by: str
    token_at: datetime | None
    has_head: bool
    stood_in: bool


def words_of(here: RequestContext, tx: Transaction) -> ShareWords:
    """Return what everything is called in the language of the visit."""
    catalogue = read_catalogue(tx, here.site.settings.require_database_url())
    cases = CaseWords(here.language, catalogue, here.site.live.registry(tx).areas)
    sets = {one.name: one for one in read_shareable(tx)}
    return ShareWords(cases, sets, {name: one.title.in_language(here.language) for name, one in sets.items()})


def request_line(
    one: ShareRequest, words: ShareWords, now: datetime, headless: Collection[int] = frozenset()
) -> RequestLine:
    """Return a request as people read it. `headless`: the requests that wait for a provider that nobody leads."""
    is_over = one.state is ShareState.GRANTED and not one.is_in_force(now)
    by = words.cases.say("share.by_rule") if one.decided_by == RULE else one.decided_by
    return RequestLine(
        one.number,
        words.department(one.wish.department),
        words.department(one.provider),
        one.wish.purpose,
        words.area(one.wish.area),
        [_fields(name, fields, words) for name, fields in one.wish.fields.items()],
        one.wish.expires_at,
        ENDED if is_over else one.state.value,
        one.asked_by,
        one.asked_at,
        by,
        one.decided_at,
        one.reason,
        one.token_by,
        one.token_at,
        one.number not in headless,
        one.stood_in,
    )


def usage_line(row: Row, words: ShareWords) -> dict[str, object]:
    """Return who used what, with the names as people read them beside the codes."""
    return row | {
        "department_name": words.department(row["department"]),
        "provider_name": words.department(row["provider"]),
        "title": words.title(row["data_set"]),
    }


def field_word(name: str, language: str) -> str:
    """Return what a field is called."""
    key = f"share.field_{name}"
    return texts.say(key, language) if key in texts.load_texts() else name


def _fields(name: str, fields: tuple[str, ...], words: ShareWords) -> FieldLine:
    known = words.sets.get(name)
    personal = {one.name for one in known.fields if one.is_personal} if known else set()
    language = words.cases.language
    return FieldLine(
        words.title(name),
        [field_word(field, language) for field in fields],
        [field_word(field, language) for field in fields if field in personal],
    )
