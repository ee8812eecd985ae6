"""Files as values of hidden fields, for a form that is tried before it is sent for good."""

import base64
import binascii
from collections.abc import Iterable

from cityops.web.uploads import FormMalformed

_SEPARATOR = "/"  # between a name and its content: no name that a browser sends has one


def pack_files(files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Return files as values of hidden fields, so that a form sends again what was tried."""
    return [
        f"{name.replace(_SEPARATOR, '-')}{_SEPARATOR}{base64.urlsafe_b64encode(content).decode()}"
        for name, content in files
    ]


def unpack_files(values: Iterable[str]) -> list[tuple[str, bytes]]:
    """Return the files of hidden fields. Raises FormMalformed."""
    found = []
    for value in values:
        name, separator, content = value.partition(_SEPARATOR)
        try:
            found.append((name, base64.b64decode(content.encode("ascii"), altchars=b"-_", validate=True)))
        except (binascii.Error, UnicodeEncodeError) as error:
            raise FormMalformed from error
        if not separator:
            raise FormMalformed
    return found
