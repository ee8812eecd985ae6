"""Alert rules, as data. `data/rules.toml` explains every field."""

import tomllib
from enum import StrEnum
from pathlib import Path

import msgspec

from alerts.errors import RuleError
from cityops.catalogue import Catalogue, Names

BUILT_IN = Path(__file__).parent / "data" / "rules.toml"


class Direction(StrEnum):
    """On which side of the limit the trouble is."""

    ABOVE = "above"  # raises at or above the limit, clears below `clear`
    BELOW = "below"  # raises at or below the limit, clears above `clear`


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit on one metric of one kind of sensor, with hysteresis."""

    id: str
    title: Names
    kind: str
    metric: str
    severity: int
    direction: Direction
    limit: float
    clear: float
    guidance: Names | None = None
    source: str = ""

    def holds(self, value: float) -> bool:
        """Whether a value is at the limit or beyond it."""
        return value >= self.limit if self.direction is Direction.ABOVE else value <= self.limit

    def is_clear(self, value: float) -> bool:
        """Whether a value is safely back: between `clear` and `limit` nothing changes."""
        return value < self.clear if self.direction is Direction.ABOVE else value > self.clear


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[Rule]


def load_rules(catalogue: Catalogue, own: Path | None = None) -> list[Rule]:
    """Load the city's rules, or the built-in ones. Raises RuleError naming rule, field and reason."""
    path = own or BUILT_IN
    try:
        rules = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).rule
    except OSError as error:
        raise RuleError(f"{path} cannot be read ({error.strerror}). Correct CITYOPS_RULES_FILE.") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise RuleError(f"{path}: {error}. Correct it and start again.") from error
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"{path}: rule {rule.id}: id is used twice. Give each rule its own.")
        seen.add(rule.id)
        check_rule(rule, catalogue)
    return rules


def check_rule(rule: Rule, catalogue: Catalogue) -> None:
    """Refuse a rule that could never work. Raises RuleError naming the field and the reason."""
    kind = catalogue.kind.get(rule.kind)
    if kind is None:
        raise RuleError(f"rule {rule.id}: kind {rule.kind!r} is not in the catalogue. Correct it.")
    if rule.metric not in kind.metrics:
        raise RuleError(f"rule {rule.id}: metric {rule.metric!r} is not measured by a {rule.kind}. Correct it.")
    if not 1 <= rule.severity <= 4:
        raise RuleError(f"rule {rule.id}: severity {rule.severity} is not 1 to 4. Correct it.")
    if rule.direction is Direction.ABOVE and rule.clear > rule.limit:
        raise RuleError(f"rule {rule.id}: clear {rule.clear} lies above limit {rule.limit}. Lower it.")
    if rule.direction is Direction.BELOW and rule.clear < rule.limit:
        raise RuleError(f"rule {rule.id}: clear {rule.clear} lies below limit {rule.limit}. Raise it.")
    low, high = catalogue.metric[rule.metric].valid
    if not low <= rule.limit <= high:
        raise RuleError(f"rule {rule.id}: limit {rule.limit} is outside {low} to {high} of {rule.metric}. Correct it.")
