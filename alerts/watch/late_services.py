"""A service or timed job that shows no life is an alert. More than one program judges it: the hung one cannot."""

from datetime import datetime

from alerts.watch.product_faults import clear_alert, raise_alert, rules_about
from cityops.catalogue import Catalogue
from cityops.operations.heartbeats import describe_late, find_late
from cityops.storage import Database, load_queries
from cityops.storage.operations.heartbeats import heartbeats

SQL = load_queries("alerts")


def judge_services(database: Database, now: datetime, *, catalogue: Catalogue, judge: str) -> bool:
    """Raise and clear the alerts of the rules with condition `service-late`.

    `judge` is the program that does it, one of each at a time; False: another of its kind is doing it. A program that
    froze while it judged keeps the others from nothing: each kind takes a lock of its own.
    """
    with database.transaction() as tx:
        if not tx.value(SQL["lead_job"], job=f"late services {judge}"):
            return False
        late = find_late(heartbeats(tx))
        for rule, in_force in rules_about(tx, "service-late", catalogue):
            if late and in_force:
                raise_alert(tx, rule, describe_late(late), now)
            else:
                clear_alert(tx, rule, "every service and job shows life again", now)
    return True
