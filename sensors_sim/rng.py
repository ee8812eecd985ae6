"""Random numbers that depend on names, never on order: the base of every repeatable simulated value.

A key is made of the base seed and some names. Adding a sensor makes a new key and disturbs none.
"""

from hashlib import blake2b

import numpy as np

GOLDEN = 0.6180339887498949


def make_key(seed: int, *names: object) -> int:
    """Return 64 bits that depend on the seed and the names alone."""
    text = "\x1f".join(map(str, (seed, *names)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def make_generator(seed: int, *names: object) -> np.random.Generator:
    """Return a counter-based generator of its own for these names."""
    return np.random.Generator(np.random.Philox(key=make_key(seed, *names)))


def uniform(seed: int, *names: object) -> float:
    """Return one number in [0, 1) for these names."""
    return make_key(seed, *names) / 2.0**64


def golden_sequence(start: float, count: int) -> np.ndarray:
    """Return `count` numbers in [0, 1) that fill it evenly; a longer sequence begins with the shorter one."""
    return np.asarray(np.mod(start + GOLDEN * np.arange(1, count + 1), 1.0))
