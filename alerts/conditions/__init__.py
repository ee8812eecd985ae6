"""The types of condition a rule can have, one module for each family, as tagged unions.

A condition is data: what it looks at and its bounds. How bounds become alerts is in `alerts.detection`.
"""

from alerts.conditions.clocks import WrongClock
from alerts.conditions.delivery import LostQueue, MissingReports, Unheard
from alerts.conditions.indices import Aqi, Rainstorm, Tpi
from alerts.conditions.limits import Flood, Limit, Noise, Threshold
from alerts.conditions.moves import Rate
from alerts.conditions.places import Composite, Sign
from alerts.conditions.product import ChannelFault, Fault, JobFault, ServiceLate
from alerts.conditions.repeated import Repeated
from alerts.conditions.silence import Flat, Missing
from alerts.conditions.spatial import Spatial
from alerts.conditions.warnings import WarningInForce
from alerts.conditions.widespread import Widespread

ReadingCondition = Threshold | Noise | Flood | Rate | Repeated  # judged reading by reading, in ingest
PlaceCondition = Composite | Spatial  # judged whenever one of their signs changes
ProductCondition = Fault | JobFault | ServiceLate | ChannelFault  # on the product itself
DeliveryCondition = Unheard | LostQueue | MissingReports  # on the way from the devices to it
DeviceByDevice = Missing | WrongClock | Flat | Unheard  # of which Widespread may tell
TimedCondition = (  # judged by the clock, in watch
    Missing
    | WrongClock
    | Flat
    | Aqi
    | Tpi
    | Rainstorm
    | WarningInForce
    | Widespread
    | ProductCondition
    | DeliveryCondition
)
Condition = ReadingCondition | PlaceCondition | TimedCondition

__all__ = [
    "Aqi",
    "ChannelFault",
    "Composite",
    "Condition",
    "DeliveryCondition",
    "DeviceByDevice",
    "Fault",
    "Flat",
    "Flood",
    "JobFault",
    "Limit",
    "LostQueue",
    "Missing",
    "MissingReports",
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
    "Unheard",
    "WarningInForce",
    "Widespread",
    "WrongClock",
]
