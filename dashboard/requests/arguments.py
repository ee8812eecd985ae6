"""What a request hands to a callback, checked against the callback's own annotations before it runs."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

import msgspec

from cityops.web.uploads import FormMalformed

Arguments = tuple[list[Any], dict[str, Any]]


def argument_check(function: Callable[..., Any]) -> Callable[[Sequence[Any], Mapping[str, Any]], Arguments]:
    """Return what turns the arguments of a call into those that the function declares, or raises FormMalformed.

    A browser sends what the page holds; anybody else may send any JSON.
    """
    signature, hints = inspect.signature(function), get_type_hints(function)

    def check(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Arguments:
        try:
            bound = signature.bind(*args, **kwargs)
            found = {name: msgspec.convert(value, hints[name]) for name, value in bound.arguments.items()}
        except (TypeError, msgspec.ValidationError) as error:
            raise FormMalformed from error
        bound.arguments.update(found)
        return list(bound.args), dict(bound.kwargs)

    return check
