"""Articles of the knowledge base that everybody may read."""

from dataclasses import dataclass

from citizens.store.articles import find_public_articles
from cityops.catalogue import Names
from cityops.storage import Row, Transaction, load_queries

SQL = load_queries("portal")


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """An article in force. The texts are plain: paragraphs are lines."""

    article_id: int
    title: Names
    body: Names


def find_articles(tx: Transaction, text: str, *, most: int) -> list[PublicArticle]:
    """Return what fits a text, the best first; of no text all, the newest first."""
    rows = find_public_articles(tx, text, most=most) if text else tx.rows(SQL["articles"], most=most)
    return [_article(row) for row in rows]


def _article(row: Row) -> PublicArticle:
    title, body = (Names(zh=row[f"{part}_zh"], en=row[f"{part}_en"] or row[f"{part}_zh"]) for part in ("title", "body"))
    return PublicArticle(row["article_id"], title, body)
