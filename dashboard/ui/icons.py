"""The icons of the domains: the paths of their folders as masks, so that an icon has the colour of the words beside it.

A mask needs one rule in the style sheet of a page and one class at an element, in Dash, plain HTML and scripts alike.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dash import html

from cityops.catalogue import Domain

# Strokes as thick as the letters of a heading, in the square of 24 that docs/reference/domains.md promises.
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
)


def icon(name: str) -> html.I:
    """Return the icon of a domain; the words beside it say what it is."""
    unspoken: dict[str, Any] = {"aria-hidden": "true"}
    return html.I(className=icon_class(name), **unspoken)


def icon_class(name: str) -> str:
    """Return the class of an element that is a domain's icon."""
    return f"icon icon-{name}"


def icon_styles(domains: Mapping[str, Domain]) -> str:
    """Return the style sheet with the picture of each domain that has one; look.css says how large it is."""
    return "".join(_rule(name, domain.icon) for name, domain in domains.items() if domain.icon)


def _rule(name: str, path: str) -> str:
    picture = quote(_PICTURE.format(path=path), safe=" /:=,")
    return f'.icon-{name}{{--icon:url("data:image/svg+xml,{picture}")}}'
