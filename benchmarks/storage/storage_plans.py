"""The plans of the store's questions, as the server itself writes them down: for whoever asks where the time goes."""

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg2.extensions

from cityops.storage import Database, Transaction

_EXPLAIN = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_analyze = on;
SET auto_explain.log_buffers = on;
SET auto_explain.log_nested_statements = on;
SET client_min_messages = log;
"""
_IDS = re.compile(r"\{[0-9]+(,[0-9]+){9,}\}")  # of hundreds of series
_PLAN = re.compile(
    r"duration: (?P<took>[0-9.]+) ms  plan:\nQuery Text: (?P<text>.*?)\n(?P<plan>\S[^\n]*\(cost=.*)", re.DOTALL
)
_NOISE = (
    "Cache ", "Hits: ", "Sort Method", "Worker ", "Full-sort", "Index Searches", "Heap Blocks", "Storage: ",
    "Batches: ", "Buckets: ",
)  # fmt: skip
_WIDE = 180  # characters of a line
_BRIEF = 1.0  # milliseconds; what takes less is told by nobody


def write(
    file: Path, database: Database, questions: Mapping[str, Callable[[Transaction, datetime], object]], end: datetime
) -> None:
    """Write the plans of each question's statements into one page. The account must be a superuser."""
    with database.transaction() as tx:
        server, rows = tx.value("SELECT version()"), tx.value("SELECT sum(reltuples) FROM pg_class WHERE relkind = 'r'")
    parts = [
        "# Plans of the store's questions\n",
        f'Written by `make bench-storage ARGS="--plans {file}"` on {str(server).split(" on ")[0]},'
        f" with {rows:,.0f} rows in all tables; the second time that each was asked.",
        "Times were taken by the server while others worked on the machine.\n",
    ]
    for name, question in questions.items():
        with closing(database.connect()) as connection:
            parts.append(f"## {name}\n")
            parts += [f"```\n{plan}\n```\n" for plan in _plans(connection, question, end)]
    file.write_text("\n".join(parts), encoding="utf-8")


def _plans(
    connection: psycopg2.extensions.connection, question: Callable[[Transaction, datetime], object], end: datetime
) -> list[str]:
    """Ask twice, and return what the server says of the second time, one text a statement."""
    tx = Transaction(connection)
    question(tx, end)
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN)
    connection.notices.clear()
    question(tx, end)
    found = (_PLAN.search(notice) for notice in connection.notices)
    return [_short(match["plan"]) for match in found if match and float(match["took"]) >= _BRIEF]


def _short(plan: str) -> str:
    lines = [line for line in _IDS.sub("{…}", plan).rstrip().splitlines() if not line.lstrip().startswith(_NOISE)]
    return "\n".join(line if len(line) <= _WIDE else line[: _WIDE - 1] + "…" for line in lines)
