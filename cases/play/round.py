"""The round of those who play the people of a demo: a history first, then what is due, every few moments."""

from collections.abc import Callable, Sequence
from datetime import datetime

from cases.play.player import Player
from cityops.clock import utc_now
from cityops.operations.watchdog import show_progress

LOOK_EVERY = 2.0  # seconds


def play_on(
    player: Player,
    history: int,
    *,
    say: Callable[[str], None],
    once: Callable[[datetime], object] = lambda _: None,
    live: Sequence[Callable[[datetime], object]] = (),
) -> None:
    """Play until told to stop. `once`: what is done when there is a history; `live`: what goes on beside the cases."""
    cases = None
    while cases is None and not player.stopping.is_set():
        cases = player.play_history(history, utc_now())
        show_progress()
        if cases is None:  # no sensors yet
            player.stopping.wait(LOOK_EVERY)
    if cases is not None:
        once(utc_now())
    say(f"{cases or 0} cases.")
    while not player.stopping.wait(LOOK_EVERY):
        for play in (player.play_now, *live):
            show_progress()
            play(utc_now())
