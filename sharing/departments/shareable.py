"""The sets that a department can ask another for, and their fields."""

from dataclasses import dataclass

from cityops.catalogue import Names
from cityops.storage import Transaction, load_queries
from sharing.datasets.grades import ShareType

SQL = load_queries("sharing")


@dataclass(frozen=True, slots=True)
class ShareField:
    """A field. `is_personal`: it tells of a person, and is masked unless it was granted."""

    name: str
    is_personal: bool


@dataclass(frozen=True, slots=True)
class ShareableSet:
    """A set that is shared. `condition`: what the provider wants, "" where it is unconditional."""

    name: str
    subject: str
    title: Names
    notes: Names
    provider: str
    condition: str
    is_unconditional: bool
    fields: tuple[ShareField, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(one.name for one in self.fields)


def read_shareable(tx: Transaction) -> list[ShareableSet]:
    """Return the sets that are shared, by provider and name."""
    fields: dict[str, list[ShareField]] = {}
    for row in tx.rows(SQL["share_fields"]):
        fields.setdefault(row["subject"], []).append(ShareField(row["field"], row["mask"] is not None))
    return [
        ShareableSet(
            row["name"],
            row["subject"],
            Names(zh=row["title_zh"], en=row["title_en"]),
            Names(zh=row["notes_zh"], en=row["notes_en"]),
            row["provider"],
            row["share_condition"],
            row["share_type"] == ShareType.UNCONDITIONAL,
            tuple(fields[row["subject"]]),
        )
        for row in tx.rows(SQL["shareable_sets"])
    ]
