"""Imports without a search for garbage: of a large program it takes a third of the time, and finds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import modules in this block; what they made is never searched afterwards, for it stays as long as the program.

    The search is on again behind the block, where it was on before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
