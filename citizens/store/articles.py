"""Articles of the knowledge base: stored by version, on record, and found by pieces of what is asked."""

from dataclasses import asdict
from datetime import date, datetime

from citizens.knowledge.article import Article, check_article
from citizens.knowledge.errors import ArticleChanged, ArticleUnknown
from citizens.knowledge.grams import MOST, grams_of, weights_of
from citizens.knowledge.shipped import shipped_articles
from cityops.storage import Row, Transaction, load_queries
from cityops.storage.audit import record

SQL = load_queries("citizens")
CLOSE = 0.35  # of the best one's score: what fits less is no answer to the same question
MOST_VERSIONS = 100


def store_article(
    tx: Transaction,
    article: Article,
    *,
    actor: str,
    now: datetime,
    article_id: int | None = None,
    seen: int = 0,
    origin: str = "dashboard",
) -> tuple[int, int]:
    """Store a new article, or the next version of one that was seen at a version; return its id and version.

    Raises ArticleUnusable, ArticleUnknown, and ArticleChanged naming who was first.
    """
    check_article(article)
    values = asdict(article) | {"actor": actor, "now": now}
    stored = (
        tx.row(SQL["begin_article"], **values)
        if article_id is None
        else tx.row(SQL["change_article"], article_id=article_id, seen=seen, **values)
    )
    if stored is None:
        raise ArticleChanged(find_article(tx, article_id or 0)["stored_by"])
    number, version = int(stored["article_id"]), int(stored["version"])
    tx.execute(SQL["forget_grams"], article_id=number)
    found = weights_of(article.parts())
    tx.execute(SQL["store_grams"], article_id=number, grams=list(found), weights=list(found.values()))
    detail = {"version": version, "title": article.title_zh, "public": article.is_public}
    record(tx, actor, "article.store", str(number), at=now, origin=origin, detail=detail)
    return number, version


def find_article(tx: Transaction, article_id: int) -> Row:
    """Return an article: what Article has, with article_id, version, stored_by, stored_at. Raises ArticleUnknown."""
    row = tx.row(SQL["one_article"], article_id=article_id)
    if row is None:
        raise ArticleUnknown
    return row


def article_versions(tx: Transaction, article_id: int) -> list[Row]:
    """Return the versions of an article, the last first, with the same columns."""
    return tx.rows(SQL["article_versions"], article_id=article_id, most=MOST_VERSIONS)


def list_articles(tx: Transaction, text: str, *, day: date | None, most: int) -> list[Row]:
    """Return what fits a text, the best first; all of them for none, those changed last first.

    `day`: only what is in force then, None for all. Rows: as `find_article`.
    """
    if not text.strip():
        return tx.rows(SQL["list_articles"], day=day, most=most)
    return _close(tx.rows(SQL["find_articles"], grams=grams_of(text)[:MOST], day=day, most=most))


def find_public_articles(tx: Transaction, text: str, *, most: int) -> list[Row]:
    """Return what fits a text of what is public and in force, the best first. It runs under the portal's role.

    Rows: article_id, version, title_zh, title_en, body_zh, body_en, category, score.
    """
    return _close(tx.rows(SQL["find_public_articles"], grams=grams_of(text)[:MOST], most=most))


def seed_articles(tx: Transaction, *, actor: str, now: datetime, day: date) -> None:
    """Give a knowledge base that never had an article those of the simulated city, in force from a day on."""
    tx.execute(SQL["lead_articles"])
    if tx.value(SQL["count_articles"]):
        return
    for article in shipped_articles(day):
        store_article(tx, article, actor=actor, now=now, origin="watch")


def _close(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["score"] >= CLOSE * rows[0]["score"]]
