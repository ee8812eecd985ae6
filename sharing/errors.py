"""What can go wrong with what the city shares."""

from cityops.errors import CityOpsError


class DataSetUnknown(CityOpsError):
    """There is no such data set, or it is not open to you. Look at the list of data sets."""
