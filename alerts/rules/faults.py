"""What goes wrong with a rule while it is judged. It is switched off and reported; readings go on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleFault:
    """Why a rule failed, and on which series."""

    words: str
    series_id: int | None  # None: no sensor concerns it
