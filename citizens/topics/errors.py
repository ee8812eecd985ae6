"""What can be wrong with topics. What the texts say is for people."""

from cityops.errors import CityOpsError


class CriteriaError(CityOpsError):
    """Correct the entry in the file of topics and start again."""


class TopicUnknown(CityOpsError):
    """There is no such topic in your area."""


class TopicChanged(CityOpsError):
    """Somebody else was first: look at the topic as it is now."""


class TopicRefused(CityOpsError):
    """The topic is not in a state in which this can be done, or something is missing: see the text."""
