"""Encodings of Chinese files: what is given, what a file declares, and what is worth trying."""

import codecs

from cityops.imports.findings import ImportRefused

CHINESE = "GB18030"  # holds GBK and GB2312


def known(encoding: str) -> str:
    """Return the codec of an encoding given by a person. Raises ImportRefused."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise ImportRefused(f"--encoding {encoding} is unknown. Use one such as UTF-8 or {CHINESE}.") from None


def declared(text: str) -> list[str]:
    """Return the codec that the .cpg of a shapefile names, or nothing when it names none that we know."""
    for name in (text, f"cp{text}"):  # ArcGIS writes 936 for GBK
        try:
            return [codecs.lookup(name).name]
        except LookupError:
            continue
    return []


def unreadable(name: str, given: str | None) -> ImportRefused:
    """Return what to say of a file whose text is not in the encoding given, or in none of those tried."""
    if given is not None:
        return ImportRefused(
            f"The text of {name} is not in {given}, as --encoding says. "
            f"Give --encoding another name, such as {CHINESE} or BIG5, or leave it out."
        )
    return ImportRefused(
        f"The text of {name} is neither UTF-8 nor {CHINESE}. Give --encoding, such as BIG5, or export it in UTF-8."
    )
