"""How a person can be reached, what of it is shown, and when two contacts are one person's. Pure."""

import re
from dataclasses import dataclass, fields

from citizens.errors import ReportUnusable
from cityops.names import fold

LONGEST = 200  # characters of each part
_DIALLED = re.compile(r"[\s().-]+")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who somebody is, as far as they said so; "" is nothing said."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.name or self.phone or self.email)

    @property
    def person(self) -> str:
        """By what this person is known again; "" where nothing of it was said. A name alone is many people's."""
        return phone_key(self.phone) if self.phone else fold(self.email)


NOBODY = Contact()


def phone_key(phone: str) -> str:
    """Return a telephone number as it is compared: 138-0013-8000, +86 138 0013 8000 and 008613800138000 are one."""
    digits = _DIALLED.sub("", fold(phone))
    for code in ("+86", "0086"):
        digits = digits.removeprefix(code)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return digits


def check_contact(contact: Contact) -> None:
    """Raise ReportUnusable unless somebody can be reached by what was said, or nothing was."""
    for field in fields(contact):
        text = getattr(contact, field.name)
        if len(text) > LONGEST or _CONTROL.search(text):
            raise ReportUnusable(field.name, f"The {field.name} is too long, or holds control characters.")
    if contact.phone and not _PHONE.fullmatch(_DIALLED.sub("", fold(contact.phone))):
        raise ReportUnusable("phone", "This is no telephone number.")
    if contact.email and not _EMAIL.fullmatch(contact.email.strip()):
        raise ReportUnusable("email", "This is no e-mail address.")


def masked(contact: Contact) -> Contact:
    """Return what of a contact everybody at work may see: 138****5678, 李**, z***@example.cn."""
    return Contact(_mask_name(contact.name), _mask_phone(contact.phone), _mask_email(contact.email))


def _mask_name(name: str) -> str:
    return name[:1] + "*" * min(2, len(name) - 1) if name else ""


def _mask_phone(phone: str) -> str:
    digits = phone_key(phone)
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-4:]}"


def _mask_email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""
