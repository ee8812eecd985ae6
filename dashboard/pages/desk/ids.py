"""The ids of `/desk`."""

from enum import StrEnum


class Ids(StrEnum):
    """What callbacks, scripts and tests call the parts of this page."""

    GRID = "desk-alert-grid"
    SEARCH = "desk-search-input"
    CHOSEN = "desk-chosen-store"  # the number of the chosen alert, set by the browser
    REFRESH = "desk-refresh-store"  # changed by the browser when the chosen alert changed
    PANEL = "desk-alert-panel"
    HEAD = "desk-alert-head"
    ACTS = "desk-alert-acts"
    MESSAGE = "desk-acknowledge-message"
    FACTS = "desk-alert-facts"
    STEPS = "desk-alert-steps"
    CHART = "desk-alert-chart"
    RADIUS = "desk-radius"
    MAP = "desk-alert-map"
    PLACES = "desk-places"
    NEAR = "desk-near-alerts"
    PAST = "desk-past-alerts"
    EVENTS = "desk-alert-events"
    FORM = "desk-form"
    REASON = "desk-form-reason"
    UNTIL = "desk-form-until"
    PERSON = "desk-form-person"
    ALARM = "desk-alarm"
    KEYS = "desk-keys"
