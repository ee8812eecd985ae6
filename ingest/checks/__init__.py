"""What is checked of a message and of its readings: content, bounds, units, clocks, quality. Nearly all pure."""
