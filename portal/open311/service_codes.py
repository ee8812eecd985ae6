"""The codes of services: the key of a category, without the slash that an address could not hold. Pure."""

_SLASH, _DASH = "/", "-"


def code_of(category: str) -> str:
    """Return the code of a category: `event-05-06` of `event/05-06`."""
    return category.replace(_SLASH, _DASH, 1)


def category_of(code: str) -> str:
    """Return the category that a code names, which need not exist."""
    return code.replace(_DASH, _SLASH, 1)
