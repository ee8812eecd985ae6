"""The knowledge base: stored by version, found in the words of people, and what of it the portal sees."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cases.catalogue.catalogue_files import demo_catalogue
from citizens.knowledge.article import Article
from citizens.knowledge.errors import ArticleChanged, ArticleUnknown, ArticleUnusable
from citizens.knowledge.shipped import shipped_articles
from citizens.store.articles import (
    article_versions,
    find_article,
    find_public_articles,
    list_articles,
    seed_articles,
    store_article,
)
from cityops.clock import utc_now
from cityops.storage import Database, Transaction

NOW = utc_now()
TODAY = NOW.date()
WATER = Article("停水怎么办", "请先看通知。", TODAY - timedelta(days=9), is_public=True)
# What people say, and which article answers: none of the sentences is in an article.
ASKED = (
    ("我家门口那条路全是水，车都开不过去了，桥洞也淹了", "道路积水、下穿通道被淹"),
    ("马路中间井盖没了，好危险", "井盖缺失、破损或松动"),
    ("小区外面那条街路灯坏了好几天，晚上太黑了", "路灯不亮或灯杆倾斜"),
    ("半夜一点了工地还在打桩，孩子睡不着", "夜间施工噪声"),
    ("渣土车一路掉土，窗户都不敢开", "工地扬尘和渣土遗撒"),
    ("我们这栋楼从早上开始没有自来水，什么时候来水", "停水：原因、何时恢复、怎样取水"),
    ("楼道里有股煤气味", "闻到燃气味"),
    ("电瓶车停在楼道里充电", "消防通道被占、电动车停在楼道"),
    ("垃圾桶满了没人清运，臭得很", "垃圾满溢、乱倒建筑垃圾"),
    ("上周打过电话，想问问办到哪一步了，查询码忘了", "怎样查询我的诉求办到哪一步"),
    ("法院判了不执行你们管不管", "哪些事 12345 不受理，应该找谁"),
    ("来电人要求匿名，不肯留电话", "接线须知：举报人保密与话术"),
    ("the underpass near the station is flooded and cars are stuck", "道路积水、下穿通道被淹"),
    ("a manhole is missing its cover", "井盖缺失、破损或松动"),
    ("our street lights are dark", "路灯不亮或灯杆倾斜"),
    ("builders keep making noise all night", "夜间施工噪声"),
    ("there is no water from the tap this morning", "停水：原因、何时恢复、怎样取水"),
    ("it smells of gas in the staircase", "闻到燃气味"),
    ("scooters are charging in the stairs", "消防通道被占、电动车停在楼道"),
    ("what happened to my report, I have the number and the code", "怎样查询我的诉求办到哪一步"),
)


def seed(tx: Transaction) -> None:
    seed_articles(tx, actor="test", now=NOW, day=TODAY)


@pytest.mark.parametrize(("text", "title"), ASKED)
def test_the_words_of_people_find_the_article_that_answers(knowledge: Database, text: str, title: str) -> None:
    with knowledge.transaction() as tx:
        found = list_articles(tx, text, day=TODAY, most=4)

    assert found[0]["title_zh"] == title


@pytest.fixture(scope="module")
def knowledge(shared_database_url: str) -> Iterator[Database]:
    """A database with the shipped articles among some hundred of other matters."""
    shared = Database(shared_database_url, application="test")
    with shared.transaction() as tx:
        seed(tx)
        for number, category in enumerate(demo_catalogue().categories.values()):
            words = f"{category.name_zh}的办理由承办单位负责，办结后回访。"
            other = Article(f"办理说明 {number}", words, TODAY, title_en="How it is handled", body_en=category.name_en)
            store_article(tx, other, actor="test", now=NOW)
    yield shared
    shared.close()


def test_seeding_is_done_once(database: Database) -> None:
    with database.transaction() as tx:
        seed(tx)
        seed(tx)

        assert len(list_articles(tx, "", day=None, most=100)) == len(shipped_articles(TODAY))


def test_a_version_stays_and_who_comes_second_is_told_who_was_first(database: Database) -> None:
    with database.transaction() as tx:
        number, version = store_article(tx, WATER, actor="li", now=NOW)
        changed = Article("停水与水压", "请先问邻居。", WATER.valid_from, is_public=True)
        assert store_article(tx, changed, actor="wang", now=NOW, article_id=number, seen=version) == (number, 2)
    with pytest.raises(ArticleChanged, match="wang"), database.transaction() as tx:
        store_article(tx, WATER, actor="zhao", now=NOW, article_id=number, seen=version)
    with pytest.raises(ArticleUnknown), database.transaction() as tx:
        store_article(tx, WATER, actor="zhao", now=NOW, article_id=99, seen=1)
    with pytest.raises(ArticleUnusable), database.transaction() as tx:
        store_article(tx, Article("", "", TODAY), actor="zhao", now=NOW)

    with database.transaction() as tx:
        assert find_article(tx, number)["title_zh"] == "停水与水压"
        versions = [(row["version"], row["title_zh"], row["stored_by"]) for row in article_versions(tx, number)]
        assert versions == [(2, "停水与水压", "wang"), (1, "停水怎么办", "li")]
        assert list_articles(tx, "怎么办", day=TODAY, most=4) == []  # the version before is not found any more
        assert [row["version"] for row in list_articles(tx, "水压", day=TODAY, most=4)] == [2]
        told = tx.rows(
            "SELECT actor, object, detail->>'version' AS version FROM audit_log WHERE action = 'article.store'"
        )
        assert [(row["actor"], row["object"], row["version"]) for row in told] == [("li", "1", "1"), ("wang", "1", "2")]


@pytest.mark.parametrize(
    ("begin", "end", "shown"),
    [(-1, None, True), (0, 1, True), (1, None, False), (-2, -1, False), (-1, 0, False)],
)
def test_what_is_not_in_force_is_not_found(database: Database, begin: int, end: int | None, shown: bool) -> None:
    until = None if end is None else TODAY + timedelta(days=end)
    article = Article("停水怎么办", "请先看通知。", TODAY + timedelta(days=begin), until)
    with database.transaction() as tx:
        store_article(tx, article, actor="test", now=NOW)

        assert bool(list_articles(tx, "停水", day=TODAY, most=4)) is shown
        assert bool(list_articles(tx, "", day=TODAY, most=4)) is shown
        assert list_articles(tx, "停水", day=None, most=4)


def test_the_public_finds_what_is_public_and_in_force(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("UPDATE rollup_state SET zone = 'Asia/Shanghai'")
        today: date = tx.value("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date")
        for title, begin, end, public in (
            ("停水公开", 0, None, True),
            ("停水内部", 0, None, False),
            ("停水将来", 1, None, True),
            ("停水过去", -2, 0, True),
        ):
            until = None if end is None else today + timedelta(days=end)
            article = Article(title, "停水。", today + timedelta(days=begin), until, is_public=public)
            store_article(tx, article, actor="test", now=NOW)

        assert [row["title_zh"] for row in find_public_articles(tx, "停水了", most=9)] == ["停水公开"]
        assert [row["title_zh"] for row in tx.rows("SELECT title_zh FROM portal.article")] == ["停水公开"]
        assert find_public_articles(tx, "😀", most=9) == []
