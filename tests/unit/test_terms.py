"""Whoever looks for a term of the field finds the module where the thing is done."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent
GLOSSARY = (HERE / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| ([a-z -]+) \| `([a-z_/]+\.py)` \|$", GLOSSARY, re.MULTILINE)


def test_the_glossary_lists_the_terms_of_the_code() -> None:
    assert len(TERMS) > 25


@pytest.mark.parametrize(("term", "module"), TERMS)
def test_a_term_leads_to_its_module(term: str, module: str) -> None:
    head = (HERE / module).read_text(encoding="utf-8").partition("\nimport")[0]

    assert term in head.lower(), f"{module} does not say that it is about {term}"
