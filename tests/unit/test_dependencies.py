"""What is installed is what was looked at: every package pinned to one version and to the digests of its files."""

import re
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(lock: str) -> list[str]:
    """Return each requirement of a lock file with the lines that belong to it."""
    text = (REPOSITORY / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_digests_and_comes_from_a_registry(lock: str) -> None:
    found = entries(lock)
    loose = [entry[:80] for entry in found if not PIN.match(entry) or not DIGEST.search(entry)]

    assert len(found) > 30
    assert loose == []
    assert not re.search(r"(git\+|https?://|file:|--index|--extra-index|--trusted-host)", "\n".join(found))


def test_both_lock_files_agree_on_every_version() -> None:
    product, development = ({PIN.match(entry)[0] for entry in entries(lock)} for lock in LOCKS)  # type: ignore[index]

    assert product <= development


def test_everything_the_product_asks_for_is_locked() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[^A-Za-z0-9._-]", entry)[0].lower().replace("_", "-") for entry in project["dependencies"]}
    locked = {PIN.match(entry)["name"].lower().replace("_", "-") for entry in entries("requirements.lock")}  # type: ignore[index]

    assert wanted <= locked


def test_packages_are_installed_by_their_digests() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "--requirement" in line]

    assert installs
    assert all("--require-hashes" in line for line in installs)
