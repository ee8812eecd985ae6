"""Files of open data: made by `watch` once a day or a month is closed, given by the portal."""
