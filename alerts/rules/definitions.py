"""Alert rules, as data. `data/rules.toml` explains every field, docs/reference/rules.md every type.

The built-in ones are those about devices and the product in that file, and those in the folder of each domain.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from alerts.conditions import (
    Aqi,
    ChannelFault,
    Composite,
    Condition,
    DeliveryCondition,
    DeviceByDevice,
    Fault,
    Flat,
    JobFault,
    LostQueue,
    Missing,
    MissingReports,
    ProductCondition,
    ReadingCondition,
    ServiceLate,
    Spatial,
    Unheard,
    WarningInForce,
    Widespread,
    WrongClock,
)
from alerts.conditions.base import Wrong
from alerts.errors import RuleError
from alerts.measures import Bound
from alerts.rules.schedules import Schedule
from cityops.catalogue import Catalogue, Names
from cityops.domains import RULES_FILE

BUILT_IN = Path(__file__).parent.parent / "data" / "rules.toml"
EVERY_KIND = "*"
OfAnyKind = (  # no matter what it measures
    Missing | WrongClock | WarningInForce | Widespread | ProductCondition | DeliveryCondition
)
CASE_CATEGORY = re.compile(r"(component|event)/[0-9A-Za-z][0-9A-Za-z-]{0,30}")  # that it exists, cases know
RULE_FAULT = "rule-fault"  # the rule under which the failure of another one is an alert


class RuleScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where a rule applies; what is left out restricts nothing."""

    areas: tuple[str, ...] = ()  # codes; an area includes those whose codes begin with its own
    sensors: tuple[str, ...] = ()
    except_sensors: tuple[str, ...] = ()

    def includes(self, sensor_id: str, area: str) -> bool:
        """Whether a sensor of an area is in it."""
        return (
            (not self.areas or area.startswith(self.areas))
            and (not self.sensors or sensor_id in self.sensors)
            and sensor_id not in self.except_sensors
        )


class Deadlines(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Seconds in which people act; what is left out is as usual for the severity (alerts/board/deadlines.py)."""

    acknowledge: float | None = None  # until somebody has it
    handle: float | None = None  # until it is over


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A condition on sensors of one kind, and what an alert of it means to people."""

    id: str
    title: Names
    kind: str  # of the sensors on which its alerts hang; "*" is every kind, where the condition permits it
    severity: int  # 1 red to 4 blue
    when: Condition
    on_delay: float = 0.0  # seconds that it must hold before it raises
    off_delay: float = 0.0  # seconds that it must be over before it clears
    suspect: bool = False  # whether readings of quality 3 may raise; they never clear
    latching: bool = False  # whether a person must reset it when it is over
    scope: RuleScope = RuleScope()
    schedule: Schedule | None = None  # none: always
    guidance: Names | None = None
    advice: Names | None = None  # what everybody should do; with it the portal shows its alerts as warnings
    department: str = ""  # who is responsible, as in the escalation settings
    case: str = ""  # the category as which it files a case by itself, such as event/05-06
    deadlines: Deadlines = Deadlines()
    off_at_first: bool = False  # whether it waits, when it comes with a file, until somebody switches it on
    source: str = ""

    @property
    def metric(self) -> str:
        """The metric of the series on which its alerts hang; "" when the sensor's first one will do."""
        match self.when:
            case Missing() | WrongClock() | Aqi() | Fault() | JobFault() | ServiceLate() | ChannelFault():
                return ""
            case Unheard() | LostQueue() | MissingReports() | Widespread() | WarningInForce():
                return ""
            case _:
                return self.when.metric

    @property
    def limit(self) -> float:
        """The number to show beside the value; a limit that varies is in the change itself."""
        return self.when.limit

    @property
    def bound(self) -> Bound:
        """The limit with what it measures."""
        return Bound(self.when.limit, self.when.measure)


def load_rules(catalogue: Catalogue, own: Path | None = None) -> list[Rule]:
    """Load the city's rules, or the built-in ones of its domains. Raises RuleError naming rule, field and reason."""
    files = [own] if own else [*(folder / RULES_FILE for folder in catalogue.folders.values()), BUILT_IN]
    rules: dict[str, Rule] = {}
    for path in files:
        for entry in read_entries(path, may_be_missing=own is None):
            if own is None and _is_elsewhere(entry, catalogue):
                continue
            rule = read_rule(entry, catalogue)
            if rule.id in rules:
                raise RuleError(f"{path}: rule {rule.id}: id is used twice. Give each rule its own.")
            rules[rule.id] = _guided(rule, catalogue)
    _check_rules_named(rules)
    return list(rules.values())


def _check_rules_named(rules: Mapping[str, Rule]) -> None:
    """Refuse a rule about another one that is not there, or is of a type of which it could never tell."""
    for rule in rules.values():
        if isinstance(rule.when, Widespread):
            named = rules.get(rule.when.rule)
            if named is None or not isinstance(named.when, DeviceByDevice):
                kinds = "missing, clock, flat or unheard"
                raise RuleError(f"rule {rule.id}: when.rule {rule.when.rule!r} is no rule of type {kinds}. Correct it.")


def _guided(rule: Rule, catalogue: Catalogue) -> Rule:
    """Return a rule that says what to do first: what is usual in its domain, where it does not say so itself."""
    kind = catalogue.kind.get(rule.kind)
    if rule.guidance is not None or kind is None:
        return rule
    return msgspec.structs.replace(rule, guidance=catalogue.domain[kind.domain].texts.get("guidance.usual"))


def read_entries(path: Path, *, may_be_missing: bool) -> list[Any]:
    """Return the rules of a file, not yet read. Raises RuleError naming the file."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except OSError as error:
        if may_be_missing and isinstance(error, FileNotFoundError):
            return []  # a domain without rules
        raise RuleError(f"{path} cannot be read ({error.strerror}). Correct CITYOPS_RULES_FILE.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}. Correct it and start again.") from error
    if not isinstance(entries, list):
        raise RuleError(f"{path}: rule must be a list. Head each one with [[rule]].")
    return entries


def _is_elsewhere(entry: object, catalogue: Catalogue) -> bool:
    """Whether a rule looks at a kind of a domain that this city did not choose."""
    return bool(catalogue.elsewhere & set(_kinds_named(entry)))


def _kinds_named(entry: object) -> Iterator[str]:
    if isinstance(entry, Mapping):
        for name, part in entry.items():
            if name == "kind" and isinstance(part, str):
                yield part
            yield from _kinds_named(part)
    elif isinstance(entry, list):
        for part in entry:
            yield from _kinds_named(part)


def read_rule(definition: Mapping[str, Any], catalogue: Catalogue) -> Rule:
    """Return a rule from its definition. Raises RuleError naming the field and the reason."""
    name = definition.get("id", "without id") if isinstance(definition, Mapping) else "without id"
    try:
        rule = msgspec.convert(definition, Rule)
    except msgspec.ValidationError as error:
        raise RuleError(f"rule {name}: {_plain(str(error))}. Correct it.") from error
    check_rule(rule, catalogue)
    return rule


def check_rule(rule: Rule, catalogue: Catalogue) -> None:
    """Refuse a rule that could never work. Raises RuleError naming the field and the reason."""
    try:
        _check_frame(rule)
        if rule.kind != EVERY_KIND or not isinstance(rule.when, OfAnyKind):
            _check_metric("kind", rule.kind, None, catalogue)
        _check_condition(rule, catalogue)
        if rule.schedule is not None:
            rule.schedule.check()
    except Wrong as wrong:
        raise RuleError(f"rule {rule.id}: {wrong}") from wrong


def _check_frame(rule: Rule) -> None:
    if not rule.id or not rule.id.replace("-", "").isalnum() or not rule.id.isascii():
        raise Wrong("id", f"{rule.id!r} is no name. Use letters, digits and hyphens.")
    if not 1 <= rule.severity <= 4:
        raise Wrong("severity", f"{rule.severity} is not 1 to 4. Correct it.")
    if rule.case and not CASE_CATEGORY.fullmatch(rule.case):
        raise Wrong("case", f"{rule.case!r} is no category of a case. Write it as event/05-06 or component/01-02.")
    spans = {
        "on_delay": rule.on_delay,
        "off_delay": rule.off_delay,
        "deadlines.acknowledge": rule.deadlines.acknowledge,
        "deadlines.handle": rule.deadlines.handle,
    }
    for field, seconds in spans.items():
        if seconds is not None and seconds < 0:
            raise Wrong(field, f"{seconds:g} is negative. Correct it.")


def _check_condition(rule: Rule, catalogue: Catalogue) -> None:
    match rule.when:
        case Composite(signs=signs):
            for place, sign in enumerate(signs):
                _check_metric(f"when.signs[{place}].kind", sign.kind, sign.when.metric, catalogue)
            if signs and signs[0].kind != rule.kind:
                raise Wrong("kind", f"{rule.kind!r} is not that of the leading sign, {signs[0].kind!r}. Correct one.")
        case Aqi() if not {"pm25", "pm10", "so2", "no2", "co", "o3"} & set(catalogue.kind[rule.kind].metrics):
            raise Wrong("kind", f"{rule.kind!r} measures no pollutant of the AQI. Correct it.")
        case when if isinstance(when, ReadingCondition | Spatial | Flat):
            _check_metric("kind", rule.kind, rule.metric, catalogue)
    rule.when.check(catalogue)


def _check_metric(field: str, kind: str, metric: str | None, catalogue: Catalogue) -> None:
    known = catalogue.kind.get(kind)
    if known is None:
        raise Wrong(field, f"{kind!r} is not in the catalogue. Correct it.")
    if metric is not None and metric not in known.metrics:
        raise Wrong("metric", f"{metric!r} is not measured by a {kind}. Correct it.")


def _plain(message: str) -> str:
    """Turn "… - at `$.when.limit`" into words."""
    text, _, place = message.partition(" - at `$.")
    return f"{place.rstrip('`')}: {text}" if place else text
