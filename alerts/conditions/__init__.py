"""The types of condition a rule can have, one module for each family, as tagged unions.

A condition is data: what it looks at and its bounds. How bounds become alerts is in `alerts.detection`.
"""

from alerts.conditions.clocks import WrongClock
from alerts.conditions.indices import Aqi, Rainstorm, Tpi
from alerts.conditions.limits import Flood, Limit, Noise, Threshold
from alerts.conditions.moves import Rate, Repeated
from alerts.conditions.places import Composite, Sign, Spatial
from alerts.conditions.silence import Fault, Flat, JobFault, Missing, ServiceLate

ReadingCondition = Threshold | Noise | Flood | Rate | Repeated  # judged reading by reading, in ingest
PlaceCondition = Composite | Spatial  # judged whenever one of their signs changes
ProductCondition = Fault | JobFault | ServiceLate  # on the product itself
TimedCondition = Missing | WrongClock | Flat | Aqi | Tpi | Rainstorm | ProductCondition  # judged by the clock, in watch
Condition = ReadingCondition | PlaceCondition | TimedCondition

__all__ = [
    "Aqi",
    "Composite",
    "Condition",
    "Fault",
    "Flat",
    "Flood",
    "JobFault",
    "Limit",
    "Missing",
    "Noise",
    "PlaceCondition",
    "ProductCondition",
    "Rainstorm",
    "Rate",
    "ReadingCondition",
    "Repeated",
    "ServiceLate",
    "Sign",
    "Spatial",
    "Threshold",
    "TimedCondition",
    "Tpi",
    "WrongClock",
]
