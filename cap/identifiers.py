"""The identifier of a message as China's platforms write it (GB/T 35965.1): 31 characters.

Fourteen of the sender (GB/T 2260 division 6, GB/T 4657 agency 3, internal 3, extension 2), Beijing time, a serial.
"""

import re
from datetime import datetime, timedelta, timezone

SENDER_CODE = re.compile(r"[0-9]{14}")
SERIALS = 10  # messages of one second
BEIJING = timezone(timedelta(hours=8))  # always, wherever the city is


def identifier_of(sender_code: str, sent: datetime, serial: int) -> str:
    """Return the identifier of a message, such as 31000041600000_20260701081500_0. Raises ValueError."""
    if SENDER_CODE.fullmatch(sender_code) is None or not 0 <= serial < SERIALS:
        raise ValueError(f"{sender_code!r} is not of 14 digits, or {serial} is no serial from 0 to 9")
    return f"{sender_code}_{sent.astimezone(BEIJING):%Y%m%d%H%M%S}_{serial}"
