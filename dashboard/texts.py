"""Translations: every word on the pages, in both languages, from `texts.toml` and those beside pages."""

from pathlib import Path

from cityops.web.texts import Texts

HERE = Path(__file__).parent
FILES = (HERE / "texts.toml", *sorted(HERE.glob("pages/*/texts.toml")))
TEXTS = Texts(FILES)
load_texts, say, speaker = TEXTS.load, TEXTS.say, TEXTS.speaker


def for_browser(language: str) -> dict[str, str]:
    """Return the texts that scripts use, unfilled: the section [browser], and [presence] as `presence_…`."""
    return {
        key.removeprefix("browser.").replace(".", "_"): words.in_language(language)
        for key, words in load_texts().items()
        if key.startswith(("browser.", "presence."))
    }
