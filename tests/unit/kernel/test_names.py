"""Names in the order that people expect, and found by what people type."""

import random

import pytest

from cityops import names

# As ICU 78 has them by zh-u-co-pinyin-kn-true.
IN_ORDER = (
    "（东）", "1号井", "2号井", "10号井", "安静路", "北京路", "北门", "北门2", "北门10", "仓库 3", "仓库 12", "曾家",
    "朝阳", "重庆路", "东门", "二号线圈", "和平路", "空气站", "空气站2", "空气站10", "绿地", "南门", "宁波路", "女儿桥",
    "三号桥", "西门", "一号空气站", "银行", "张江", "长江路", "中山路", "A站", "ABC", "abc 2", "abc 10",
)  # fmt: skip


def test_names_stand_in_the_order_of_icu() -> None:
    mixed = random.Random(3).sample(IN_ORDER, len(IN_ORDER))

    assert sorted(mixed, key=names.sort_key) == list(IN_ORDER)


def test_width_and_case_change_no_place() -> None:
    assert sorted(["ＧＡＳ－１０", "gas-2", "Gas-1"], key=names.sort_key) == ["Gas-1", "gas-2", "ＧＡＳ－１０"]


def test_a_rank_is_the_same_for_the_same_name() -> None:
    assert names.rank_names(["10号", "2号", "10号"]) == {"2号": 0, "10号": 1}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dmqt", "东门气体站"), ("dongmen", "东门气体站"), ("DM", "东门气体站"), ("ｄｍ", "东门气体站"),
        ("门气", "东门气体站"), ("cql", "重庆路"), ("zql", "重庆路"), ("chongqing", "重庆路"), ("lvd", "绿地"),
        ("gas-07", "ＧＡＳ－０７"), ("Ｇａｓ", "gas-07"), ("dm 10", "东门 10号"), ("dm10h", "东门 10 号"),
        ("東門", "東門"), ("①", "1号"),
    ],
)  # fmt: skip
def test_a_name_is_found_by_what_people_type(typed: str, name: str) -> None:
    assert names.finds(typed, names.search_key(name))


@pytest.mark.parametrize(("typed", "name"), [("xm", "东门"), ("dm 11", "东门 10号"), ("mdqt", "东门气体站")])
def test_another_name_is_not_found(typed: str, name: str) -> None:
    assert not names.finds(typed, names.search_key(name))


def test_any_of_several_names_is_found_and_none_across_two() -> None:
    key = names.search_key("东门", None, "gas-7", "浦东新区")

    assert names.finds("pdxq gas", key)
    assert not names.finds("门gas", key)
