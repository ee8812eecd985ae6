"""What can be asked on the page of a domain: its head with the questions, and where the answers can be taken."""

from datetime import timedelta
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from cityops.clock import utc_now
from dashboard.pages.domain.callbacks import today_of
from dashboard.pages.domain.ids import Ids
from dashboard.pages.domain.places import offer_areas, offer_comparisons
from dashboard.pages.domain.view import FIRST_DAY, DomainSpan, DomainView, metrics_of, read_view
from dashboard.ui import components
from dashboard.ui.components import Speak
from dashboard.ui.icons import icon
from dashboard.web.request_context import catalogue, current, language


def questions(domain: str, query: dict[str, str], say: Speak) -> html.Section:
    """Return what can be chosen, and where the answers can be taken."""
    chosen, metrics = _chosen(domain, query)
    here = current.get()
    registry = here.site.live.part("") if here is not None else None
    areas = offer_areas(registry, chosen.area, say, language())
    compared = offer_comparisons(registry, chosen.other_area or "", say, language())
    return html.Section(
        [
            *_heading(domain),
            _labelled(say("domain.metric"), _dropdown(Ids.METRIC, metrics, chosen.metric, say)),
            _labelled(say("domain.area"), _dropdown(Ids.AREA, areas, chosen.area, say)),
            _labelled(say("domain.span"), _spans(chosen, say)),
            _labelled(say("domain.until"), _until(chosen, say)),
            html.Div(_labelled(say("domain.at"), _moments(chosen, say)), hidden=standard_index(domain) != "tpi"),
            _labelled(say("domain.compare"), _dropdown(Ids.COMPARE, compared, chosen.compare, say)),
            html.Nav(id=Ids.EXPORTS, className="domain-exports", **components.label(say("domain.export"))),
        ],
        className="domain-questions",
    )


def standard_index(name: str) -> str | None:
    """Return the index that a standard has for a domain, or None."""
    found = catalogue().domain.get(name)
    return found.standard_index if found else None


def _heading(name: str) -> list[Component]:
    """Return what the domain is called, and what it is about where its folder says so."""
    found = catalogue().domain.get(name)
    if found is None:
        return [html.H1("")]
    about = found.texts.get("page.about")
    note = [html.Small(about.in_language(language()), className="domain-about")] if about else []
    return [html.H1([icon(name), found.name.in_language(language()), *note])]


def _spans(chosen: DomainView, say: Speak) -> dcc.RadioItems:
    spans = [{"label": say(f"domain.span_{span}"), "value": span.value} for span in DomainSpan]
    return dcc.RadioItems(id=Ids.SPAN, options=spans, value=chosen.span.value, inline=True, className="span-select")


def _moments(chosen: DomainView, say: Speak) -> dcc.Dropdown:
    """Return the choice of a moment of the day, each quarter of an hour and that of the address; empty: the usual."""
    quarters = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45)]
    clocks = sorted({*quarters, *filter(None, [chosen.clock])})
    options = [{"label": say("domain.at_usual"), "value": ""}, *({"label": one, "value": one} for one in clocks)]
    return _dropdown(Ids.AT, options, chosen.clock, say)


def _until(chosen: DomainView, say: Speak) -> dcc.DatePickerSingle:
    """Return the choice of the last day; empty: now."""
    # A date that is not set is not named: the picker would send a None back.
    here = current.get()
    days: dict[str, Any] = {"date": chosen.day} if chosen.until else {}
    if here is not None:
        days["max_date_allowed"] = (today_of(here, utc_now()) - timedelta(days=1)).isoformat()
    return dcc.DatePickerSingle(
        id=Ids.UNTIL,
        min_date_allowed=FIRST_DAY.isoformat(),
        initial_visible_month=chosen.day or days.get("max_date_allowed"),
        placeholder=say("domain.until_now"),
        display_format="YYYY-MM-DD",
        first_day_of_week=1,
        clearable=True,
        day_size=40,
        className="until-select",
        **days,
    )


def _chosen(domain: str, query: dict[str, str]) -> tuple[DomainView, list[dict[str, str]]]:
    """Return the view of an address, and the metrics to choose from; outside a visit no catalogue is known."""
    here = current.get()
    if here is None or domain not in here.site.catalogue.domain:
        return DomainView(domain, "", "", DomainSpan.DAY, ""), []
    city = here.site.catalogue
    names = {name: city.metric[name].name.in_language(here.language) for name in metrics_of(domain, city)}
    view = read_view(domain, query, city, today=today_of(here, utc_now()))
    return view, [{"label": words, "value": name} for name, words in names.items()]


def _labelled(words: str, control: Component) -> html.Div:
    name = html.Span(words, className="question-name")
    return components.group(words, name, control, className="question")


def _dropdown(name: Ids, options: list[dict[str, str]], chosen: str, say: Speak) -> dcc.Dropdown:
    labels: Any = {part: say(f"domain.list_{part}") for part in ("search", "no_options_found", "clear_search")}
    return dcc.Dropdown(
        id=name,
        options=options,
        value=chosen,
        clearable=False,
        maxHeight=420,
        labels=labels,
        className="question-list",
    )
