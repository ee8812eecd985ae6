"""What `make measure` counts."""

import ast
from textwrap import dedent

import pytest

from benchmarks.code.code_figures import (
    Function,
    Module,
    circles,
    complexity_of,
    is_one_word,
    queries,
    read,
    shared_names,
)


def module(path: str, source: str) -> Module:
    return read(path, dedent(source))


def test_a_body_is_counted_without_docstring_comments_and_empty_lines() -> None:
    (body,) = module(
        "a.py",
        '''
        def f(x: int) -> int:
            """Say what."""
            # why

            y = x
            return y
        ''',
    ).bodies

    assert (body.lines, body.characters, body.is_annotated, body.has_docstring) == (2, len("y = xreturn y"), True, True)


@pytest.mark.parametrize(
    ("source", "complexity"),
    [
        ("def f():\n    return 1", 1),
        ("def f(x):\n    if x and x > 1 or not x:\n        return 1", 4),
        ("def f(x):\n    return [y for y in x if y]", 3),
        ("def f(x):\n    try:\n        return 1 if x else 2\n    except OSError:\n        pass", 3),
    ],
)
def test_complexity_is_the_number_of_ways(source: str, complexity: int) -> None:
    (node,) = ast.parse(source).body
    assert isinstance(node, Function)
    assert complexity_of(node) == complexity


def test_only_what_others_see_is_public() -> None:
    source = (
        "class _A:\n    def f(self): ...\nclass B:\n    def g(self):\n        def h(): ...\n    def _i(self): ...\n"
    )

    assert [body.name for body in module("a.py", source).bodies if body.is_public] == ["g"]


def test_circles_of_imports_are_found() -> None:
    modules = [
        module("a/__init__.py", "from a import one"),
        module("a/one.py", "from a.two import x"),
        module("a/two.py", "from a.three import y"),
        module("a/three.py", "from a import one\nimport os"),
    ]

    assert circles(modules) == [{"a.one", "a.two", "a.three"}]
    assert circles(modules[:3]) == []


def test_names_of_classes() -> None:
    both = [module("a.py", "class Level: ...\nclass Only: ..."), module("b.py", "class Level: ...")]

    assert shared_names(both) == {"Level": {"a.py", "b.py"}}
    assert [is_one_word(name) for name in ("Level", "_Level", "AirLevel", "AQI", "OpenAlert2")] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_queries_and_those_that_say_what_for() -> None:
    assert queries("-- name: one\n-- Why.\nSELECT 1\n\n-- name: two\nSELECT 2\n") == (2, 1)
