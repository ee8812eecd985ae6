"""What a page loads before its scripts ask for it, and what it can do without."""

from dashboard.ui.early_parts import early_parts, needed_scripts, plotly_address

SCRIPTS = """<script src="/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js"></script>
<script src="/assets/live.js?m=1"></script>
<script src="/_dash-component-suites/dash/dash_table/bundle.js"></script>"""


def test_a_wall_asks_for_the_map_that_its_script_will_ask_for() -> None:
    assert early_parts("http://city:8050/wall").standing == "/live/map"
    assert early_parts("http://city:8050/wall?area=990101&scene=overview").standing == (
        "/live/map?area=990101&scene=overview"
    )


def test_pages_that_watch_the_city_say_so_and_only_a_wall_has_a_map() -> None:
    wall, desk, sensors = (early_parts(f"http://city:8050/{name}") for name in ("wall", "desk", "sensors"))

    assert (wall.watches, desk.watches, sensors.watches) == (True, True, False)
    assert wall.plotly == plotly_address()
    assert (desk.plotly, desk.standing, sensors.plotly, sensors.standing) == ("", "", "", "")


def test_a_wall_loads_no_tables() -> None:
    assert needed_scripts(SCRIPTS, "/wall") == '<script src="/assets/live.js?m=1"></script>'
    assert needed_scripts(SCRIPTS, "/desk") == SCRIPTS
