"""The engine of every HTML page outside Dash: Jinja2.

Templates read like the pages that they make: loops and conditions, no rules. Every value is escaped, a name that nobody
gave fails, and words come from the catalogue.
"""

from jinja2 import BaseLoader, Environment, StrictUndefined

from cityops.web.texts import Texts


class Templates:
    """The templates of one web application, with its words."""

    def __init__(self, loader: BaseLoader, texts: Texts) -> None:
        self._texts = texts
        self.environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def render(self, template: str, language: str, /, **values: object) -> str:
        """Return what a template makes of values.

        It also has `say(key, …)`, `language` (zh or en) and `html_language`. Raises UndefinedError for a name that it
        wants and nobody gave.
        """
        return self.environment.get_template(template).render(
            values,
            say=self._texts.speaker(language),
            language=language,
            html_language="zh-CN" if language == "zh" else "en",
        )
