"""From a definition to a rule: what could never work is refused, with the reason."""

from collections.abc import Mapping
from typing import Any

import msgspec

from alerts.conditions import (
    Aqi,
    Composite,
    Flat,
    ReadingCondition,
    Spatial,
)
from alerts.conditions.base import Wrong
from alerts.errors import RuleError
from alerts.rules.definitions import CASE_CATEGORY, EVERY_KIND, OfAnyKind, Rule
from cityops.catalogue import Catalogue


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
