"""Looking for paths in a syntax tree, and putting variables into their place. Pure."""

from dataclasses import replace
from typing import cast

from odata_query import ast

from portal.sensorthings.filtering.property_paths import Names, names_of

VARIABLE = "$it"  # no name that a filter can write


def paths_in(node: object) -> list[Names]:
    """Return every path that stands in a part of a filter, not those within lambdas: these have their own."""
    if isinstance(node, ast.Identifier | ast.Attribute):
        return [names_of(node)]
    if isinstance(node, list):
        return [path for one in node for path in paths_in(one)]
    if isinstance(node, ast.CollectionLambda) or not isinstance(node, ast._Node):
        return []
    below = [node.args] if isinstance(node, ast.Call) else vars(node).values()
    return [path for one in below for path in paths_in(one)]


def put_variable(node: ast._Node, prefix: Names) -> tuple[str, ast._Node]:
    """Return a new variable, and the same node with it in place of the beginning of every path that has it."""
    variable = f"{VARIABLE}{'/'.join(prefix)}"
    return variable, cast("ast._Node", _put(node, prefix, variable))


def _put(node: object, prefix: Names, variable: str) -> object:
    if isinstance(node, ast.Identifier | ast.Attribute):
        names = names_of(node)
        return _path((variable, *names[len(prefix) :])) if names[: len(prefix)] == prefix else node
    if isinstance(node, list):
        return [_put(one, prefix, variable) for one in node]
    if isinstance(node, ast.CollectionLambda) or not isinstance(node, ast._Node):
        return node
    below = {"args": node.args} if isinstance(node, ast.Call) else vars(node)
    return replace(node, **{name: _put(one, prefix, variable) for name, one in below.items()})


def _path(names: Names) -> ast._Node:
    node: ast._Node = ast.Identifier(names[0])
    for name in names[1:]:
        node = ast.Attribute(node, name)
    return node
