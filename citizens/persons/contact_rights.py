"""Who may see who reported something, and who may decide what of it is public. Pure; the one home of both rules.

A department that a report complains about never learns from whom it came, whatever its people ask for.
"""

from collections.abc import Collection

from cases.errors import ActForbidden
from cases.life.details import CaseType
from cases.life.posts import OF_DEPARTMENTS, CaseActor, Post
from citizens.errors import ContactClosed

CENTRE = frozenset({Post.ACCEPTOR, Post.CHIEF})  # who takes in reports and calls back
AGAINST_SOMEBODY = frozenset({CaseType.COMPLAIN, CaseType.ACCUSE})


def check_reveal(actor: CaseActor, *, kind: CaseType, confidential: bool, departments: Collection[str]) -> None:
    """Raise ContactClosed unless somebody may see the contact of a report; `departments` have to do with its case."""
    if confidential and actor.post is not Post.CHIEF:
        raise ContactClosed("The person asked for confidence: only a chief may look.")
    if actor.post in CENTRE:
        return
    if actor.post not in OF_DEPARTMENTS or actor.department not in departments:
        raise ContactClosed("Contacts are for who takes in reports, and for the department that handles the case.")
    if kind in AGAINST_SOMEBODY:
        raise ContactClosed("A complaint is handled without knowing from whom it came.")


def check_publishing(actor: CaseActor) -> None:
    """Raise ActForbidden unless somebody may decide what is public, and what becomes of reports that wait."""
    if actor.post not in CENTRE:
        raise ActForbidden(f"This is for {', '.join(sorted(CENTRE))}, and not for {actor.post}.")
