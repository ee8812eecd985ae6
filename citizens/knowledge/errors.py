"""What can go wrong with an article."""

from cityops.errors import CityOpsError


class ArticleUnusable(CityOpsError):
    """An article needs a title and a text in Chinese, both or neither in English, and an end after its beginning."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: this cannot be stored. {self.__doc__}")
        self.field = field


class ArticleUnknown(CityOpsError):
    """There is no such article. Look for it in the knowledge base again."""


class ArticleChanged(CityOpsError):
    """Somebody else stored another version of the article first. Look at it, then change it again."""

    def __init__(self, winner: str) -> None:
        super().__init__(f"{winner} stored another version of the article first. Look at it, then change it again.")
        self.winner = winner
