"""Administrative areas and the device registry from files: read, check, preview, store all or nothing."""
