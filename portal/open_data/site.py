"""What every catalogue says of this site. Pure."""

from dataclasses import dataclass

from portal.open_sets import OpenSet

LICENCES = {  # SPDX names as addresses; what is none of these is told in words
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}


@dataclass(frozen=True, slots=True)
class Site:
    """This site: its address without a slash at the end, its name, and whom to write to ("": nobody is named)."""

    base: str
    title: str
    language: str
    contact: str = ""

    def page_of(self, one: OpenSet) -> str:
        """Return where people read about a set; also by what it is identified."""
        return f"{self.base}/data/{one.name}"

    def of(self, path: str) -> str:
        """Return a whole address."""
        return f"{self.base}{path}"
