"""The ids of `/shift`."""

from enum import StrEnum


class Ids(StrEnum):
    """What callbacks and tests call the parts of this page."""

    ADDRESS = "shift-address"
    TICK = "shift-tick"
    PAPER = "shift-paper"
    TOOLS = "shift-paper-tools"
    SEEN = "shift-seen-store"  # {"action", "sheet", "shown"}: what the person sees, and signs on
    SIGN_BOX = "shift-sign-box"
    SIGN_TITLE = "shift-sign-title"
    SIGN_HINT = "shift-sign-hint"
    PASSWORD = "shift-password-input"  # noqa: S105  (an id)
    SIGN = "shift-sign-button"
    SIGN_MESSAGE = "shift-sign-message"
    SIGNED = "shift-signed-store"  # changed when somebody signed, so that the page shows it
    WORDS = "shift-note-input"
    WRITE = "shift-note-button"
    WRITE_BOX = "shift-note-box"
    NOTE_MESSAGE = "shift-note-message"
    WRITTEN = "shift-written-store"
    NOTES = "shift-notes"
    PAST = "shift-past-sheets"
