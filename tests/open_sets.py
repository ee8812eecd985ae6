"""Open data sets, for tests of the catalogues."""

from dataclasses import replace
from datetime import UTC, date, datetime

from cityops.catalogue import Names
from portal.open_sets import OpenSet, Resource, SetField
from sharing.datasets.data_set import Subject, UpdateCycle
from sharing.datasets.quality import DataQuality

OPENED, MADE = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 3, 2, tzinfo=UTC)
AIR_SET = OpenSet(
    "readings-air_station",
    Subject.READINGS,
    "air_station",
    Names("空气质量站：监测读数", "Air station: readings"),
    Names("每一条读数。", "Every reading."),
    "ecology",
    Names("生态环境局", "Ecology bureau"),
    UpdateCycle.REALTIME,
    "environment",
    1,
    "CC-BY-4.0",
    OPENED,
    (SetField("pm25", Names("细颗粒物", "PM2.5"), "µg/m³"), SetField("aqi", Names("指数", "Index"), "")),
    DataQuality("air_station", date(2026, 2, 1), date(2026, 2, 28), 28, 0.97, 0.004, 0.0, 2.4),
    (Resource("/files/readings-air_station/2026-03-01.csv", "CSV", "text/csv", MADE, 1234, "ab" * 32),),
)
FIGURES_SET = replace(
    AIR_SET,
    name="evaluation",
    subject=Subject.EVALUATION,
    kind=None,
    title=Names("各区处置考评", "How districts handle cases"),
    provider="supervision",
    provider_name=Names("监督中心", "Supervision"),
    update_cycle=UpdateCycle.MONTHLY,
    category="",
    licence="city terms",
    fields=(),
    quality=None,
    resources=(Resource("/figures", "HTML", "text/html", OPENED),),
)
