"""Where a number of a domain page comes from: its formula, the roll-up, the readings, the device's messages."""
