"""A whole domain page, read in one transaction: its answers, and every number of it as a declared figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cityops.storage import Transaction
from dashboard.city.registry import Registry
from dashboard.pages.domain.index.index_data import IndexStory, read_index
from dashboard.pages.domain.lineage.declare import story_figures
from dashboard.pages.domain.lineage.model import Figure
from dashboard.pages.domain.lineage.trace import Tracer
from dashboard.pages.domain.reader import reader_of
from dashboard.pages.domain.story import PageStory, read_story
from dashboard.pages.domain.view import DomainView
from dashboard.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What a page shows at the end of its span. `figures`: every number of it by its key, in its order."""

    story: PageStory
    index: IndexStory
    registry: Registry
    figures: Mapping[str, Figure]

    def tracer(self, tx: Transaction, here: RequestContext) -> Tracer:
        """Return what traces the page's figures, in a transaction of who asks."""
        means = {name: metric.mean for name, metric in here.site.catalogue.metric.items()}
        return Tracer(tx, self.figures, means, self.registry, here.site.settings.zone)


def read_page(tx: Transaction, view: DomainView, here: RequestContext, end: datetime) -> PageFigures:
    """Answer a view. `end` is the end of its span."""
    site, zone = here.site, here.site.settings.zone
    registry = site.live.registry(tx, view.areas)
    story = read_story(tx, view, registry=registry, catalogue=site.catalogue, zone=zone, end=end)
    index = read_index(tx, view, registry, here, end)
    figures = story_figures(story, reader_of(here)) | {figure.key: figure for figure in index.figures}
    return PageFigures(story, index, registry, figures)
