"""What can be counted of code: modules, functions, classes, imports, comments. Pure: source text in, figures out."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.match_case, ast.comprehension)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Body:
    """One function. Lines and characters are of its body, without docstring, comments and empty lines."""

    module: str
    name: str
    lines: int
    characters: int
    complexity: int  # 1 and one more for each branch, loop, handler, comprehension, further condition
    is_annotated: bool
    is_public: bool
    has_docstring: bool


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file."""

    path: str
    lines: int
    code_lines: int  # neither empty nor only a comment
    comments: int
    bodies: tuple[Body, ...]
    classes: tuple[str, ...]
    imports: frozenset[str]  # dotted names, at the top of the module

    @property
    def name(self) -> str:
        """The dotted name."""
        path = PurePosixPath(self.path).with_suffix("")
        return ".".join(path.parent.parts if path.name == "__init__" else path.parts)

    @property
    def folder(self) -> str:
        """Where it lies."""
        return str(PurePosixPath(self.path).parent)


def read(path: str, source: str) -> Module:
    """Count one module."""
    tree = ast.parse(source)
    lines = source.splitlines()
    comments = [token.start[0] for token in _tokens(source) if token.type == tokenize.COMMENT]
    code = {number for number, line in enumerate(lines, 1) if line.strip() and not line.lstrip().startswith("#")}
    return Module(
        path=path,
        lines=len(lines),
        code_lines=len(code),
        comments=len(comments),
        bodies=tuple(
            _body(path, node, lines, code, is_public=public) for node, public in _functions(tree, is_open=True)
        ),
        classes=tuple(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)),
        imports=frozenset(_imports(tree)),
    )


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(source).readline)


def _functions(node: ast.AST, *, is_open: bool) -> Iterator[tuple[Function, bool]]:
    """Yield every function, and whether others see it: no underscore at it or around it, no function around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child, is_open and not child.name.startswith("_")
            yield from _functions(child, is_open=False)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, is_open=is_open and not child.name.startswith("_"))
        else:
            yield from _functions(child, is_open=is_open)


def _body(path: str, node: Function, lines: list[str], code: set[int], *, is_public: bool) -> Body:
    has_docstring = ast.get_docstring(node) is not None
    statements = node.body[has_docstring:]
    numbers = [number for one in statements for number in range(one.lineno, (one.end_lineno or one.lineno) + 1)]
    mine = [lines[number - 1].strip() for number in numbers if number in code]
    given = node.args
    parameters = [one for one in given.posonlyargs + given.args + given.kwonlyargs if one.arg not in ("self", "cls")]
    parameters += [one for one in (given.vararg, given.kwarg) if one is not None]
    return Body(
        module=path,
        name=node.name,
        lines=len(mine),
        characters=sum(map(len, mine)),
        complexity=complexity_of(node),
        is_annotated=node.returns is not None and all(one.annotation is not None for one in parameters),
        is_public=is_public,
        has_docstring=has_docstring,
    )


def complexity_of(node: Function) -> int:
    """Return how many ways lead through a function, those inside functions of its own included."""
    found = 1
    for inner in ast.walk(node):
        if isinstance(inner, _BRANCHES):
            found += 1
        if isinstance(inner, ast.comprehension):
            found += len(inner.ifs)
        if isinstance(inner, ast.BoolOp):
            found += len(inner.values) - 1
    return found


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circles(modules: Iterable[Module]) -> list[set[str]]:
    """Return the groups of modules that import one another in a circle."""
    graph = import_graph(modules)
    reach = {name: _reachable(graph, name) for name in graph}
    groups = {frozenset({name} | {other for other in reach[name] if name in reach[other]}) for name in graph}
    return [set(group) for group in groups if len(group) > 1]


def import_graph(modules: Iterable[Module]) -> Mapping[str, set[str]]:
    """Return whom each module imports, of these modules."""
    known = {module.name: module for module in modules}
    graph: dict[str, set[str]] = {name: set() for name in known}
    for name, module in known.items():
        for wanted in module.imports:
            target = wanted if wanted in known else wanted.rpartition(".")[0]
            if target in known and target != name:
                graph[name].add(target)
    return graph


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph[name]
    return found


def shared_names(modules: Iterable[Module]) -> dict[str, set[str]]:
    """Return the class names that stand in more than one file, each with its files."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    for module in modules:
        for name in module.classes:
            files[name].add(module.path)
    return {name: paths for name, paths in files.items() if len(paths) > 1}


def is_one_word(name: str) -> bool:
    """Whether a class name is one bare word: Level, not AirLevel."""
    return len(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name.strip("_"))) == 1


def queries(sql: str) -> tuple[int, int]:
    """Return how many named queries a file has, and how many of them say what they are for."""
    blocks = re.split(r"^-- name: *", sql, flags=re.MULTILINE)[1:]
    said = [block for block in blocks if re.search(r"^\s*--", block.partition("\n")[2], re.MULTILINE)]
    return len(blocks), len(said)
