"""The catalogue in force, and how a page of it is drawn."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from cases.store.catalogue.catalogue_change import EMPTY
from cases.store.catalogue.catalogue_versions import load_catalogue, version_in_force
from cityops.storage import Row, Transaction
from dashboard import texts
from dashboard.cases.words import CaseWords
from dashboard.pages.catalogue.address import PARTS, PATH, address_of
from dashboard.ui.html_pages import RequestOutcome, draw_page
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class CatalogueDesk:
    """The catalogue in force and how it is called; `version` is None where there is none."""

    here: RequestContext
    words: CaseWords
    version: Row | None

    @property
    def seen(self) -> int:
        """The number of the version, 0 where there is none: what a form says that it was made of."""
        return self.version["version"] if self.version else 0

    def draw(self, template: str, part: str, outcome: RequestOutcome | None = None, /, **content: Any) -> Response:
        """Return a page of the catalogue; `part` is the tab that is shown."""
        return draw_page(
            self.here,
            f"catalogue/{template}.html",
            texts.say("catalogue.title", self.here.language),
            at=PATH,
            outcome=outcome,
            version=self.version,
            tabs=[(f"catalogue.part_{name}", address_of(name), name == part) for name in PARTS],
            **content,
        )


def read_desk(here: RequestContext, tx: Transaction) -> CatalogueDesk:
    """Return the catalogue in force, all of one version."""
    version = version_in_force(tx)
    catalogue = load_catalogue(tx, version["version"]) if version else None
    words = CaseWords(here.language, catalogue or EMPTY, here.site.live.registry(tx).areas)
    return CatalogueDesk(here, words, version)
