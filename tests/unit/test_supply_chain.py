"""Where what we run comes from: images by version and digest, packages by licence, and a bill of materials."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import make_licences as licences

REPOSITORY = Path(__file__).parents[2]
FILES = ("docker-compose.yml", "Dockerfile", "deploy/account.sh")
IMAGE = re.compile(r"^(?:FROM| *image:|image=) *(\S+)", re.MULTILINE)
DIGEST = "sha256:" + "a" * 64
# Licences that may be handed on with the product. The last two ask for their own files to stay free: they do.
ALLOWED = {
    *(
        "MIT",
        "MIT-0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "0BSD",
        "ISC",
        "Zlib",
        "PSF-2.0",
        "PSFL",
        "CC0-1.0",
        "Unlicense",
    ),
    *("Apache-2.0", "Apache", "EPL-2.0", "MPL-2.0", "LGPL", "LGPL-3.0-or-later"),
}
WORDS = {
    "AND",
    "OR",
    "WITH",
    "License",
    "License,",
    "Version",
    "license",
    "2",
    "2.0",
    "2-Clause",
    "3-Clause",
    "with",
    "exceptions",
}


def images(folder: Path = REPOSITORY) -> set[str]:
    """Return the images of others that are named anywhere."""
    found = {image for file in FILES for image in IMAGE.findall((folder / file).read_text(encoding="utf-8"))}
    return {image for image in found if not image.startswith("cityops:")}


def test_an_image_is_named_the_same_everywhere() -> None:
    names = [image.split("@")[0].rpartition(":")[0] for image in images()]

    assert len(names) == len(set(names)) >= 3


def test_an_image_has_a_version_and_no_digest_but_a_whole_one() -> None:
    assert [image for image in images() if not re.fullmatch(r"\S+:\d+\.\d+\S*?(@sha256:[0-9a-f]{64})?", image)] == []


def test_once_one_image_is_pinned_none_is_left_unpinned() -> None:
    assert len({"@" in image for image in images()}) == 1


def test_the_script_pins_every_image_in_every_file(tmp_path: Path) -> None:
    for file in (*FILES, "deploy/pin-images.sh"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / file, tmp_path / file)
    before = images(tmp_path)
    (tmp_path / "docker").write_text(f"#!/bin/sh\necho {DIGEST}\n")
    (tmp_path / "docker").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for _ in range(2):  # again changes nothing
        subprocess.run(["sh", str(tmp_path / "deploy/pin-images.sh")], env=environment, check=True, capture_output=True)

    assert {image.split("@")[0] for image in images(tmp_path)} == before
    assert {image.partition("@")[2] for image in images(tmp_path)} - {""} <= {
        DIGEST,
        *(i.split("@")[1] for i in images() if "@" in i),
    }
    assert all("@" in image for image in images(tmp_path))


@pytest.mark.parametrize("lock", licences.LOCKS.values())
def test_every_dependency_has_a_licence_that_may_be_handed_on(lock: str) -> None:
    told = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", licences.PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    locked = licences.locked(lock)

    assert [package for package in locked if package not in told] == [], "run `make licences`"
    installed = {package: licences.licence_of(package) for package in locked if package not in licences.ELSEWHERE}
    assert {name: found for name, found in installed.items() if found and told[name] != found} == {}
    odd = {name: told[name] for name in locked if set(re.split(r"[\s()]+", told[name])) - {""} - ALLOWED - WORDS}
    assert odd == {}


def test_the_bill_of_materials_names_every_package_with_its_digests(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "cyclonedx-py"
    if not program.exists():
        pytest.skip("cyclonedx-bom is not installed; `make sbom` brings it")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    line = next(line for line in makefile.splitlines() if "cyclonedx-py" in line)
    command = line.strip().replace("$(BIN)/cyclonedx-py", str(program)).replace("build/", f"{tmp_path}/").split()
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    named = {part["name"].lower() for part in bill["components"]}

    assert bill["bomFormat"] == "CycloneDX"
    assert set(licences.locked("requirements.lock")) <= named
    assert all(part.get("hashes") or part.get("externalReferences") for part in bill["components"])
