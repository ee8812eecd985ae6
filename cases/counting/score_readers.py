"""Who may see whose scores, and who makes them. Pure.

Areas and departments are let through by the database (the views `scoped.score…`): to an account of the whole city all
of them, to one of some areas those areas, to who acts for a department that department. Scores of people are no matter
of areas: they are told to themselves and to those who judge them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.evaluation.formulas import Scored
from cases.life.posts import CaseActor, Post
from cityops.scope import Scope

PEOPLE: frozenset[Scored] = frozenset({"collector", "acceptor", "chief", "dispatcher"})
_JUDGES = frozenset({Post.EVALUATOR, Post.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class ScoreReader:
    """Somebody who looks at scores: an account with its scope, and the posts that it holds."""

    name: str
    scope: Scope
    posts: tuple[CaseActor, ...] = ()

    @property
    def judges_people(self) -> bool:
        """Whether the scores of other people are open."""
        return self.scope.areas is None and _holds(self.posts, _JUDGES)

    @property
    def makes_scores(self) -> bool:
        """Whether scores are made and months closed: by an evaluator of the whole city, for a month has every case."""
        return self.scope.areas is None and _holds(self.posts, {Post.EVALUATOR})


def may_see(reader: ScoreReader, scores: str, unit: str) -> bool:
    """Whether a score that the database lets through is shown."""
    return scores not in PEOPLE or unit == reader.name or reader.judges_people


def _holds(posts: Iterable[CaseActor], wanted: Iterable[Post]) -> bool:
    return any(actor.post in set(wanted) for actor in posts)
