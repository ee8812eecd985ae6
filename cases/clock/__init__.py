"""The clock of a case: working calendars, time limits, pauses, and the deadline that follows from them. Pure."""
