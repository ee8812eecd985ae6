"""What lies where, in WGS-84 degrees: coordinates, distances, roads that follow one another, layers of map files."""
