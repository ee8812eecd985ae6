"""No code outside a domain's folder names one: what a domain is comes from its folder."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cityops
from cityops.catalogue import load_catalogue
from cityops.domains import ALL

ROOT = Path(cityops.__file__).parent.parent
ROOMS = ("cityops", "alerts", "cap", "cases", "citizens", "sharing", "ingest", "sensors_sim", "dashboard", "portal")
DOMAINS = load_catalogue(chosen=[ALL]).domain
USUAL = {name for name, domain in DOMAINS.items() if domain.usual}
# What is no domain though it is called like one: rooms of the land, incidents, layers, departments.
NAMES_ALONE = "|".join(sorted(USUAL))
NAMES = "|".join(sorted(DOMAINS))
IN_STYLE = re.compile(rf"(?<=[.-])({NAMES_ALONE})\b(?=[^.\"]*{{)|domain-({NAMES})\b")
IN_SCRIPT = re.compile(rf"[\"'`/]({NAMES_ALONE})[\"'`/]|domain[-.:]({NAMES})\b|scene_({NAMES})\b")


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that are no docstrings: line and text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.lineno, node.value


def names_a_domain(text: str) -> bool:
    return text in USUAL or IN_SCRIPT.search(text) is not None or text.strip("/").removeprefix("domain/") in USUAL


def compares_a_domain(path: Path) -> Iterator[int]:
    """Yield the lines where something called domain is compared with a name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare) and "domain" in ast.unparse(node.left):
            compared = [part.value for part in node.comparators if isinstance(part, ast.Constant)]
            yield from (node.lineno for value in compared if value in DOMAINS)


def files(ending: str) -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob(f"*{ending}")]
    return [path for path in found if not any(path.is_relative_to(ROOT / "cityops/domains" / name) for name in DOMAINS)]


def test_no_module_names_a_domain() -> None:
    told = []
    for path in files(".py"):
        lines = [line for line, text in constants(path) if names_a_domain(text)]
        told += [f"{path.relative_to(ROOT)}:{line}" for line in [*lines, *compares_a_domain(path)]]

    assert told == []


@pytest.mark.parametrize(("ending", "pattern"), [(".js", IN_SCRIPT), (".css", IN_STYLE), (".sql", IN_SCRIPT)])
def test_no_script_style_or_query_names_a_domain(ending: str, pattern: re.Pattern[str]) -> None:
    told = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files(ending)
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(text)
    ]

    assert told == []


def test_no_text_of_the_pages_is_of_one_domain() -> None:
    keys = [
        line.partition(" = ")[0] for line in (ROOT / "dashboard/texts.toml").read_text(encoding="utf-8").splitlines()
    ]

    assert [key for key in keys if key in USUAL or re.fullmatch(rf"(scene|domain)_({NAMES})", key)] == []
