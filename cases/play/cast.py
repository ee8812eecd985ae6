"""Who acts in the demo: a few people of each post, and a head and two crews of every department. Pure."""

from random import Random

from cases.life.posts import CaseActor, Post

MANY = {Post.COLLECTOR: 6, Post.ACCEPTOR: 3, Post.CHIEF: 2, Post.DISPATCHER: 2, Post.SUPERVISOR: 1}
CREWS = 2


def someone(post: Post, chance: Random, *, other_than: str = "") -> CaseActor:
    """Return a person of the centre."""
    names = [f"{post}-{number}" for number in range(1, MANY[post] + 1)]
    return CaseActor(chance.choice([name for name in names if name != other_than]), post)


def head_of(department: str) -> CaseActor:
    """Return who leads a department's work."""
    return CaseActor(f"{department}-head", Post.HEAD, department)


def crew_of(department: str, chance: Random) -> CaseActor:
    """Return who does a department's work."""
    return CaseActor(f"{department}-crew-{chance.randint(1, CREWS)}", Post.WORKER, department)
