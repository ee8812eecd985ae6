"""What in a text tells who somebody is: telephone numbers, ID numbers, e-mail addresses. Pure.

It finds too much rather than too little: what it finds is looked at by a person, who takes it out or writes it anew.
"""

import re
import unicodedata
from enum import StrEnum


class Personal(StrEnum):
    """What was found."""

    PHONE = "a telephone number"
    IDENTITY = "an ID number"
    EMAIL = "an e-mail address"


# As people hide them from machines: 138 0013-8000, 一三八零零…, 138。0013。8000
_CHINESE_DIGITS = str.maketrans("零〇○一二三四五六七八九幺", "0001234567891")
_BETWEEN = r"[\s.。·,，_()（）*/\\|-]{0,3}"
_PHONE = re.compile(rf"(?<!\d)\+?(?:\d{_BETWEEN}){{6,}}\d")
_IDENTITY = re.compile(rf"(?<!\d)(?:\d{_BETWEEN}){{17}}[\dXx]")
_EMAIL = re.compile(r"[\w.+-]{1,64}\s{0,2}(?:@|\(at\)|\[at\])\s{0,2}[\w-]{1,64}(?:\s?\.\s?[\w-]{1,64})+", re.IGNORECASE)


def find_personal(text: str) -> tuple[Personal, ...]:
    """Return what kinds of personal data a text holds, each once."""
    plain = unicodedata.normalize("NFKC", text)
    spelled = plain.translate(_CHINESE_DIGITS)
    found = []
    if _EMAIL.search(plain):
        found.append(Personal.EMAIL)
    if _IDENTITY.search(spelled):
        found.append(Personal.IDENTITY)
        spelled = _IDENTITY.sub("", spelled)
    if _PHONE.search(spelled):
        found.append(Personal.PHONE)
    return tuple(sorted(found))
