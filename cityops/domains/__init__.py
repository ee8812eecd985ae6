"""A domain is a folder: what it measures, shows and raises, as data. docs/reference/domains.md explains every field.

`NAME/domain.toml` says how it is called, drawn and judged; `kinds.toml` what it measures; `rules.toml` which alerts
it raises (read by `alerts.rules.definitions`); `texts.toml` the words of its pages. Metrics and kinds of all chosen
folders are merged.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cityops.errors import CatalogueError

SHIPPED = Path(__file__).parent
ALL = "all"
AQI = "aqi"
DOMAIN_FILE, KINDS_FILE, RULES_FILE, TEXTS_FILE = "domain.toml", "kinds.toml", "rules.toml", "texts.toml"

Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pack:
    """One folder, read but not yet checked."""

    name: str
    folder: Path
    domain: Tables
    metrics: Tables
    kinds: Tables


def read_pack(folder: Path) -> Pack:
    """Read the folder of one domain. Raises CatalogueError naming the file."""
    head, kinds, texts = (read_toml(folder / name) for name in (DOMAIN_FILE, KINDS_FILE, TEXTS_FILE))
    strange = set(kinds) - {"metric", "kind"}
    if strange:
        raise CatalogueError(f"{folder / KINDS_FILE}: {sorted(strange)} is unknown. Use [metric.X] and [kind.X] only.")
    for name, sections in ((KINDS_FILE, kinds), (TEXTS_FILE, texts)):
        _refuse_loose_entries(folder / name, sections)
    words = {f"{section}.{key}": entry for section, entries in texts.items() for key, entry in entries.items()}
    own = {name: {"domain": folder.name, **kind} for name, kind in kinds.get("kind", {}).items()}
    return Pack(folder.name, folder, {**head, "texts": words}, kinds.get("metric", {}), own)


def read_toml(path: Path, *, setting: str | None = None) -> Tables:
    """Read one file; a file of a folder may be missing, all but `domain.toml`. Raises CatalogueError naming it.

    `setting` is the environment variable that names the file.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if setting is None and path.name != DOMAIN_FILE:
            return {}
        raise CatalogueError(f"{path} does not exist. {_remedy(setting)}") from None
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read ({error.strerror}). {_remedy(setting)}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path} is not UTF-8 text: {error}. Save it as UTF-8 and start again.") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path} is not TOML: {error}. Correct the line and start again.") from error


def known_packs(own: Path | None = None) -> dict[str, Pack]:
    """Return every pack by name: those that are shipped, and those of the city's folder, which replace them."""
    folders = {folder.name: folder for folder in _folders(SHIPPED)}
    if own is not None:
        if not own.is_dir():
            raise CatalogueError(f"{own} is no folder. Correct CITYOPS_DOMAINS_DIR.")
        folders |= {folder.name: folder for folder in _folders(own)}
    return {
        name: _read_shipped(folder) if folder.parent == SHIPPED else read_pack(folder)
        for name, folder in folders.items()
    }


@cache
def _read_shipped(folder: Path) -> Pack:
    """What is shipped does not change while a program runs, and reading all of it takes a quarter of a second."""
    return read_pack(folder)


def choose_packs(known: Mapping[str, Pack], names: Collection[str] | None, own: Path | None = None) -> list[Pack]:
    """Return the packs of a city in the order of its screens. Raises CatalogueError for an unknown name.

    `names` are those of CITYOPS_DOMAINS, or "all"; None are the usual ones (`usual = true`) and all of `own`.
    """
    if names is None:
        chosen = [pack for pack in known.values() if pack.domain.get("usual") or pack.folder.parent == own]
    else:
        unknown = sorted(set(names) - {ALL, *known})
        if unknown or not names:
            wrong = f"{unknown[0]!r} is no domain" if unknown else "no domain is named"
            raise CatalogueError(f"CITYOPS_DOMAINS: {wrong}. Use {ALL}, or some of {', '.join(sorted(known))}.")
        chosen = [pack for name, pack in known.items() if ALL in names or name in names]
    return sorted(chosen, key=lambda pack: (pack.domain.get("order", 1000), pack.name))


def merge(chosen: Iterable[Pack], known: Mapping[str, Pack]) -> Tables:
    """Return the tables domain, metric and kind of the chosen packs. Raises CatalogueError for a name used twice.

    A metric that a chosen pack uses and one that is not chosen defines is taken from there.
    """
    packs = list(chosen)
    metrics, kinds = _joined(packs, "metrics"), _joined(packs, "kinds")
    lent = {name: entry for pack in known.values() for name, entry in pack.metrics.items()}
    wanted = [name for pack in packs for name in _metrics_used(pack)]
    while wanted:
        name = wanted.pop()
        if name in lent and name not in metrics:
            metrics[name] = lent[name]
            wanted += _companions(lent[name])
    return {"domain": {pack.name: pack.domain for pack in packs}, "metric": metrics, "kind": kinds}


def _refuse_loose_entries(path: Path, sections: Tables) -> None:
    for section, entries in sections.items():
        for name, entry in entries.items() if isinstance(entries, dict) else ((section, entries),):
            if not isinstance(entry, dict):
                raise CatalogueError(
                    f"{path}: {section}.{name} is {entry!r}, not a table. Head it with [{section}.{name}]."
                )


def _folders(parent: Path) -> list[Path]:
    return sorted(folder for folder in parent.iterdir() if (folder / DOMAIN_FILE).is_file())


def _joined(packs: Iterable[Pack], part: str) -> Tables:
    joined: Tables = {}
    first: dict[str, Pack] = {}
    for pack in packs:
        for name, entry in getattr(pack, part).items():
            if name in joined:
                here, there = pack.folder / KINDS_FILE, first[name].folder / KINDS_FILE
                raise CatalogueError(
                    f"{here}: {part.rstrip('s')}.{name} is in {there} too. Leave one out, or rename it."
                )
            joined[name], first[name] = entry, pack
    return joined


def _metrics_used(pack: Pack) -> list[str]:
    of_kinds = [name for kind in pack.kinds.values() for name in kind.get("metrics", ())]
    of_tiles = [str(tile.get("metric")) for tile in pack.domain.get("tiles", ())]
    return [*of_kinds, *of_tiles, *pack.domain.get("index", {}), *map(str, _all_companions(pack))]


def _all_companions(pack: Pack) -> list[str]:
    return [name for entry in pack.metrics.values() for name in _companions(entry)]


def _companions(metric: Mapping[str, Any]) -> list[str]:
    weigher = metric.get("weighed_by")
    return [*metric.get("zero_needs", ()), *([weigher] if weigher else [])]


def _remedy(setting: str | None) -> str:
    return f"Correct {setting}." if setting else "Add it, or correct its rights."
