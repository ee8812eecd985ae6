"""The time-series store: one schema and one set of queries, whatever the server behind it has."""

from cityops.storage.database import Database, Row, Transaction
from cityops.storage.errors import (
    BadData,
    DatabaseBusy,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseTooOld,
    DatabaseUnavailable,
    SchemaMissing,
    StorageError,
    TransactionConflict,
)
from cityops.storage.queries import load_queries

__all__ = [
    "BadData",
    "Database",
    "DatabaseBusy",
    "DatabaseFull",
    "DatabaseReadOnly",
    "DatabaseTooOld",
    "DatabaseUnavailable",
    "Row",
    "SchemaMissing",
    "StorageError",
    "Transaction",
    "TransactionConflict",
    "load_queries",
]
