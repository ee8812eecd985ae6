"""Who is refused at a browser is told so on a page, in their language and with what to do; programs get JSON."""

import pytest

from cityops.accounts.roles import Role
from tests.page_words import words
from tests.security.conftest import House, account_of

PAGE = {"accept": "text/html,application/xhtml+xml"}
REFUSED = {
    "/sharing/ask?provider=water": (403, "安全管理员", "security administrator"),
    "/admin/tokens": (403, "安全管理员", "security administrator"),
    "/knowledge/one": (422, "从菜单进入", "by the menu"),
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_refused_page_says_what_to_do_in_both_languages(shared_house: House, path: str) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    status, *hints = REFUSED[path]
    for language, hint in zip(("zh", "en"), hints, strict=True):
        asked = f"{path}{'&' if '?' in path else '?'}lang={language}"
        answer = shared_house.ask("GET", asked, cookie=cookie, headers=PAGE)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), path
        assert hint in words(answer)
        assert 'href="/"' in answer.text
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("path", REFUSED)
def test_a_program_gets_the_same_as_json(shared_house: House, path: str) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    answer = shared_house.ask("GET", path, cookie=cookie)

    assert answer.status_code == REFUSED[path][0]
    assert set(answer.json()) == {"error", "message"}


def test_what_is_for_programs_stays_so_in_a_browser(shared_house: House) -> None:
    cookie = shared_house.log_in(account_of(Role.OFFICER))
    answer = shared_house.ask("GET", "/api/v1/cases/999999", cookie=cookie, headers=PAGE)

    assert (answer.status_code, answer.json()["error"]) == (404, "unknown")
