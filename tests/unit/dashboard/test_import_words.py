"""Every mistake in a catalogue that a page may show has Chinese words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cases
from cityops import imports
from dashboard.cases.refusal_words import in_language

ROOM, FILES = Path(cases.__file__).parent, Path(imports.__file__).parent / "files"
SOURCES = [
    *ROOM.glob("catalogue/*.py"),
    *(FILES / name for name in ("csv_files.py", "workbooks.py")),
]
SAYERS = {"ValueError": 0, "ImportRefused": 0, "RoutingError": 0}
# What the code builds from parts, as it comes out.
BUILT = [
    "'soon' is no limit such as 2u, 4h, 1d or 2n. This cannot be a time limit. Correct its value, unit or day rule.",
    "A limit of 0 is not above 0 and at most 3660. This cannot be a time limit. Correct its value, unit or day rule.",
    "the name is empty. Give every row a name",
    "the name has 300 characters. Shorten it to 200",
    "there are no rows. Give a file with at least one",
    "there is no such column. The file has: a, b. Call the one that holds it code",
    "there is no such column. The file has no columns at all. Export it again with its attributes",
    "roads stands in rows 1, 3. Remove all rows but one",
    "The text of a.csv is neither UTF-8 nor GB18030. Give --encoding, such as BIG5, or export it in UTF-8.",
    "it ends before it begins. Give a later day, or none",
    "big.xlsx would unpack to 300 MiB in 12 files. Save only the sheets that are needed.",
    "05-06 stood above already. Put its rows together",
]
# Only the command line gives a path, and so only there it may be wrong.
OF_VERBS = ("cannot be read (", "is no file. Correct the path.")


def sentences() -> Iterator[str]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYERS and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield said.value
                elif isinstance(said, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "Xa" for part in said.values)


FOUND = sorted({one for one in sentences() if not any(word in one for word in OF_VERBS)} | set(BUILT))


@pytest.mark.parametrize("sentence", FOUND)
def test_every_mistake_in_a_catalogue_has_chinese_words(sentence: str) -> None:
    said = in_language(sentence, "zh")

    assert said != sentence
    assert "{" not in said
    assert in_language(sentence, "en") == sentence


def test_there_are_mistakes_and_what_stands_in_them_stays() -> None:
    assert len(FOUND) > 25
    assert in_language("'king' is none of lead, help", "zh") == "'king' 不在可用的取值中：lead, help"
