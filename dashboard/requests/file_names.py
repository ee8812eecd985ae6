"""Names of files that leave the house, as every system takes them. Pure.

A name may hold what somebody asked for; it becomes no path, no header and no second line.
"""

import re
import unicodedata
from urllib.parse import quote

LONGEST_BYTES = 240  # file systems hold 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f"\'`\\/:*?<>|;%\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+')


def safe_name(name: str) -> str:
    """Return a name without what has a meaning for a system, a shell or a header; the ending stays."""
    clean = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip(" .-") or "file"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = clean, "", ""
    room = LONGEST_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending


def attachment(name: str) -> str:
    """Return the header Content-Disposition of a file (RFC 6266): names beyond ASCII in the form made for them."""
    clean = safe_name(name)
    if clean.isascii():
        return f'attachment; filename="{clean}"'
    plain = safe_name(re.sub(r"[^\x20-\x7e]+", "_", clean))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
