"""The ids and the views of this page."""

from enum import StrEnum


class Ids(StrEnum):
    """The ids of this page."""

    ADDRESS = "sensors-address"
    SEARCH = "sensors-search-input"
    GRID = "sensors-grid"
    STRIP = "sensors-strip"
    VIEW = "sensors-view-select"
    SPAN = "sensors-span-select"
    CHART_BOX = "sensors-chart-box"
    TITLE = "sensors-chosen-title"
    CHARTS = "sensors-charts"
    TABLE = "sensors-table"
    REPLAY_BOX = "sensors-replay-box"
    REPLAY_FIELD = "sensors-replay-field"
    REPLAY = "sensors-replay-button"
    MESSAGE = "sensors-message"
    CHANGE_BOX = "sensors-change-box"
    CHANGE_ACTION = "sensors-change-action"
    CHANGE_SENSOR = "sensors-change-sensor-input"
    CHANGE_TEXT = "sensors-change-text-input"
    CHANGE = "sensors-change-button"
    CHANGE_MESSAGE = "sensors-change-message"
    BLOCK_BOX = "sensors-block-box"
    BLOCK_SENSOR = "sensors-block-sensor"
    BLOCK = "sensors-block-button"
    UNBLOCK = "sensors-unblock-button"
    BLOCK_MESSAGE = "sensors-block-message"
    TICK = "sensors-tick"


class SensorsView(StrEnum):
    """What the right half shows."""

    MAINTENANCE = "maintenance"
    CHART = "chart"
    LEDGER = "ledger"
    PRESENCE = "presence"
    QUALITY = "quality"
    LETTERS = "letters"
    SENDERS = "senders"
    REGISTRY = "registry"
