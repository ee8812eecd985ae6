"""The four colours of warnings, and which of them is the more urgent."""

from enum import IntEnum

from cityops.catalogue import Names


class Colour(IntEnum):
    """A warning's colour; the number is the severity, 1 the most urgent."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4

    @property
    def word(self) -> Names:
        """The colour's name."""
        return _WORDS[self]


_WORDS = {
    Colour.RED: Names(zh="红色", en="red"),
    Colour.ORANGE: Names(zh="橙色", en="orange"),
    Colour.YELLOW: Names(zh="黄色", en="yellow"),
    Colour.BLUE: Names(zh="蓝色", en="blue"),
}
