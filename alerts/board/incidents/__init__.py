"""Alerts near in place and time are one incident."""
