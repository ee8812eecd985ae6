"""A condition that counts only when it comes again and again within a while."""

from zoneinfo import ZoneInfo

from alerts.conditions.base import BaseCondition, ConditionVerdict, Floats, Ints, Wrong, check_positive
from alerts.conditions.limits import Limit
from alerts.measures import Measure, Quantity
from cityops.catalogue import Catalogue


class Repeated(BaseCondition, frozen=True, tag="repeated"):
    """A limit that came true `times` times or more within `seconds`, each time after it was over."""

    of: Limit
    times: int
    seconds: float

    @property
    def metric(self) -> str:
        """The metric of its limit."""
        return self.of.metric

    @property
    def measure(self) -> Measure:
        """How often, within so many seconds."""
        return Measure(Quantity.COUNT, self.seconds)

    @property
    def limit(self) -> float:
        """How often it must come true."""
        return float(self.times)

    def calm(self) -> tuple[float, float]:
        """Return the open interval of values that count for nothing."""
        return self.of.calm()

    def judge(self, time: Ints, value: Floats, zone: ZoneInfo) -> ConditionVerdict:
        """Judge single readings; counting is up to detection."""
        return self.of.judge(time, value, zone)

    def say_holds(self, value: float, limit: float) -> str:
        """Say why it holds; `value` is how often it came true."""
        return f"{self.metric} passed its limit {value:g} times within {self.seconds:g} s, at least {limit:g}"

    def say_clears(self, value: float) -> str:  # noqa: ARG002
        """Say why it is over."""
        return f"{self.metric} passed its limit less than {self.times} times within {self.seconds:g} s"

    def check(self, catalogue: Catalogue) -> None:
        """Raise Wrong when it could never work."""
        if self.times < 2:
            raise Wrong("times", f"{self.times} is no repetition. Give 2 or more, or use the limit alone.")
        check_positive("seconds", self.seconds)
        self.of.check(catalogue)
