"""deploy/backup.sh and deploy/restore.sh, with a stand-in for Docker that runs the verbs right here."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.test_backup import HISTORY, ask, counts, filled_url, fresh_url

__all__ = ["filled_url", "fresh_url"]  # fixtures

REPOSITORY = Path(__file__).parents[2]
# Runs what comes after the service on the database in STAND_IN_URL; paths in the container become those here.
STAND_IN = f"""#!{sys.executable}
import os, subprocess, sys
options = sys.argv[1:]
with open(os.environ["STAND_IN_LOG"], "a") as log:
    print(*options, file=log)
if "up" in options:
    sys.exit()
verb = options[options.index("migrate") + 1:] or ["db", "migrate"]
for option, value in zip(options, options[1:]):
    if option == "--volume":
        here, there, _ = value.split(":")
        verb = [here if word == there else word for word in verb]
        if there == "/restore":
            with open(os.path.join(here, "url")) as url, open(os.environ["STAND_IN_LOG"], "a") as log:
                print(url.read(), file=log)
environment = os.environ | {{"CITYOPS_DATABASE_URL": os.environ["STAND_IN_URL"]}}
sys.exit(subprocess.run([sys.executable, "-m", "cityops", *verb], env=environment).returncode)
"""


def run(script: str, *arguments: object, url: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script of deploy/ against a database, with its secrets and its log in a folder."""
    docker = folder / "bin" / "docker"
    docker.parent.mkdir(exist_ok=True)
    docker.write_text(STAND_IN)
    docker.chmod(0o755)
    (folder / "database_admin_password").write_text("c0ffee\n")
    return subprocess.run(
        ["sh", REPOSITORY / "deploy" / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ
        | {
            "PATH": f"{docker.parent}:{os.environ['PATH']}",
            "CITYOPS_SECRETS": str(folder),
            "STAND_IN_URL": url,
            "STAND_IN_LOG": str(folder / "log"),
        },
    )


def test_the_scripts_back_up_and_restore(filled_url: str, fresh_url: str, tmp_path: Path) -> None:
    saved = run("backup.sh", tmp_path / "backups", url=filled_url, folder=tmp_path)
    (file,) = (tmp_path / "backups").iterdir()

    assert (saved.returncode, saved.stdout.strip()) == (0, str(file))
    assert file.stat().st_mode & 0o777 == 0o600

    restored = run("restore.sh", file, url=fresh_url, folder=tmp_path)
    log = (tmp_path / "log").read_text()

    assert restored.returncode == 0, restored.stderr
    assert ask(filled_url, HISTORY) == ask(fresh_url, HISTORY)
    assert counts(filled_url) == counts(fresh_url)
    assert "postgresql://postgres:c0ffee@database:5432/cityops" in log
    assert log.index("up --detach --wait database") < log.index("db restore")


def test_old_backups_are_deleted_and_other_files_are_not(filled_url: str, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    for name, age in [("cityops-old.dump", 9), ("cityops-young.dump", 5), ("notes.txt", 9)]:
        (backups / name).touch()
        moment = time.time() - age * 86400
        os.utime(backups / name, (moment, moment))
    run("backup.sh", backups, 7, url=filled_url, folder=tmp_path)

    assert {"cityops-young.dump", "notes.txt"} < {file.name for file in backups.iterdir()}
    assert not (backups / "cityops-old.dump").exists()


def test_a_failed_backup_deletes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    old = tmp_path / "backups" / "cityops-old.dump"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (0, 0))
    failed = run("backup.sh", old.parent, url="postgresql://nobody@127.0.0.1:1/none", folder=tmp_path)

    assert failed.returncode == 1
    assert "No backup was made" in failed.stderr
    assert [old] == list(old.parent.iterdir())


@pytest.mark.parametrize(
    ("script", "arguments"),
    [("backup.sh", []), ("backup.sh", ["/tmp", "x"]), ("restore.sh", []), ("restore.sh", ["/"])],
)
def test_a_wrong_call_says_what_is_right(tmp_path: Path, script: str, arguments: list[str]) -> None:
    failed = run(script, *arguments, url="postgresql://nobody@127.0.0.1:1/none", folder=tmp_path)

    assert failed.returncode == 1
    assert f"{script} F" in failed.stderr
    assert not (tmp_path / "log").exists()


def test_a_refused_restore_starts_nothing(filled_url: str, tmp_path: Path) -> None:
    saved = run("backup.sh", tmp_path / "backups", url=filled_url, folder=tmp_path)
    refused = run("restore.sh", saved.stdout.strip(), url=filled_url, folder=tmp_path)

    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert not any(line.endswith("-T migrate") for line in (tmp_path / "log").read_text().splitlines())
