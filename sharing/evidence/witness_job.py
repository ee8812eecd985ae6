"""The job of `cityops watch` that has another city countersign how far the audit chain goes, once a day."""

import tomllib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from msgspec import structs

from alerts.watch.jobs import Job
from cityops.settings import Settings
from cityops.storage import Database, load_queries
from cityops.storage.audit import ChainBroken, audit_head
from sharing.errors import WitnessUnusable
from sharing.evidence.asking import fetch_countersignature
from sharing.evidence.keys import read_public_key

SQL = load_queries("sharing")
EVERY = 600.0  # seconds; the first round of a day does it, and the next one where the witness did not answer


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another city: where its dashboard is, the files of its token and its public key, where to keep what it signs.

    Paths that are not absolute are below the folder of the file that says this.
    """

    address: str
    token_file: str
    key_file: str
    folder: str


def load_witness(path: Path | None) -> Witness | None:
    """Return what a file says; None of none. Raises WitnessUnusable naming the field."""
    if path is None:
        return None
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=Witness)
    except OSError as error:
        raise WitnessUnusable(f"{path} cannot be read ({error.strerror}). {WitnessUnusable.__doc__}") from error
    except (msgspec.ValidationError, msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        raise WitnessUnusable(f"{path}: {error}. {WitnessUnusable.__doc__}") from error
    here = path.parent
    paths = {name: str(here / getattr(found, name)) for name in ("token_file", "key_file", "folder")}
    return structs.replace(found, **paths)


def jobs(database: Database, settings: Settings) -> list[Job]:
    """Return the job, where a witness is named. Raises WitnessUnusable."""
    witness = load_witness(settings.witness_file)
    if witness is None:
        return []
    return [Job("countersignatures", EVERY, partial(tend_countersignatures, database, witness=witness))]


def tend_countersignatures(database: Database, now: datetime, *, witness: Witness) -> bool:
    """Have the end of the chain countersigned, once a day (UTC). False: another program does it.

    Raises as `fetch_countersignature`; ChainBroken where the chain has no end.
    """
    folder = Path(witness.folder)
    with database.transaction() as tx:
        if not tx.value(SQL["lead_countersignatures"]):
            return False
        head = audit_head(tx)  # nothing is asked of the network while the transaction is open
    if head is None:
        raise ChainBroken(f"The head of the audit chain is gone. {ChainBroken.__doc__}")
    if is_due(folder, now):
        key = read_public_key(Path(witness.key_file))
        fetch_countersignature(witness.address, head, token_file=Path(witness.token_file), key=key, folder=folder)
    return True


def is_due(folder: Path, now: datetime) -> bool:
    """Whether nothing was kept on this day (UTC) yet."""
    kept = [file.stat().st_mtime for file in folder.glob("*.json")]
    return not kept or datetime.fromtimestamp(max(kept), UTC).date() < now.astimezone(UTC).date()
