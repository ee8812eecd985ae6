"""What half of the city's clocks are off by is ours; a device is told of when it is off beyond that."""

import pytest

from cityops.catalogue import Catalogue
from cityops.storage import Database
from tests.integration.test_rules_live import NOW, later, timed
from tests.integration.test_widespread import TwoDistricts

CLOCKS = timed("clock", "*", type="clock", seconds=60, clear=30)


@pytest.fixture
def site(database: Database, catalogue: Catalogue) -> TwoDistricts:
    return TwoDistricts(database, catalogue)


def set_clocks(site: TwoDistricts, skews: dict[str, float]) -> None:
    with site.database.transaction() as tx:
        tx.execute("UPDATE ledger SET clock_skew_seconds = NULL")
        for sensor, skew in skews.items():
            tx.execute(
                "UPDATE ledger SET clock_skew_seconds = %(skew)s WHERE sensor_id = %(sensor)s", skew=skew, sensor=sensor
            )


def test_what_all_have_in_common_does_not_count(site: TwoDistricts) -> None:
    clock = site.clockwork(CLOCKS)
    everybody = dict.fromkeys([*site.east, *site.west], 100.0)
    set_clocks(site, everybody | {"E-03": 170.0, "W-04": 0.0})

    clock.do_round(site.database, NOW)

    assert site.alerts() == [("clock", "E-03", "UNACK"), ("clock", "W-04", "UNACK")]

    set_clocks(site, everybody | {"E-03": 120.0, "W-04": 45.0})
    clock.do_round(site.database, later(10))

    assert site.alerts() == [("clock", "E-03", "RTNUN"), ("clock", "W-04", "UNACK")], "55 s is neither wrong nor right"


def test_a_few_clocks_cannot_tell_of_the_city(site: TwoDistricts) -> None:
    set_clocks(site, dict.fromkeys([*site.east, *site.west][:19], 100.0))

    site.clockwork(CLOCKS).do_round(site.database, NOW)

    assert len(site.alerts()) == 19
