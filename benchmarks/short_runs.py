"""The short form of each benchmark, and what its figures say. Ratios hold on every machine: they come first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A key of a benchmark's last line, and its meaning; `ratio` when both sides were measured in the same run."""

    key: str
    meaning: str
    unit: str = ""
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class ShortRun:
    """A benchmark in the few minutes that it may take here; `docs/reference/benchmarks-NAME.md` explains the whole."""

    name: str
    program: str  # what `python -m` runs
    arguments: tuple[str, ...]
    figures: tuple[Figure, ...]


SHORT_RUNS = (
    ShortRun(
        "ingest",
        "benchmarks.ingest",
        ("--messages", "50000", "--runs", "1"),
        (
            Figure("receive_ratio", "ingest against a plain paho client of MQTT 5 that only receives", "×", ratio=True),
            Figure("receive_ratio_v311", "the same against one of MQTT 3.1.1", "×", ratio=True),
            Figure("mosquitto_sub_ratio", "ingest against `mosquitto_sub`, which only prints", "×", ratio=True),
            Figure("copy_ratio", "ingest of packs of 50 against a bare COPY of the same rows", "×", ratio=True),
            Figure("naive_factor", "ingest against a script that inserts and commits each message", "×", ratio=True),
            Figure("messages_per_s", "messages of three readings stored by one worker", "/s"),
            Figure("us_per_message", "the worker's processor time of a message", "µs"),
            Figure("us_per_row_db", "the database's processor time of a row", "µs"),
            Figure("lane_p95_ms", "an emergency reading in a flood of 50,000 others, until stored, p95", "ms"),
            Figure("lost", "readings lost"),
            Figure("doubled", "readings stored twice"),
        ),
    ),
    ShortRun(
        "storage",
        "benchmarks.storage",
        ("--readings", "2000000"),
        (
            Figure("growth", "the slowest growth of a question when the store is ten times as large", "×", ratio=True),
            Figure("write_ratio", "the batch write against a bare COPY", "×", ratio=True),
            Figure("latest_ms", "the newest value of 2,000 series", "ms"),
            Figure("day_ms", "a day of a series", "ms"),
            Figure("month_ms", "a month of a series", "ms"),
            Figure("district_ms", "a day of a district", "ms"),
        ),
    ),
    ShortRun(
        "alerts",
        "benchmarks.alerts",
        ("--quick",),
        (
            Figure("readings_per_s", "readings judged by 200 rules on one core", "/s"),
            Figure("ack_winners", "winners of 1,000 clicks on 100 alerts"),
            Figure("ack_losers_told", "losers who were told the winner's name"),
        ),
    ),
    ShortRun(
        "cases",
        "benchmarks.cases",
        ("--cases", "20000", "--open", "2000", "--acts", "100"),
        (
            Figure("act_p50_ms", "an act on a case, median", "ms"),
            Figure("act_p95_ms", "the same, p95", "ms"),
            Figure("list_ms", "the first page of the slowest list", "ms"),
            Figure("score_ms", "a month's score of every unit", "ms"),
            Figure("acts_per_s", "acts of four clients", "/s"),
        ),
    ),
    ShortRun(
        "desk",
        "benchmarks.screens.desk",
        ("--alerts", "500", "--keys", "20", "--seconds", "10"),
        (
            Figure("ack_p50_ms", "from a key to the confirmed state, median", "ms"),
            Figure("ack_p95_ms", "the same, p95", "ms"),
            Figure("frame_ms", "a frame while the queue is scrolled, median", "ms"),
            Figure("frame_main_ms", "of it the page's own work", "ms"),
        ),
    ),
    ShortRun(
        "wall",
        "benchmarks.screens.wall",
        ("--sensors", "500", "--walls", "20", "--samples", "10"),
        (
            Figure("pixel_p50_ms", "from a reading's publish to its pixel, median", "ms"),
            Figure("pixel_p95_ms", "the same, p95", "ms"),
            Figure("alert_p95_ms", "from the publish to the alert on the wall, p95", "ms"),
            Figure("server_cpu_percent", "the dashboard's process, of a core, with 20 walls", "%"),
            Figure("idle_cpu_percent", "the same while nobody looks", "%"),
            Figure("main_thread_ms", "the browser's main thread an update", "ms"),
            Figure("bytes_per_client_s", "what a wall is sent a second", "bytes"),
        ),
    ),
    ShortRun(
        "portal",
        "benchmarks.portal",
        ("--seconds", "18"),
        (
            Figure("reads_per_s", "cached reads of the portal by its own processor time", "/s"),
            Figure("posts_per_s", "reports by Open311 at ten times Beijing's mean", "/s"),
            Figure("post_p95_ms", "such a report from when it is due to its answer, p95", "ms"),
            Figure("most_posts_per_s", "the same as fast as four clients get them answered", "/s"),
            Figure("page_ms", "the first page when nobody has asked for it", "ms"),
            Figure("page_kb", "the first page of a city of two districts with everything it needs", "kB"),
        ),
    ),
    ShortRun(
        "open",
        "benchmarks.open",
        ("--days", "30"),
        (
            Figure("sta_latest_ms", "10,000 series with their newest readings by SensorThings, in one answer", "ms"),
            Figure("sta_latest_cpu_ms", "of it the portal's processor time", "ms"),
            Figure("sta_page_ms", "a page of 100 readings of a month", "ms"),
            Figure("export_rows_per_s", "readings of one series as CSV", "/s"),
            Figure("rss_grown_mb", "how much memory such a table takes", "MB"),
        ),
    ),
    ShortRun(
        "load",
        "benchmarks.load",
        ("--sensors", "10000", "--seconds", "3"),
        (
            Figure("generated_per_s", "readings that the simulator makes on one core", "/s"),
            Figure("written_per_s", "the same with JSON written in packs of ten", "/s"),
            Figure("memory_mb", "memory of a simulated city of 10,000 sensors", "MB"),
        ),
    ),
)
