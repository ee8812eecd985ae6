"""Recovery codes: they stand in for a second factor, each once."""

import base64
import hashlib
import secrets
from datetime import datetime

from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("cityops.storage")

CODES = 10
CODE_BYTES = 10  # 80 bits: also whoever has the table of hashes finds none


def use_recovery_code(tx: Transaction, name: str, row: Row, code: str, *, now: datetime, origin: str) -> bool:
    """Whether a text is a recovery code that was not used yet; from now on it was."""
    if not tx.execute(SQL["use_recovery_code"], user_name=name, code_hash=_hash(code), now=now):
        return False
    record(tx, name, "user.recovery_code", name, at=now, origin=origin, detail={"left": row["recovery_codes"] - 1})
    return True


def new_recovery_codes(tx: Transaction, name: str) -> list[str]:
    """Make recovery codes, of which the database keeps the hashes; earlier ones end. Show them once."""
    made = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES)]
    tx.execute(SQL["forget_recovery_codes"], user_name=name)
    tx.execute(SQL["store_recovery_codes"], user_name=name, hashes=[_hash(code) for code in made])
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in made]


def _hash(code: str) -> bytes:
    """Return what the table holds of a code, however a person typed it."""
    return hashlib.sha256("".join(filter(str.isalnum, code.lower())).encode()).digest()
