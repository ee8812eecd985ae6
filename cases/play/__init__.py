"""The people of a demo: who reports, files, dispatches, handles, checks and closes, not always in time or well."""
