"""Readings in the database: written once, downsampled, kept for a while, asked for by screens and exports."""
