"""Photographs of cases in the database."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from cases.errors import ActRefused, CaseUnknown
from cases.photo_files import Photo
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("cases")
MOST = 60  # of one case


def add_photo(tx: Transaction, case_id: int, photo: Photo, *, actor: str, now: datetime) -> str:
    """Keep a photograph of a case; return its SHA-256, by which acts name it. Raises CaseUnknown, ActRefused."""
    digest = hashlib.sha256(photo.content).hexdigest()
    if int(tx.value(SQL["count_photos"], case_id=case_id)) >= MOST:
        raise ActRefused("The case has as many photographs as it can hold.")
    values = {"longitude": photo.longitude, "latitude": photo.latitude, "actor": actor, "now": now}
    added = tx.execute(
        SQL["add_photo"], case_id=case_id, sha256=digest, kind=photo.kind, content=photo.content, **values
    )
    if not added and find_photo(tx, case_id, digest) is None:
        raise CaseUnknown
    return digest


def find_photo(tx: Transaction, case_id: int, sha256: str) -> Row | None:
    """Return kind and content of a photograph; None when the case has none of that name."""
    return tx.row(SQL["find_photo"], case_id=case_id, sha256=sha256)


def check_photos(tx: Transaction, case_id: int, wanted: Iterable[str]) -> None:
    """Raise ActRefused unless the case has all of these."""
    names = set(wanted)
    if names and len(tx.rows(SQL["photos_there"], case_id=case_id, wanted=sorted(names))) < len(names):
        raise ActRefused("A photograph is not there yet: send it first.")
