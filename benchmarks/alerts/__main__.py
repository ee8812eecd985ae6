"""`make bench-alerts`: how many readings a second detection judges on one core, and who wins 1,000 clicks.

Detection is the function that ingest calls, on columns of readings; the clicks go to a real embedded PostgreSQL.
The last line is one JSON object; docs/reference/benchmarks-alerts.md explains it.
"""

import argparse
import json
from pathlib import Path

from benchmarks.alerts import alerts_acknowledge, alerts_detection
from benchmarks.alerts.curves import Curve, draw

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "detection-cost.svg"


def main() -> None:
    options = _options()
    print(f"{'rules':>8}{'series':>10}{'readings/s':>14}{'µs a reading':>14}{'changes':>10}")
    whole = alerts_detection.measure(200, 50_000, seconds=options.seconds)
    _print(whole)
    if not options.quick:
        by_rules = [
            alerts_detection.measure(rules, 50_000, seconds=options.seconds / 4)
            for rules in (10, 50, 100, 200, 500, 1000)
        ]
        by_series = [
            alerts_detection.measure(200, size, seconds=options.seconds / 4)
            for size in (1_000, 5_000, 20_000, 50_000, 100_000, 200_000)
        ]
        for one in (*by_rules, *by_series):
            _print(one)
        curves = [
            Curve("number of rules, 50,000 series", [(one.rules, one.microseconds) for one in by_rules]),
            Curve("number of series, 200 rules", [(one.series, one.microseconds) for one in by_series]),
        ]
        PICTURE.write_text(draw(curves, title="Detection: µs a reading on one core"), encoding="utf-8")
        print(f"# {PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE}")
    clicks = alerts_acknowledge.measure()
    print(f"# {clicks.clicks} clicks on {clicks.alerts} alerts by {clicks.clients} clients in {clicks.seconds:.1f} s")
    figures = {
        "readings_per_s": round(whole.readings_per_s),
        "ack_winners": clicks.winners,
        "ack_losers_told": clicks.losers_told,
    }
    print(json.dumps(figures))


def _print(one: alerts_detection.Detection) -> None:
    print(
        f"{one.rules:8}{one.series:10,}{one.readings_per_s:14,.0f}{one.microseconds:14.2f}{one.changes:10,}", flush=True
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="how long the main figure is measured")
    parser.add_argument("--quick", action="store_true", help="only the figures, not the curves")
    return parser.parse_args()


if __name__ == "__main__":
    main()
