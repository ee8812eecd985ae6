"""What Prometheus may ask this process. No label is anything that a visitor chose."""

from prometheus_client import Counter, Gauge

REQUESTS = Counter("cityops_portal_requests", "Requests, by what they were answered with.", ["status"])
FROM_CACHE = Counter("cityops_portal_cached_answers", "Answers that were made before.")
REPORTS = Counter("cityops_portal_reports", "Reports that people sent.", ["channel"])
REPEATED = Counter("cityops_portal_repeated_reports", "Reports that had been sent before, and have the same number.")
LIMITED = Counter(
    "cityops_portal_limited", "Requests that were refused because their sender asked too often.", ["kind"]
)
FAILED_READS = Counter("cityops_portal_failed_reads", "Questions to the database that failed.")
CITY_AGE = Gauge("cityops_portal_city_age_seconds", "Age of the state of the city that is shown; -1 before the first.")
UPDATES = Counter("cityops_portal_updates", "Messages about new readings that went to the broker of open data.")
UPDATES_LEFT_OUT = Counter(
    "cityops_portal_updates_left_out", "Series of which older readings were not told, because too much was new."
)
