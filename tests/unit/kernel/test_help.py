"""`cityops --help` stays quick: the command line loads no library that only one verb needs."""

import subprocess
import sys

HEAVY = {"pandas", "geopandas", "shapely", "pyproj", "pyogrio", "plotly", "dash", "psycopg2"}


def test_the_command_line_loads_nothing_heavy() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import sys, cityops.command_line; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert HEAVY & set(shown.stdout.split()) == set()
