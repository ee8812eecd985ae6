"""What a person reads of an HTML page in a mail. Pure."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Collects what a person reads of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  (the library's)
        """Begin a line with each block, and hide what is no text; a head need not be ended, the body ends it."""
        self._hidden = 0 if tag == "body" else self._hidden + (tag in ("script", "style", "head"))
        if tag in ("p", "br", "div", "tr", "li"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows."""
        self._hidden -= tag in ("script", "style", "head") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._hidden:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return what a person reads of a page."""
    reader = _Reader()
    reader.feed(html)
    return "".join(reader.parts)
