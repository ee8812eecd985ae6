"""How a text is cut into the pieces by which an article is found."""

from datetime import date

import pytest

from citizens.knowledge.article import Article, check_article
from citizens.knowledge.errors import ArticleUnusable
from citizens.knowledge.grams import grams_of, weights_of
from citizens.knowledge.shipped import shipped_articles

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("路面积水", ["路面", "面积", "积水"]),
        ("水", ["水"]),
        ("路，灯！不亮", ["路", "灯", "不亮"]),  # nothing over a sign
        ("拨打12345热线", ["拨打", "12345", "热线"]),
        ("Flooded, flooding FLOOD", ["flood"]),
        ("it is a bin", ["bin"]),  # words of two letters say nothing
        ("ＷＡＴＥＲ　１１９", ["water", "119"]),  # full width
        ("积水积水", ["积水", "水积"]),  # each once
        ("😀 \x00 ؟", []),
        ("", []),
    ],
)
def test_pieces(text: str, wanted: list[str]) -> None:
    assert grams_of(text) == wanted


def test_a_piece_weighs_as_in_the_part_where_it_weighs_most() -> None:
    assert weights_of({"积水严重": 1, "道路积水": 4}) == {"积水": 4, "水严": 1, "严重": 1, "道路": 4, "路积": 4}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_zh": " "}, "title_zh"),
        ({"body_zh": ""}, "body_zh"),
        ({"title_en": "Only a title"}, "body_en"),
        ({"body_en": "Only a text"}, "title_en"),
        ({"body_zh": "长" * 4001}, "body_zh"),
        ({"keywords": "k" * 401}, "keywords"),
        ({"valid_until": DAY}, "valid_until"),
    ],
)
def test_what_is_wrong_with_an_article_is_named(changes: dict[str, object], field: str) -> None:
    good: dict[str, object] = {"title_zh": "题", "body_zh": "文", "valid_from": DAY}
    check_article(Article(**good))  # type: ignore[arg-type]

    with pytest.raises(ArticleUnusable) as refused:
        check_article(Article(**(good | changes)))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_the_shipped_articles_can_be_stored_and_are_whole_in_both_languages() -> None:
    found = shipped_articles(DAY)

    assert len(found) == 12
    for article in found:
        check_article(article)
        assert article.title_en, article.title_zh
    assert [article.title_en for article in found if not article.is_public] == [
        "For agents: confidential callers, and what to say"
    ]
