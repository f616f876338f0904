"""The colour space sRGB as an ICC profile, for the output intent of PDF/A.

Computed from the figures of IEC 61966-2-1 in the format of ICC.1:2001-04 (version 2.4), so that no
profile file is shipped: three primaries under D50, and one tone curve for all three.
"""

from __future__ import annotations

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"

_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {  # X, Y, Z under D50
    "rXYZ": (0.43607, 0.22249, 0.01392),
    "gXYZ": (0.38515, 0.71687, 0.09708),
    "bXYZ": (0.14307, 0.06061, 0.71410),
}
_STEPS = 256  # entries of the curve; readers interpolate linearly between them
_MADE = (2018, 7, 13, 0, 0, 0)  # the format needs a date; a fixed one (of the policy) gives the same bytes
_HEADER, _ENTRY = 128, 12


@cache
def srgb_profile() -> bytes:
    """The bytes of the profile, about 1 kB."""
    curve = _curve()
    tables = {
        "desc": _described(NAME),
        "cprt": b"text\0\0\0\0No copyright\0",
        "wtpt": _xyz(*_D50),
        **{tag: _xyz(*primary) for tag, primary in _PRIMARIES.items()},
        "rTRC": curve,
        "gTRC": curve,
        "bTRC": curve,
    }
    places: dict[bytes, int] = {}
    body, start = b"", _HEADER + 4 + _ENTRY * len(tables)
    for table in tables.values():
        if table not in places:
            places[table] = start + len(body)
            body += table + bytes(-len(table) % 4)
    directory = b"".join(
        struct.pack(">4sLL", tag.encode("ascii"), places[table], len(table)) for tag, table in tables.items()
    )
    return _header(start + len(body)) + struct.pack(">L", len(tables)) + directory + body


def _header(size: int) -> bytes:
    """The header of a display profile from RGB to XYZ."""
    return struct.pack(
        ">L4xL4s4s4s6H4s28x3l48x", size, 0x02400000, b"mntr", b"RGB ", b"XYZ ", *_MADE, b"acsp", *map(_fixed, _D50)
    )


def _fixed(number: float) -> int:
    """An s15Fixed16Number."""
    return round(number * 0x10000)


def _xyz(x: float, y: float, z: float) -> bytes:
    """A tag of type XYZType."""
    return struct.pack(">4s4x3l", b"XYZ ", _fixed(x), _fixed(y), _fixed(z))


def _described(name: str) -> bytes:
    """A tag of type textDescriptionType."""
    text = name.encode("ascii") + b"\0"
    return struct.pack(">4s4xL", b"desc", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)


def _curve() -> bytes:
    """A tag of type curveType: the light intensity of each colour value."""
    values = [round(_light(step / (_STEPS - 1)) * 0xFFFF) for step in range(_STEPS)]
    return struct.pack(f">4s4xL{_STEPS}H", b"curv", _STEPS, *values)


def _light(value: float) -> float:
    """The transfer function of sRGB (IEC 61966-2-1), 0 to 1."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
