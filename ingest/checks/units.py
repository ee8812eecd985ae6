"""Units that devices may name (SenML, RFC 8428 and 8798, and what people write), and how to get from one to another.

A unit is a multiple of its quantity's first unit, plus an offset. The catalogue's own spelling is always understood.
"""

from ingest.errors import Undecodable

# quantity: {unit: (factor, offset)}, so that value · factor + offset is in the first unit of the row.
_QUANTITIES: dict[str, dict[str, tuple[float, float]]] = {
    "mass concentration": {
        "µg/m³": (1, 0), "ug/m3": (1, 0), "µg/m3": (1, 0), "μg/m3": (1, 0), "μg/m³": (1, 0),
        "mg/m³": (1e3, 0), "mg/m3": (1e3, 0), "g/m3": (1e6, 0), "kg/m3": (1e9, 0), "kg/m³": (1e9, 0),
        "mg/L": (1e6, 0), "mg/l": (1e6, 0), "ug/L": (1e3, 0), "µg/L": (1e3, 0), "ug/l": (1e3, 0),
    },
    "temperature": {"°C": (1, 0), "Cel": (1, 0), "K": (1, -273.15), "℃": (1, 0)},
    "speed": {
        "m/s": (1, 0), "km/h": (1 / 3.6, 0), "mm/s": (1e-3, 0), "cm/s": (1e-2, 0), "mm/h": (1e-3 / 3600, 0),
    },
    "ratio": {"%": (1, 0), "/": (100, 0), "%RH": (1, 0)},
    "pressure": {"Pa": (1, 0), "hPa": (100, 0), "kPa": (1e3, 0), "MPa": (1e6, 0), "mbar": (100, 0), "bar": (1e5, 0)},
    "sound level": {"dB(A)": (1, 0), "dBA": (1, 0), "dB": (1, 0)},
    "length": {"m": (1, 0), "cm": (1e-2, 0), "mm": (1e-3, 0), "km": (1e3, 0)},
    "discharge": {"m³/s": (1, 0), "m3/s": (1, 0), "l/s": (1e-3, 0), "L/s": (1e-3, 0), "m3/h": (1 / 3600, 0),
                  "m³/h": (1 / 3600, 0)},
    "angle": {"°": (1, 0), "deg": (1, 0), "rad": (57.29577951308232, 0)},
    "rate": {"veh/h": (1, 0), "pers/h": (1, 0), "1/h": (1, 0), "1/min": (60, 0), "1/s": (3600, 0)},
    "acidity": {"pH": (1, 0)},
    "turbidity": {"NTU": (1, 0)},
    "explosion limit": {"%LEL": (1, 0)},
    "obscuration": {"%/m": (1, 0)},
    "crowd": {"pers/m²": (1, 0), "pers/m2": (1, 0), "1/m2": (1, 0)},
    "gas fraction": {"ppm": (1, 0), "ppb": (1e-3, 0), "%vol": (1e4, 0)},
    "voltage": {"V": (1, 0), "mV": (1e-3, 0), "kV": (1e3, 0)},
    "current": {"A": (1, 0), "mA": (1e-3, 0)},
    "power": {"W": (1, 0), "kW": (1e3, 0), "MW": (1e6, 0)},
    "frequency": {"Hz": (1, 0), "kHz": (1e3, 0)},
    "electric field": {"V/m": (1, 0), "kV/m": (1e3, 0)},
    "conductivity": {"µS/cm": (1, 0), "uS/cm": (1, 0), "S/m": (1e4, 0)},
    "force": {"N": (1, 0), "kN": (1e3, 0)},
    "acceleration": {"m/s²": (1, 0), "m/s2": (1, 0), "cm/s²": (1e-2, 0), "cm/s2": (1e-2, 0), "gal": (1e-2, 0)},
    "strain": {"µε": (1, 0)},
    "duration": {"s": (1, 0), "ms": (1e-3, 0), "min": (60, 0), "h": (3600, 0)},
    "mass": {"t": (1, 0), "kg": (1e-3, 0)},
    "area": {"m²": (1, 0), "m2": (1, 0)},
    "load of a surface": {"g/m²": (1, 0), "g/m2": (1, 0)},
    "depth a day": {"mm/d": (1, 0)},
    "energy content": {"MJ/m³": (1, 0), "MJ/m3": (1, 0)},
    "dose rate": {"nSv/h": (1, 0), "µSv/h": (1e3, 0), "uSv/h": (1e3, 0)},
    "irradiance": {"W/m²": (1, 0), "W/m2": (1, 0)},
    "ultraviolet": {"UVI": (1, 0)},
    "illuminance": {"lx": (1, 0)},
    "luminance": {"cd/m²": (1, 0), "cd/m2": (1, 0)},
    "sky brightness": {"mag/arcsec²": (1, 0)},
    "extinction": {"1/m": (1, 0), "1/km": (1e-3, 0)},
    "particles": {"1/m³": (1, 0), "1/m3": (1, 0), "1/cm³": (1e6, 0), "1/cm3": (1e6, 0)},
    "odour": {"OU": (1, 0)},
    "plain number": {"1": (1, 0)},
    # What is counted is not converted: twelve people are not twelve vehicles.
    **{thing: {thing: (1, 0)} for thing in (
        "pers", "veh", "bikes", "boats", "devices", "doors", "alarms", "faults", "engines", "bikes/h", "vessels/h",
    )},
}  # fmt: skip
_QUANTITY_OF = {unit: name for name, units in _QUANTITIES.items() for unit in units}
# People and vehicles are not the same, although both may be counted as 1/h.
_APART = [{"veh/h", "pers/h"}]


def convert(value: float, unit: str, wanted: str) -> float:
    """Return a value in the wanted unit, the catalogue's. Raises Undecodable naming `u`."""
    if unit == wanted:
        return value
    quantity = _QUANTITY_OF.get(unit)
    if quantity is None:
        raise Undecodable("u", f"the unit {unit[:40]!r} is unknown; send {wanted}")
    units = _QUANTITIES[quantity]
    if wanted not in units or {unit, wanted} in _APART:
        raise Undecodable("u", f"{unit} is no unit of this metric; send {wanted}")
    (factor, offset), (per, shift) = units[unit], units[wanted]
    return value if (factor, offset) == (per, shift) else (value * factor + offset - shift) / per
