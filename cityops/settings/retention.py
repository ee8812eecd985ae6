"""The settings that say how long what is stored is kept, and how much of it."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field

LONGEST = 36_500  # days; who wants more wants 0, which is for ever


class RetentionSettings(BaseModel):
    """How long readings, dead letters and what citizens reported are kept."""

    keep_readings_days: int = Field(
        400, ge=0, le=LONGEST, description="How long single readings are kept; 0 is for ever."
    )
    keep_minutes_days: int = Field(
        800, ge=0, le=LONGEST, description="How long one-minute roll-ups are kept; 0 is for ever."
    )
    keep_hours_days: int = Field(
        3650, ge=0, le=LONGEST, description="How long one-hour roll-ups are kept; 0 is for ever."
    )
    compress_after_days: int = Field(
        14,
        ge=0,
        le=LONGEST,
        description="When TimescaleDB compresses; longer than a device may be cut off. 0 is never.",
    )
    letters_per_hour: int = Field(
        600,
        ge=0,
        description="How many dead letters of one sender are kept whole in an hour, a large one counting once for each "
        "kB; the rest are counted. 0 is no limit.",
    )
    keep_letters_days: int = Field(90, ge=0, le=LONGEST, description="How long dead letters are kept; 0 is for ever.")
    keep_letters_mb: int = Field(
        500, ge=0, description="How much all dead letters may take; the oldest go first. 0 is no limit."
    )
    keep_reporters_days: int = Field(
        365,
        ge=0,
        le=LONGEST,
        description="How long after its end what a report says, and who sent it, is kept; 0 is for ever.",
    )

    def kept_since(self, now: datetime) -> datetime | None:
        """Return from when on single readings are kept; None when all are."""
        return now - timedelta(days=self.keep_readings_days) if self.keep_readings_days else None

    @property
    def letters_age(self) -> timedelta | None:
        """How long dead letters are kept; None for ever."""
        return timedelta(days=self.keep_letters_days) if self.keep_letters_days else None

    @property
    def letters_bytes(self) -> int | None:
        """How many bytes all dead letters may take; None for any number."""
        return self.keep_letters_mb * 1_000_000 or None

    @property
    def reporters_age(self) -> timedelta | None:
        """How long after its end what a report says is kept; None for ever."""
        return timedelta(days=self.keep_reporters_days) if self.keep_reporters_days else None
