"""HTML made on the server for pages without a script. Whatever is not markup already is escaped."""

from html import escape


class Markup(str):
    """Text that is HTML: made by `tag`, so that every value in it was escaped."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """Return an element. `class_` is class, `aria_label` is aria-label; True stands alone, None is left out."""
    written = "".join(
        f" {_name(key)}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in ("input", "link", "meta"):
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{together(*children)}</{name}>")


def together(*children: str) -> Markup:
    """Return several pieces as one."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
