"""`make bench-load`: how many readings a second the simulator makes on one core, and how much memory a city takes.

Generation is measured before MQTT, and then with writing the messages. The last line is one JSON object.
"""

import argparse
import json
import resource
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from cityops.catalogue import load_catalogue
from sensors_sim.publishing.reading_messages import MessageFormat, outgoing
from sensors_sim.story.delivery import parcels
from sensors_sim.story.simulation import Simulation

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 7, 1, 8, 0, tzinfo=ZONE)
TICK = 0.4  # seconds: what the publisher takes at once


def main() -> None:
    """Measure a small city and a large one."""
    options = _options()
    figures = {str(count): measure(count, seconds=options.seconds, pack=options.pack) for count in options.sensors}
    for count, row in figures.items():
        print(
            f"{int(count):>9,} sensors: made in {row['made_s']:.1f} s, {row['generated_per_s']:,.0f} readings/s, "
            f"{row['written_per_s']:,.0f} with JSON in packs of {options.pack}, {row['memory_mb']:,.0f} MB"
        )
    print(json.dumps(figures))


def measure(sensors: int, *, seconds: float, pack: int) -> dict[str, float]:
    """Return how fast a city of so many sensors is made and reports, and the most memory that the process had."""
    began = time.perf_counter()
    city = Simulation.make(load_catalogue(), ZONE, seed=7, sensors=sensors, start=START)
    made = time.perf_counter() - began
    generated = _rate(city, seconds, pack=1, write=False)
    written = _rate(city, seconds, pack=pack, write=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"made_s": made, "generated_per_s": generated, "written_per_s": written, "memory_mb": memory}


def _rate(city: Simulation, seconds: float, *, pack: int, write: bool) -> float:
    """Return readings a second of the processor, for so long."""
    readings, moment, spent = 0, city.clock.start, 0.0
    while spent < seconds:
        began = time.process_time()
        sent = list(parcels(city, moment, moment + TICK, pack=pack))
        if write:
            outgoing(sent, [], city.catalogue, form=MessageFormat.JSON)
        spent += time.process_time() - began
        readings += sum(len(one.reports) * len(one.reports.values) for one in sent)
        moment += TICK
    return readings / spent


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=10.0, help="of processor time for each figure")
    parser.add_argument("--pack", type=int, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
