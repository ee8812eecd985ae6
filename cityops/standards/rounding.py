"""Rounding as GB/T 8170 wants it, in exact arithmetic.

Floats are read as people wrote them: 0.1 is one tenth. `math.ceil` on floats gives a wrong index for 23 values
of CO alone, such as 2.2 mg/m³.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction


def exact(value: float | Decimal | Fraction) -> Fraction:
    """Return the number that was written: the shortest decimal that reads back as this float."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def round_half_even(value: float | Decimal | Fraction, places: int = 0) -> Fraction:
    """Round to so many decimals; a tie goes to the even digit (GB/T 8170: 60.5 is 60, 61.5 is 62)."""
    if isinstance(value, Fraction):
        scale = 10**places
        return Fraction(round(value * scale), scale)
    return Fraction(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN))
