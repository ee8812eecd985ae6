"""The part of the catalogue's pages that says what the public may report, and its acts."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from cases.errors import CategoryUnknown
from citizens.store.services import ServiceAct, ServiceState, change_service, list_services
from cityops.clock import utc_now
from cityops.names import finds, search_key
from cityops.storage import Row, Transaction
from dashboard.pages.catalogue.address import MOST_LINES, address_of, page_links
from dashboard.pages.catalogue.catalogue_desk import read_desk
from dashboard.ui.form_acts import Refusals
from dashboard.ui.html_pages import RequestOutcome
from dashboard.web.request_context import RequestContext

REFUSALS: Refusals = {CategoryUnknown: "service_gone"}
STATES = ("open", "closed", "personal")  # by which the list is narrowed


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A category as the public sees it, and what can be done with it."""

    category: str
    name: str
    group: str
    state: ServiceState

    @property
    def acts(self) -> tuple[ServiceAct, ServiceAct]:
        """The two acts that would change it."""
        return (
            ServiceAct.CLOSE if self.state.is_open else ServiceAct.OPEN,
            ServiceAct.PLAIN if self.state.is_personal else ServiceAct.PERSONAL,
        )

    def is_in(self, state: str) -> bool:
        """Whether it stands so; "" is any."""
        return {
            "open": self.state.is_open,
            "closed": not self.state.is_open,
            "personal": self.state.is_personal,
        }.get(state, True)


def draw_services(
    here: RequestContext, asked: Mapping[str, str], page: int, outcome: RequestOutcome | None
) -> Response:
    """Return the categories with how they stand."""
    with here.site.database.transaction() as tx:
        desk, rows = read_desk(here, tx), list_services(tx)
    lines = [_line(row, here.language) for row in rows]
    found = [one for one in lines if one.is_in(asked["state"]) and _fits(one, asked["q"])]
    return desk.draw(
        "services",
        "services",
        outcome,
        asked=asked,
        page=page,
        states=[(one, desk.words.say(f"catalogue.state_{one}")) for one in STATES],
        lines=found[(page - 1) * MOST_LINES : page * MOST_LINES],
        total=len(found),
        counts={
            "all": len(lines),
            "open": sum(one.state.is_open for one in lines),
            "personal": sum(one.state.is_personal for one in lines),
        },
        pages=page_links("services", asked, page, len(found)),
    )


def change(tx: Transaction, here: RequestContext, sent: Mapping[str, str]) -> None:
    """Do what a form asks for. Raises CategoryUnknown; an act that is none changes nothing."""
    act = sent.get("act", "")
    if act not in set(ServiceAct):
        raise CategoryUnknown
    category = sent.get("category", "")[:64]
    change_service(tx, category, ServiceAct(act), actor=here.person.name, now=utc_now(), origin=here.origin)


def list_address(sent: Mapping[str, str]) -> str:
    """Return the address of the list as a form says it was seen."""
    page = sent.get("page", "")
    state = sent.get("state", "")
    return address_of(
        "services",
        q=sent.get("q", "")[:200],
        state=state if state in STATES else "",
        page=page if page.isascii() and page.isdigit() and len(page) < 5 and page not in ("0", "1") else None,
    )


def _line(row: Row, language: str) -> ServiceLine:
    name, group = row[f"name_{language}"] or row["name_zh"], row[f"group_{language}"]
    return ServiceLine(row["category"], name, group, ServiceState(row["is_open"], row["is_personal"]))


def _fits(line: ServiceLine, asked: str) -> bool:
    return finds(asked, search_key(line.category, line.name, line.group))
