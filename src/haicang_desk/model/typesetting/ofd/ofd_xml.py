"""Elements of OFD as text (GB/T 33190—2016). Lengths are in millimetres from the upper left corner of a page.

Stored text enters the markup only through `escaped` and the attribute values of `element`, which are quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NewType
from xml.sax.saxutils import escape, quoteattr

OfdXml = NewType("OfdXml", str)

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.ofdspec.org/2016"


def element(name: str, /, *inner: OfdXml, **values: object) -> OfdXml:
    """``<ofd:Name Key="value">inner</ofd:Name>``; values of None are left out."""
    attributes = "".join(f" {key}={quoteattr(str(value))}" for key, value in values.items() if value is not None)
    content = "".join(inner)
    return OfdXml(f"<ofd:{name}{attributes}>{content}</ofd:{name}>" if content else f"<ofd:{name}{attributes}/>")


def text_element(name: str, text: str, **values: object) -> OfdXml:
    """An element that holds a stored text, escaped."""
    return element(name, OfdXml(escape(text)), **values)


def part(root: OfdXml) -> bytes:
    """A whole XML file with this root element, which declares the namespace."""
    name = root[len("<ofd:") :].split(" ", 1)[0].split(">", 1)[0].rstrip("/")
    declared = root.replace(f"<ofd:{name}", f'<ofd:{name} xmlns:ofd="{_NAMESPACE}"', 1)
    return (_HEAD + declared).encode("utf-8")


def number(value: float) -> str:
    """A length in millimetres with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if round(value, 3) else "0"


def numbers(values: Iterable[float]) -> str:
    """Lengths as an array of the format: separated by spaces."""
    return " ".join(map(number, values))
