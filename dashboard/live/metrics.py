"""What Prometheus may ask this process."""

from prometheus_client import Counter, Gauge, Histogram

CLIENTS = Gauge("cityops_dashboard_clients", "Screens connected now.")
FRAMES = Counter("cityops_dashboard_frames", "Frames sent to screens.")
FRAME_BYTES = Counter("cityops_dashboard_frame_bytes", "Bytes of frames sent to screens.")
SKIPPED = Counter("cityops_dashboard_frames_skipped", "Frames that a slow screen was not sent but everything.")
SNAPSHOT_AGE = Gauge("cityops_dashboard_snapshot_age_seconds", "Age of the last good read; -1 before the first.")
LISTENING = Gauge("cityops_dashboard_listening", "Whether commits are heard; 0: the city is read whole each second.")
READ_SECONDS = Histogram("cityops_dashboard_read_seconds", "Time to read the city from the database.")
DRAW_SECONDS = Histogram("cityops_dashboard_draw_seconds", "Time to draw one picture.")
FAILED_READS = Counter("cityops_dashboard_failed_reads", "Reads of the city that failed.")
JOB_FAILING = Gauge("cityops_job_failing", "Timed jobs of watch, or parts of one, that fail now.", ["job"])
HEARTBEAT_AGE = Gauge("cityops_heartbeat_age_seconds", "Since when a service has shown no life.", ["service"])
HEARTBEAT_DUE = Gauge("cityops_heartbeat_due_seconds", "After how long without life a service is late.", ["service"])
HEARTBEAT_LATE = Gauge("cityops_heartbeat_late", "Services and jobs: 1 is late or not running.", ["service"])
CLOCK_AHEAD = Gauge("cityops_clock_ahead_seconds", "A service's clock minus the database's.", ["service"])
CHANNEL_BROKEN = Gauge("cityops_channel_broken", "Channels to people: 1 does not deliver, 0 failed last.", ["channel"])
CHANNEL_FAILURES = Gauge("cityops_channel_failures", "Messages in a row that a channel did not deliver.", ["channel"])
RULE_UNREADABLE = Gauge(
    "cityops_rule_unreadable", "Rules that are on and not in force: nothing can read them.", ["rule"]
)
