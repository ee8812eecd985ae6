"""How conditions become changes: pure functions of rules, state, readings in event time, and now.

`condition_state` follows one condition on one series through its delays, `series_index` knows which series there are,
`plan` which conditions look at which of them, `stream` judges readings, `places` combines the signs of several sensors,
`timed` judges what only time can tell. `alerts.detection.detect` puts them together.
"""
