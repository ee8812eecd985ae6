"""Every sentence with which an act on a case is refused has Chinese words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cases
import dashboard
from dashboard.cases.refusal_words import in_language

ROOM = Path(cases.__file__).parent
SOURCES = [*ROOM.glob("life/*.py"), *ROOM.glob("store/*.py"), *Path(dashboard.__file__).parent.glob("*/case*.py")]
SAYERS = ("need", "ActRefused", "ActForbidden", "PostUnusable")


def sentences() -> Iterator[str]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYERS:
                said = node.args[-1] if node.args else None
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
                elif isinstance(said, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "Xa" for part in said.values)


FOUND = sorted(set(sentences()))


@pytest.mark.parametrize("sentence", FOUND)
def test_every_refusal_has_chinese_words(sentence: str) -> None:
    said = in_language(sentence, "zh")

    assert said != sentence
    assert "{" not in said
    assert in_language(sentence, "en") == sentence


def test_there_are_refusals_and_codes_in_them_are_named() -> None:
    assert len(FOUND) > 40
    assert in_language("A case that is filed cannot take “close”.", "zh") == "“已立案”的案件不能“结案”。"
