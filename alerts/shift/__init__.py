"""The shift log and the handover sheet 交接班单."""
