"""WordprocessingML as text. `said` and `quoted` let a stored text in and escape it; all else is names and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NewType
from xml.sax.saxutils import escape, quoteattr

Xml = NewType("Xml", str)

NOTHING = Xml("")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def element(name: str, /, *inner: Xml, **values: object) -> Xml:
    """``<w:name w:key="value">inner</w:name>``; values that are None are left out, True is 1 and False is 0."""
    told = ((key, int(value) if isinstance(value, bool) else value) for key, value in values.items())
    attributes = "".join(f" w:{key}={quoteattr(str(value))}" for key, value in told if value is not None)
    held = "".join(inner)
    return Xml(f"<w:{name}{attributes}>{held}</w:{name}>" if held else f"<w:{name}{attributes}/>")


def said(text: str) -> Xml:
    """A stored text, with nothing in it left to be markup."""
    return Xml(escape(text))


def quoted(text: str) -> Xml:
    """A stored text as the value of an attribute, with its quotation marks."""
    return Xml(quoteattr(text))


def joined(parts: Iterable[Xml]) -> Xml:
    return Xml("".join(parts))


def twips(points: float) -> int:
    """Twentieths of a point, in which lengths are given."""
    return round(points * 20)
