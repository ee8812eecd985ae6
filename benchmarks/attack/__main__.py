"""`make bench-attack`: what one device and one visitor of bad will cost everybody else.

On a demo of its own, and on Debian's Mosquitto with the configuration that is shipped; never on a real city. The last
line is one JSON object; docs/reference/benchmarks-attack.md explains it.
"""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.attack import attack_devices as devices
from benchmarks.attack import attack_visitors as visitors
from benchmarks.attack.attack_city import running_city

# The most that each may be.
LIMITS = {
    "login_burst_gap_s": 2.5,
    "login_burst_healthz_failures": 0,
    "poison_stop_s": 5,
    "hijack_lost": 0,
    "share_lost": 0,
    "letters_flood_mb": 20,
    "export_flood_rss_mb": 700,
    "export_flood_refused_others": 0,
    "body_flood_rss_mb": 500,
}


def main() -> None:
    """Attack, and tell what came of it."""
    figures: dict[str, float] = {}
    only = _options().only
    for place in [only] if only else PLACES:
        with tempfile.TemporaryDirectory(prefix="cityops-attack-") as name:
            figures |= PLACES[place](Path(name))
    for figure, most in LIMITS.items():
        if figure not in figures:
            continue
        verdict = "ok" if figures[figure] <= most else "TOO MUCH"
        print(f"{figure:<30} {figures[figure]:>8,.1f}   at most {most:<6} {verdict}")
    print(json.dumps({figure: figures[figure] for figure in LIMITS if figure in figures}))


def attack_the_dashboard(folder: Path) -> dict[str, float]:
    """Return the figures of a demo. The poison comes last: it may stop everything else."""
    with running_city(folder) as city:
        bodies = visitors.send_long_bodies(city)
        files = visitors.leave_files_unread(city)
        burst = visitors.log_in_all_at_once(city)
        stop = devices.poison(city)
    print(
        f"usual gap between frames: {burst.usual_gap:.1f} s; {burst.probes} health probes; {files.asked} other requests"
    )
    return {
        "login_burst_gap_s": round(burst.gap, 2),
        "login_burst_healthz_failures": burst.failures,
        "poison_stop_s": round(stop, 2),
        "export_flood_rss_mb": round(files.peak_mb, 1),
        "export_flood_refused_others": files.refused,
        "body_flood_rss_mb": round(bodies.peak_mb, 1),
    }


def attack_the_broker(folder: Path) -> dict[str, float]:
    """Return the figures of the shipped broker with ingest behind it."""
    with devices.running_site(folder) as site:
        return {
            "hijack_lost": devices.hijack(site),
            "share_lost": devices.share(site),
            "letters_flood_mb": round(devices.letters(site), 1),
        }


PLACES = {"dashboard": attack_the_dashboard, "broker": attack_the_broker}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PLACES, help="attack this alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
