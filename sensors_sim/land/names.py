"""What things in the city are called, from `data/names.toml`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from cityops.catalogue import Names
from sensors_sim import rng


@cache
def load_names() -> dict[str, Any]:
    """Return the name lists of the simulated city."""
    return tomllib.loads(files("sensors_sim").joinpath("data/names.toml").read_text(encoding="utf-8"))


def names_of(*path: str) -> list[Names]:
    """Return one list of names, such as `names_of("roads", "rings")`."""
    entry: Any = load_names()
    for step in path:
        entry = entry[step]
    return [Names(zh, en) for zh, en in entry]


def settlement_names(seed: int, count: int) -> list[Names]:
    """Return `count` different names of two syllables, in an order that depends on the seed."""
    syllables = load_names()["syllables"]
    # Two names that differ in Chinese can read the same in English (金 and 锦): one of them is enough.
    by_reading = {
        en + end: Names(zh + tail, en + end) for zh, en in syllables["first"] for tail, end in syllables["second"]
    }
    every = list(by_reading.values())
    order = rng.make_generator(seed, "settlement names").permutation(len(every))
    return [every[index] for index in order[:count]]
