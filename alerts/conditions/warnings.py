"""A condition on what others warn of: a public warning that we believe is in force here."""

import re
from typing import ClassVar

from alerts.conditions.base import BaseCondition, Wrong
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue

CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
MOST_CODES = 50


class WarningInForce(BaseCondition, frozen=True, tag="warning"):
    """A warning of others (CAP) stands for a district: verified, Actual, not ended and not expired.

    `codes`: of its event (`eventCode`), of which one must be there; none: whatever it is about. `severity`: the least
    level, 1 red to 4 blue; a warning that says none does not count. One alert in each district, on a sensor there.
    """

    builds_up: ClassVar[bool] = True  # no reading of a device decides it
    measure: ClassVar[Measure] = Measure(Quantity.NONE)
    codes: tuple[str, ...] = ()
    severity: int = 4

    @property
    def limit(self) -> float:
        """There is none."""
        return 0.0

    def check(self, _catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if not 1 <= self.severity <= 4:
            raise Wrong("when.severity", f"{self.severity} is not 1 to 4. Correct it.")
        wrong = next((code for code in self.codes if not CODE.fullmatch(code)), None)
        if wrong is not None:
            raise Wrong(
                "when.codes", f"{wrong!r} is no code of an event. Write it as its sender does, such as OET-159."
            )
        if len(self.codes) > MOST_CODES:
            raise Wrong("when.codes", f"has {len(self.codes)} codes, more than {MOST_CODES}. Make two rules.")
