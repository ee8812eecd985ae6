"""The licence of every dependency, as it says of itself: writes docs/reference/licences.md. Run by `make licences`."""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs/reference/licences.md"
LOCKS = {"The product": "requirements.lock", "To build and develop it, beside those": "requirements-dev.lock"}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LONGEST = 60  # characters: some put the whole text of their licence there
# What a lock file names for other systems and cannot be asked here, and what says nothing of itself.
ELSEWHERE = {
    "async-timeout": "Apache-2.0",
    "capvalidator": "Apache-2.0",  # gives the whole text
    "colorama": "BSD-3-Clause",
    "exceptiongroup": "MIT",
    "isoduration": "ISC",
    "pywin32": "PSF-2.0",
    "tomli": "MIT",
    "winloop": "MIT",
}
_VAGUE = "Dual License"  # says of how many, not of which
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "GNU LGPL 3.0": "LGPL-3.0-or-later",
    "LGPL3": "LGPL-3.0-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_HEAD = """# Licences

What each dependency says of its licence.
`make licences` writes this page, and a test compares it with what is installed.
All may be used and handed on with the product.
Those that ask for more than their notice to be kept (LGPL, MPL) are used unchanged, as files of their own.
That is what they ask for.
A licence of another kind fails the test until somebody decides.
"""


def locked(lock: str) -> list[str]:
    """Return the packages of a lock file."""
    return sorted({name.lower() for name in _PIN.findall((REPOSITORY / lock).read_text(encoding="utf-8"))})


def licence_of(package: str) -> str:
    """Return the licence of an installed package, as an SPDX expression where it gives one."""
    if package in ELSEWHERE:
        return ELSEWHERE[package]
    about = metadata.metadata(package)
    expression, named = (about.get_all(field, [""])[0] for field in ("License-Expression", "License"))
    classified = [each.split(" :: ")[-1] for each in about.get_all("Classifier", []) if each.startswith("License ::")]
    found = " OR ".join(_SPDX.get(each, each) for each in classified)
    short = named if named and "\n" not in named and len(named) <= _LONGEST and named != _VAGUE else ""
    return expression or _SPDX.get(short, short) or found


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield part, package and licence."""
    seen: set[str] = set()
    for part, lock in LOCKS.items():
        for package in locked(lock):
            if package not in seen:
                seen.add(package)
                yield part, package, licence_of(package)


def page() -> str:
    """Return the page."""
    lines = [_HEAD]
    for part in LOCKS:
        lines += [f"## {part}", "| package | licence |", "|---|---|"]
        lines += [f"| `{package}` | {licence} |" for where, package, licence in rows() if where == part]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(REPOSITORY)}")
