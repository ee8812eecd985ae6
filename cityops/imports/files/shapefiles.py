"""A shapefile is several files beside each other; what to do when some are not there."""

from pathlib import Path

from cityops.imports.findings import ImportRefused

_NEEDED = (".shx", ".dbf")
PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")


def part(path: Path, suffix: str) -> Path | None:
    """Return the part of a shapefile with that suffix, in small or capital letters; None when it is missing."""
    return next((file for file in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if file.exists()), None)


def require_parts(path: Path) -> None:
    """Raise ImportRefused when a part is missing without which areas have no shapes or no codes."""
    if path.suffix.lower() in PARTS:
        raise ImportRefused(f"{path.name} is one part of a shapefile. Give {path.with_suffix('.shp').name} instead.")
    if path.suffix.lower() != ".shp":
        return
    missing = [path.with_suffix(suffix).name for suffix in _NEEDED if part(path, suffix) is None]
    if missing:
        raise ImportRefused(
            f"{path.name} cannot be read: {' and '.join(missing)} not found. A shapefile is .shp, .shx, .dbf and .prj "
            "together: copy them into one folder again, or give the zip that they came in."
        )


def system_advice(path: Path) -> str:
    """Return what to do when a file does not say its coordinate system."""
    if path.suffix.lower() == ".shp":
        return f"Copy {path.with_suffix('.prj').name} beside it, or give --crs, such as EPSG:4490 or gcj02."
    return "Give --crs, such as EPSG:4490 or gcj02."
