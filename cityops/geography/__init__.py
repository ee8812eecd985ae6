"""Layers of a map, as geopandas has them: files of them, and what of them is near a place. WGS-84 degrees."""
