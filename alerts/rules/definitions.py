"""Alert rules, as data. `data/rules.toml` explains every field, docs/reference/rules.md every type.

The built-in ones are those about devices and the product in that file, and those in the folder of each domain.
"""

import re

import msgspec

from alerts.conditions import (
    Aqi,
    ChannelFault,
    Condition,
    DeliveryCondition,
    Fault,
    JobFault,
    LostQueue,
    Missing,
    MissingReports,
    ProductCondition,
    ServiceLate,
    Unheard,
    WarningInForce,
    Widespread,
    WrongClock,
)
from alerts.measures import Bound
from alerts.rules.schedules import Schedule
from cityops.catalogue import Names

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
