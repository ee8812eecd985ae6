"""The elements of a message in XML: what one says, or what is wrong with it. Pure."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from lxml import etree

from cap.errors import WarningUnusable
from cap.messages.message import (
    Named,
    is_name,
)
from cap.messages.parsing import local_name
from cap.messages.times import read_time

LONGEST = 20_000  # characters of one text
Choice = TypeVar("Choice", bound=StrEnum)


def children_of(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name in the namespace of their parent: of others none counts."""
    return element.iterchildren(f"{{{etree.QName(element).namespace}}}{name}")


def content_of(element: etree._Element) -> str:
    """Return the text of an element that holds nothing but text."""
    if any(isinstance(child.tag, str) for child in element):
        raise wrong(local_name(element), "holds elements, not text")
    text = "".join(str(part) for part in element.itertext(with_tail=False)).strip()
    if len(text) > LONGEST and local_name(element) != "polygon":
        raise wrong(local_name(element), "is too long")
    return text


def read_text(parent: etree._Element, name: str) -> str:
    """Return the text of the one child of a name; "" where there is none."""
    found = list(children_of(parent, name))
    if len(found) > 1:
        raise wrong(name, "comes twice")
    return content_of(found[0]) if found else ""


def read_name(parent: etree._Element, name: str) -> str:
    """Return an identifier or a sender. Raises WarningUnusable."""
    text = read_text(parent, name)
    if not is_name(text):
        raise wrong(name, "is missing, or has a space, a comma, < or &")
    return text


def read_moment(parent: etree._Element, name: str) -> datetime | None:
    """Return a time; None where there is none. Raises WarningUnusable."""
    text = read_text(parent, name)
    try:
        return read_time(text) if text else None
    except ValueError as error:
        raise wrong(name, "is no time with an offset") from error


def read_choice(parent: etree._Element, name: str, choices: type[Choice]) -> Choice:
    """Return the one word of an enumeration that a message must have."""
    found = list(children_of(parent, name))
    if len(found) != 1:
        raise wrong(name, "is missing" if not found else "comes twice")
    return read_word(found[0], name, choices)


def read_word(element: etree._Element, name: str, choices: type[Choice]) -> Choice:
    """Return a word of an enumeration. Raises WarningUnusable naming them."""
    try:
        return choices(content_of(element))
    except ValueError:
        raise wrong(name, f"is none of {', '.join(choices)}") from None


def read_named(parent: etree._Element, name: str) -> tuple[Named, ...]:
    """Return the values that carry their own names."""
    return tuple((read_text(one, "valueName"), read_text(one, "value")) for one in children_of(parent, name))


def absent(name: str) -> NoReturn:
    """Raise WarningUnusable for what a message must have."""
    raise wrong(name, "is missing")


def wrong(name: str, what: str) -> WarningUnusable:
    """Return the error that names an element and what is wrong with it."""
    return WarningUnusable(f"<{name}> {what}. {WarningUnusable.__doc__}")
