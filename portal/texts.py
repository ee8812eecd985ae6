"""Every word that the portal shows, in both languages, from `texts.toml`."""

from pathlib import Path

from cityops.web.texts import LANGUAGES, Texts

TEXTS = Texts([Path(__file__).parent / "texts.toml"])
load_texts, say, speaker = TEXTS.load, TEXTS.say, TEXTS.speaker


def wanted_language(chosen: str | None, accepted: str, usual: str) -> str:
    """Return the language of an answer: the one chosen in the address, else the first of ours that a browser names."""
    if chosen in LANGUAGES:
        return chosen
    wishes = [part.partition(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), usual)
