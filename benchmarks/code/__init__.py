"""Figures of the code itself, and faults put into copies of it."""
