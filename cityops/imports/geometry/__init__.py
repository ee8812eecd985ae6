"""Geometries of an import: coordinate systems, places, polygons, and what lies in what."""
