"""An article of the knowledge base: what an agent reads out, and from when to when it holds. Pure."""

from dataclasses import dataclass
from datetime import date

from citizens.knowledge.errors import ArticleUnusable

LONGEST_TITLE = 120  # characters
LONGEST_BODY = 4000
LONGEST_KEYWORDS = 400
LONGEST_SOURCE = 200
TITLE, KEYWORDS, BODY = 4, 4, 1  # how much a piece in each part weighs


@dataclass(frozen=True, slots=True)
class Article:
    """One article. English may be empty, and is then told in Chinese. `valid_until` is not included; None: for good.

    `category`: the key of a category of cases that it answers for, or "". `is_public`: the portal shows it too.
    """

    title_zh: str
    body_zh: str
    valid_from: date
    valid_until: date | None = None
    title_en: str = ""
    body_en: str = ""
    keywords: str = ""
    category: str = ""
    source: str = ""
    is_public: bool = False

    def parts(self) -> dict[str, int]:
        """Return the texts by which it is found, with the weight of each."""
        title = f"{self.title_zh}\n{self.title_en}"
        body = f"{self.body_zh}\n{self.body_en}"
        return {body: BODY, self.keywords: KEYWORDS, title: TITLE}


def check_article(article: Article) -> None:
    """Raise ArticleUnusable naming the field that is wrong."""
    if not article.title_zh.strip() or not article.body_zh.strip():
        raise ArticleUnusable("title_zh" if not article.title_zh.strip() else "body_zh")
    if bool(article.title_en.strip()) != bool(article.body_en.strip()):
        raise ArticleUnusable("body_en" if article.title_en.strip() else "title_en")
    for field, most in (
        ("title_zh", LONGEST_TITLE),
        ("title_en", LONGEST_TITLE),
        ("body_zh", LONGEST_BODY),
        ("body_en", LONGEST_BODY),
        ("keywords", LONGEST_KEYWORDS),
        ("source", LONGEST_SOURCE),
    ):
        if len(getattr(article, field)) > most:
            raise ArticleUnusable(field)
    if article.valid_until is not None and article.valid_until <= article.valid_from:
        raise ArticleUnusable("valid_until")
