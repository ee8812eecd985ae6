"""`make measure`: the figures of the code, beside those of the review that asked for them.

Writes docs/explanation/house.md below its marker. --tree measures another checkout, --print writes nothing.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from statistics import median

from benchmarks.code import mutants
from benchmarks.code.code_figures import Body, Module, circles, is_one_word, queries, read, shared_names

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "explanation" / "house.md"
MARKER = "<!-- make measure writes below -->\n"
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PRODUCT: tuple[str, ...] = tuple(_PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
LONG_MODULE, LONG_BODY, LONGEST_BODY = 400, 30, 60  # lines

# What the review found at 779629a, in its own words; it did not count what is missing here.
REVIEW = {
    "Python modules / lines": "320 / 27,958",
    "lines a module: median (without empty) / p90 / max": "72 / 172 / 311",
    "modules over 400 lines": "0",
    "function body lines: median / p90 / max": "4 / 14 / 52",
    "bodies over 30 / over 60 lines": "20 (1.1 %) / 0",
    "characters a body: median / p90": "192 / 575",
    "worst complexity": "21 `alert_rows`",
    "functions wholly annotated": "100 %",
    "public functions with docstring": "100 %",
    "comments per 100 code lines": "3.4",
    "test lines / code lines (py / py)": "0.66",
    "the same against py+js+sql": "0.56",
    "JavaScript files / lines; lines of its own tests": "26 / 2,605; 0",
    "CSS files / lines": "10 / 1,020",
    "SQL files / lines; queries with a comment": "60 / 2,569; 210 of 210",
    "largest folders (Python files, flat)": "58 dashboard, 42 sensors_sim, 33 alerts",
    "circles of imports": "0",
    "class names in more than one file": "38 of 327 = 12 %",
    "class names of one bare word": "71 %",
}


@dataclass(frozen=True)
class Tree:
    """A checkout."""

    root: Path

    @cached_property
    def modules(self) -> list[Module]:
        """The product's modules."""
        return self._python(PRODUCT)

    @cached_property
    def tests(self) -> list[Module]:
        """The modules of the tests."""
        return self._python(["tests"])

    def _python(self, folders: Iterable[str]) -> list[Module]:
        paths = [path for folder in folders for path in sorted((self.root / folder).rglob("*.py"))]
        return [read(str(path.relative_to(self.root)), path.read_text()) for path in paths]

    def files(self, suffix: str, folders: Sequence[str] = PRODUCT) -> list[str]:
        """Return the texts of all files of a kind."""
        return [path.read_text() for folder in folders for path in sorted((self.root / folder).rglob(f"*{suffix}"))]


def main() -> None:
    """Measure, and write or print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=ROOT)
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    figures = measure(Tree(options.tree))
    table = ["| figure | review | today |", "|---|---|---|"]
    table += [f"| {name} | {REVIEW.get(name, '–')} | {figure} |" for name, figure in figures.items()]
    if options.print:
        print("\n".join(table))
        return
    head = REPORT.read_text().partition(MARKER)[0]
    date = f"Measured on {datetime.now(UTC):%Y-%m-%d}.\n\n"
    REPORT.write_text(head + MARKER + date + "\n".join(table) + "\n")


def measure(tree: Tree) -> dict[str, str]:
    """Return each figure by its name, as text."""
    return _of_modules(tree) | _of_bodies(tree) | _of_sizes(tree) | _of_structure(tree)


def _of_modules(tree: Tree) -> dict[str, str]:
    lines = [module.lines for module in tree.modules if module.lines > 1]  # else a docstring at most
    comments = sum(module.comments for module in tree.modules)
    return {
        "Python modules / lines": f"{len(tree.modules)} / {sum(module.lines for module in tree.modules):,}",
        "lines a module: median (without empty) / p90 / max": _spread(lines),
        "modules over 400 lines": str(sum(number > LONG_MODULE for number in lines)),
        "comments per 100 code lines": f"{100 * comments / _code(tree.modules):.1f}",
    }


def _of_bodies(tree: Tree) -> dict[str, str]:
    bodies = [body for module in tree.modules for body in module.bodies]
    long = sum(body.lines > LONG_BODY for body in bodies)
    worst = max(bodies, key=lambda body: body.complexity)
    public = [body for body in bodies if body.is_public]
    return {
        "function body lines: median / p90 / max": _spread([body.lines for body in bodies]),
        "bodies over 30 / over 60 lines": f"{long} ({100 * long / len(bodies):.1f} %) / "
        f"{sum(body.lines > LONGEST_BODY for body in bodies)}",
        "characters a body: median / p90": _spread([body.characters for body in bodies]).rpartition(" / ")[0],
        "worst complexity": f"{worst.complexity} `{worst.name}`",
        "functions wholly annotated": _share(bodies, [body for body in bodies if body.is_annotated]),
        "public functions with docstring": _share(public, [body for body in public if body.has_docstring]),
    }


def _of_sizes(tree: Tree) -> dict[str, str]:
    scripts, styles, statements = tree.files(".js"), tree.files(".css"), tree.files(".sql")
    script_tests = [text for suffix in (".js", ".mjs") for text in tree.files(suffix, ["tests/javascript"])]
    named, said = (sum(numbers) for numbers in zip(*map(queries, statements), strict=True))
    tests, code = (sum(module.lines for module in modules) for modules in (tree.tests, tree.modules))
    every = code + _lines(scripts) + _lines(statements)
    return {
        "test lines / code lines (py / py)": f"{tests / code:.2f}",
        "the same where rules live": _where_rules_live(tree),
        "the same against py+js+sql": f"{(tests + _lines(script_tests)) / every:.2f}",
        "JavaScript files / lines; lines of its own tests": f"{_size(scripts)}; {_lines(script_tests):,}",
        "CSS files / lines": _size(styles),
        "SQL files / lines; queries with a comment": f"{_size(statements)}; {said} of {named}",
    }


def _where_rules_live(tree: Tree) -> str:
    """Return the lines of the tests that answer for modules of rules, against the lines of these modules.

    Which are which is the table `model` of tests/mutations.toml; only tests without a database count, each file once.
    """
    listed = tree.root / "tests" / "mutations.toml"
    if not listed.exists():
        return "–"
    model = mutants.load(listed).model
    tests = {test for named in model.values() for test in named if test.startswith("tests/unit/")}
    sizes = {module.path: module.lines for module in (*tree.modules, *tree.tests)}
    told, code = (sum(sizes[path] for path in paths) for paths in (tests, model))
    return f"{told / code:.2f} ({len(model)} modules, {code:,} lines)"


def _of_structure(tree: Tree) -> dict[str, str]:
    folders = Counter(module.folder for module in tree.modules)
    shared = shared_names(tree.modules)
    names = {name for module in tree.modules for name in module.classes}
    bare = sum(map(is_one_word, names))
    return {
        "largest folders (Python files, flat)": ", ".join(
            f"{number} {folder}" for folder, number in folders.most_common(3)
        ),
        "circles of imports": str(len(circles(tree.modules))),
        "class names in more than one file": f"{len(shared)} of {len(names)} = {100 * len(shared) / len(names):.0f} %",
        "class names of one bare word": f"{100 * bare / len(names):.0f} %",
    }


def _spread(numbers: Sequence[int]) -> str:
    ordered = sorted(numbers)
    return f"{median(ordered):.0f} / {ordered[int(0.9 * (len(ordered) - 1))]} / {ordered[-1]}"


def _share(every: Sequence[Body], some: Sequence[Body]) -> str:
    return f"{100 * len(some) / len(every):.0f} %" if len(some) in (0, len(every)) else f"{len(some)} of {len(every)}"


def _code(modules: Iterable[Module]) -> int:
    return sum(module.code_lines for module in modules)


def _lines(texts: Iterable[str]) -> int:
    return sum(len(text.splitlines()) for text in texts)


def _size(texts: Sequence[str]) -> str:
    return f"{len(texts)} / {_lines(texts):,}"


if __name__ == "__main__":
    main()
