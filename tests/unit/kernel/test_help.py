"""Programs start quickly: the command line loads no library that only one verb needs, and no settings."""

import subprocess
import sys

HELP = """import sys, atexit, cityops.command_line
sys.argv = ["cityops", "--help"]
atexit.register(lambda: print(*sys.modules))
cityops.command_line.main()
"""
HEAVY = {"pandas", "geopandas", "shapely", "pyproj", "pyogrio", "plotly", "dash", "psycopg2", "pydantic", "rich"}


def test_the_command_line_loads_nothing_heavy() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", HELP],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert HEAVY & set(shown.stdout.split()) == set()


def test_programs_that_make_no_frame_start_without_pandas() -> None:
    programs = "import sys, ingest.program, sensors_sim.program, alerts.watch.program, cityops.storage.migrate"
    shown = subprocess.run(
        [sys.executable, "-c", f"{programs}\nprint(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    loaded = set(shown.stdout.split())
    assert "alerts.watch.program" in loaded
    assert "pandas" not in loaded
