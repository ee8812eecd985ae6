"""What may be a name holds a text up; what is none does not, as far as a pattern can tell."""

import pytest

from citizens.persons.person_names import may_name_somebody


@pytest.mark.parametrize(
    "text",
    [
        "我叫李雷，住光明路",
        "联系人：欧阳询之",
        "姓名 张三丰",
        "被举报人王五在楼道堆物",
        "物业的王经理说不管",
        "找过李师傅三次",
        "司马先生没有回应",
        "刘 女士".replace(" ", ""),
        "联系人\n陈晨",
        "My name is Li Lei",
        "Ask Mr. Wang about it",
        "Ｍｒ． Ｗａｎｇ",
    ],
)
def test_what_may_be_a_name_is_looked_at_twice(text: str) -> None:
    assert may_name_somebody(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "路灯不亮，晚上很黑\n请来看看",
        "光明路 8 号门前积水，车辆熄火",
        "小区北门有人占道经营，夜里十一点还在放音乐",
        "高架桥下堆了垃圾",
        "The street light is out; it is dark at night",
        "联系人没有接电话",
    ],
)
def test_what_is_none_is_not(text: str) -> None:
    assert not may_name_somebody(text)
