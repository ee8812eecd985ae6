"""A real OpenID Connect provider in a Node process, and a person who logs in there."""

import json
import subprocess
from pathlib import Path
from typing import Any

import requests

from tests import npm

HERE = Path(__file__).parent
SECRET = "tested-secret-of-the-client"


class Provider:
    """The process; `people` are the claims of each subject, which may change while it runs."""

    def __init__(self, folder: Path, redirect: str) -> None:
        self._people = folder / "people.json"
        self.know({})
        place = npm.install(HERE, "server.mjs")
        self._process = subprocess.Popen(
            [npm.NODE, place / "server.mjs", self._people, redirect],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.issuer = next(line.strip() for line in self._process.stdout if line.startswith("http://127."))

    def know(self, people: dict[str, dict[str, Any]]) -> None:
        """Have the provider say this of its people from now on."""
        self._people.write_text(json.dumps(people))

    def log_in(self, address: str, subject: str) -> str:
        """Go where an application sent somebody, log in, and return the address where the provider sends them back."""
        with requests.Session() as browser:
            while address.startswith(self.issuer):
                answer = browser.get(address, allow_redirects=False, timeout=60)
                assert answer.status_code in (302, 303), answer.text
                address = requests.compat.urljoin(address, answer.headers["location"])
                if "/interaction/" in address:
                    address += f"?login={subject}"
        return address

    def stop(self) -> None:
        """End the process, if it still runs."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
