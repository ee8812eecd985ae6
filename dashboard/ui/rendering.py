"""HTML outside Dash: the templates lie in a folder `templates` beside the code of their pages."""

from http import HTTPStatus
from pathlib import Path

from jinja2 import FileSystemLoader, PrefixLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse

from cityops.clock import milliseconds, utc_now
from cityops.web.templates import Templates
from dashboard import texts, theme

DASHBOARD = Path(__file__).parent.parent
# A template is called by its room and its name, such as "login/login.html".
FOLDERS = sorted([*DASHBOARD.glob("*/templates"), *DASHBOARD.glob("pages/*/templates")])
ROOMS = {folder.parent.name: FileSystemLoader(folder) for folder in FOLDERS}

templates = Templates(PrefixLoader(ROOMS), texts.TEXTS)
# The only text that is not escaped: a style sheet of constants (`theme`) and JSON without "<" (`dash_app.page_facts`).
templates.environment.globals["css_variables"] = Markup(theme.css_variables())  # noqa: S704


def render(template: str, language: str, /, **values: object) -> str:
    """Return the page that a template makes of values.

    Every template has `say(key, …)`, `language` (zh or en), `html_language` and `time`, the server's clock in
    milliseconds since 1970. Raises UndefinedError for a name that it wants and nobody gave.
    """
    return templates.render(template, language, **values, time=milliseconds(utc_now()))


def answer_page(template: str, language: str, /, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Return the same as an answer."""
    return HTMLResponse(render(template, language, **values), status)
