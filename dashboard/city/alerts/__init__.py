"""Open alerts for screens: as rows, their numbers, and what is near one."""
