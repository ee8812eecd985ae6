"""What is on its way to the public tells nobody's number, however it is written; and who may see a contact."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.errors import ActForbidden
from cases.life.details import CaseType
from cases.life.posts import CaseActor, Post
from citizens.errors import ContactClosed
from citizens.persons.contact_rights import check_publishing, check_reveal
from citizens.persons.personal import Personal, find_personal
from citizens.places import AreaFinder
from cityops.areas import Area, AreaLevel
from tests.unit.cases import people


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话13800138000，请回电", {Personal.PHONE}),
        ("138-0013-8000", {Personal.PHONE}),
        ("１３８ ００１３ ８０００", {Personal.PHONE}),
        ("138。0013。8000", {Personal.PHONE}),
        ("一三八零零一三八零零零", {Personal.PHONE}),
        ("(025) 8888 1234", {Personal.PHONE}),
        ("+86 138 0013 8000", {Personal.PHONE}),
        ("身份证 320102199003071234", {Personal.IDENTITY}),
        ("32010219900307123X", {Personal.IDENTITY}),
        ("320102 19900307 123x 和 13800138000", {Personal.IDENTITY, Personal.PHONE}),
        ("写信到 li.lei@mail.example", {Personal.EMAIL}),
        ("li(at)mail.example", {Personal.EMAIL}),
        ("ｌｉ＠ｍａｉｌ．ｅｘａｍｐｌｅ", {Personal.EMAIL}),
    ],
)
def test_what_tells_who_somebody_is_is_found(text: str, found: set[Personal]) -> None:
    assert set(find_personal(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "光明路 8 号 3 幢 201 室",
        "12345 热线",
        "2026-11 起每晚 23:30 到 05:00",
        "水深 35 cm",
        "打 110 或 119",
        "3.5 公里",
    ],
)
def test_what_tells_nobody_may_pass(text: str) -> None:
    assert find_personal(text) == ()


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.lists(st.sampled_from(["", " ", "-", "。", "."]), min_size=10, max_size=10),
    st.text(alphabet="路灯不亮，", max_size=10),
)
def test_a_number_is_found_whatever_stands_between_its_digits(phone: str, between: list[str], around: str) -> None:
    hidden = "".join(digit + sign for digit, sign in zip(phone, [*between, ""], strict=True))

    assert Personal.PHONE in find_personal(around + hidden + around)


def test_a_department_never_learns_who_complained_about_it() -> None:
    for kind in (CaseType.COMPLAIN, CaseType.ACCUSE):
        for actor in (people.HEAD, people.WORKER):
            with pytest.raises(ContactClosed, match="without knowing"):
                check_reveal(actor, kind=kind, confidential=False, departments=["roads"])
    check_reveal(people.HEAD, kind=CaseType.HELP, confidential=False, departments=["roads"])
    with pytest.raises(ContactClosed):
        check_reveal(people.HEAD, kind=CaseType.HELP, confidential=False, departments=["water"])


@pytest.mark.parametrize("post", Post)
def test_who_may_look_and_who_may_publish(post: Post) -> None:
    actor = CaseActor("li", post, "roads" if post in (Post.HEAD, Post.WORKER) else "")
    allowed = {Post.ACCEPTOR, Post.CHIEF}
    tries: dict[str, Callable[[], None]] = {
        "reveal": lambda: check_reveal(actor, kind=CaseType.ACCUSE, confidential=False, departments=["roads"]),
        "confidential": lambda: check_reveal(actor, kind=CaseType.HELP, confidential=True, departments=["roads"]),
        "publish": lambda: check_publishing(actor),
    }
    done = set()
    for name, attempt in tries.items():
        try:
            attempt()
        except (ContactClosed, ActForbidden):
            continue
        done.add(name)

    expected = {"reveal", "publish"} if post in allowed else set()
    assert done == expected | ({"confidential"} if post is Post.CHIEF else set())


def square(west: float, south: float, size: float) -> dict[str, object]:
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def test_the_smallest_area_has_a_place() -> None:
    finder = AreaFinder(
        [
            Area("99", "市", AreaLevel.CITY, geometry=square(118, 31, 1)),
            Area("9901", "区", AreaLevel.DISTRICT, "99", geometry=square(118, 31, 0.5)),
            Area("9902", "无图", AreaLevel.DISTRICT, "99"),
        ]
    )

    assert finder.find(118.2, 31.2) == "9901"
    assert finder.find(118.5, 31.5) == "9901"  # its edge is its own
    assert finder.find(118.7, 31.7) == "99"
    assert finder.find(0, 0) is None
    assert AreaFinder([]).is_blind
