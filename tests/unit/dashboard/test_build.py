"""A page is old when what it is made of has changed, whatever the version says."""

from pathlib import Path

from dashboard import page_version


def test_any_change_of_a_file_changes_the_digest_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    script, other = tmp_path / "assets" / "a.js", tmp_path / "notes.txt"
    script.write_text("one")
    before = page_version.digest_of(tmp_path, ["assets/**/*"])

    other.write_text("of no page")
    assert page_version.digest_of(tmp_path, ["assets/**/*"]) == before
    script.write_text("two")
    changed = page_version.digest_of(tmp_path, ["assets/**/*"])
    script.rename(tmp_path / "assets" / "b.js")
    assert len({before, changed, page_version.digest_of(tmp_path, ["assets/**/*"])}) == 3


def test_scripts_styles_texts_and_layouts_count() -> None:
    files = {path for pattern in page_version.MADE_OF for path in page_version.HERE.glob(pattern)}

    assert {page_version.HERE / name for name in ("assets/live.js", "assets/wall.css", "texts.toml")} <= files
    assert page_version.HERE / "pages/desk/view.py" in files


def test_the_files_are_read_once() -> None:
    page_version.digest()
    asked = page_version.digest.cache_info().misses

    assert page_version.digest() == page_version.digest()
    assert page_version.digest.cache_info().misses == asked
