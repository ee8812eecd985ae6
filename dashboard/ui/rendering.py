"""HTML outside Dash, made by one engine: Jinja2.

The templates lie in a folder `templates` beside the code of their pages and read like the pages that they make: loops
and conditions, no rules. Every value is escaped, a name that nobody gave fails, and words come from the catalogue.
"""

from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from cityops.clock import milliseconds, utc_now
from dashboard import texts, theme

DASHBOARD = Path(__file__).parent.parent
# A template is called by its room and its name, such as "login/login.html".
FOLDERS = sorted([*DASHBOARD.glob("*/templates"), *DASHBOARD.glob("pages/*/templates")])
ROOMS = {folder.parent.name: FileSystemLoader(folder) for folder in FOLDERS}

environment = Environment(
    loader=PrefixLoader(ROOMS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
# The only text that is not escaped: a style sheet of constants (`theme`) and JSON without "<" (`dash_app.page_facts`).
environment.globals["css_variables"] = Markup(theme.css_variables())  # noqa: S704


def render(template: str, language: str, /, **values: object) -> str:
    """Return the page that a template makes of values.

    Every template has `say(key, …)`, `language` (zh or en), `html_language` and `time`, the server's clock in
    milliseconds since 1970. Raises UndefinedError for a name that it wants and nobody gave.
    """
    return environment.get_template(template).render(
        values,
        say=texts.speaker(language),
        language=language,
        html_language="zh-CN" if language == "zh" else "en",
        time=milliseconds(utc_now()),
    )


def answer_page(template: str, language: str, /, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Return the same as an answer."""
    return HTMLResponse(render(template, language, **values), status)
