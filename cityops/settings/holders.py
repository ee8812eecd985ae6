"""Which programs hold a secret; no other is given it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class HeldBy:
    """Marks a setting that is a secret, or the path of a file with one; `programs` are the verbs that read it."""

    programs: frozenset[str]

    def __init__(self, *programs: str) -> None:
        object.__setattr__(self, "programs", frozenset(programs))
