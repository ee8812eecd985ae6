"""How long things may take, by severity. A rule may set its own times for `acknowledge` and `handle`."""

from datetime import timedelta

# Until when somebody should have the alert, and until when it should be over.
ACKNOWLEDGE = {
    1: timedelta(minutes=2),
    2: timedelta(minutes=5),
    3: timedelta(minutes=30),
    4: timedelta(hours=2),
}
HANDLE = {
    1: timedelta(hours=1),
    2: timedelta(hours=4),
    3: timedelta(hours=24),
    4: timedelta(hours=72),
}
# An acknowledgement is a lease: what nobody acts on for so long is nobody's again.
LEASE = {1: timedelta(minutes=15), 2: timedelta(minutes=30)}
LONGEST_SHELF = timedelta(hours=24)
