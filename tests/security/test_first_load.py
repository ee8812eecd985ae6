"""What browsers are told to load early, and what they may keep."""

import re

import pytest

from cityops.accounts.roles import Role
from dashboard.ui.early_parts import plotly_address
from tests.security.conftest import House, account_of


@pytest.fixture
def cookie(shared_house: House) -> str:
    return shared_house.log_in(account_of(Role.OFFICER))


def test_a_wall_loads_its_map_early_and_nothing_of_other_pages(shared_house: House, cookie: str) -> None:
    wall, desk = (shared_house.ask("GET", path, cookie=cookie).text for path in ("/wall?scene=overview", "/desk"))

    assert 'href="/live/map?scene=overview"' in wall
    assert f'<script async src="{plotly_address()}">' in wall
    for needless in ("/dash_ag_grid/", "validation_layout"):
        assert needless in desk
        assert needless not in wall


def test_an_address_cannot_write_into_the_page(shared_house: House, cookie: str) -> None:
    found = shared_house.ask("GET", '/wall?scene="><script>alert(1)</script>', cookie=cookie).text

    assert "<script>alert(1)" not in found
    assert re.search(r'href="/live/map\?[^"<>]*"', found)


def test_the_map_is_sent_once_and_each_time_its_reader_is_asked_for(shared_house: House, cookie: str) -> None:
    first = shared_house.ask("GET", "/live/map", cookie=cookie)
    tag = {"If-None-Match": first.headers["etag"]}
    again = shared_house.ask("GET", "/live/map", cookie=cookie, headers=tag)
    other = shared_house.ask("GET", "/live/map?lang=en", cookie=cookie, headers=tag)
    stranger = shared_house.ask("GET", "/live/map", headers=tag)

    assert first.status_code == 200
    assert first.json()["parts"]["base"]
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200  # other words
    assert (stranger.status_code, stranger.headers["cache-control"]) == (401, "no-store")


def test_a_browser_that_cannot_unpack_gets_the_map_as_it_is(shared_house: House, cookie: str) -> None:
    packed = shared_house.ask("GET", "/live/map", cookie=cookie)
    plain = shared_house.ask("GET", "/live/map", cookie=cookie, headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_files_are_packed_for_browsers_that_unpack_and_are_what_they_were(shared_house: House) -> None:
    for path in (plotly_address(), "/assets/live.js", "/assets/look.css"):
        packed, again = (shared_house.ask("GET", path) for _ in range(2))
        plain = shared_house.ask("GET", path, headers={"Accept-Encoding": "identity"})

        assert packed.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
        assert packed.content == again.content == plain.content
        assert "Accept-Encoding" in packed.headers["vary"]
        assert "Accept-Encoding" in plain.headers["vary"]


def test_what_is_packed_already_or_is_not_there_stays_as_it_is(shared_house: House) -> None:
    icon = shared_house.ask("GET", "/_favicon.ico")
    missing = shared_house.ask("GET", "/assets/none.js")
    told = {"Range": "bytes=0-9"}
    part = shared_house.ask("GET", "/assets/live.js", headers=told)

    assert "content-encoding" not in icon.headers
    assert "content-encoding" not in missing.headers
    assert (part.status_code, len(part.content), part.headers.get("content-encoding")) == (206, 10, None)


def test_what_has_the_time_of_its_file_in_its_address_is_kept(shared_house: House) -> None:
    dated = shared_house.ask("GET", "/assets/live.js?m=1.5").headers["cache-control"]
    bare = shared_house.ask("GET", "/assets/live.js").headers.get("cache-control", "")
    missing = shared_house.ask("GET", "/assets/none.js?m=1").headers.get("cache-control", "")

    assert "immutable" in dated
    assert "immutable" not in bare + missing
    assert "max-age=31536000" in shared_house.ask("GET", plotly_address()).headers["cache-control"]
