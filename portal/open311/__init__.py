"""Open311 GeoReport v2: https://wiki.open311.org/GeoReport_v2. docs/reference/open311.md says what is served."""
