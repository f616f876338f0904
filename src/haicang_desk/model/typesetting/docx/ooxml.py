"""WordprocessingML as text. `said` and `quoted` let a stored text in and escape it; all else is names and numbers.

The file: its parts, how they name one another, and their bytes, the same for the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import NewType
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

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


def escaped(text: str) -> Xml:
    """A stored text, with nothing in it left to be markup."""
    return Xml(escape(text))


def quoted_attribute(text: str) -> Xml:
    """A stored text as the value of an attribute, with its quotation marks."""
    return Xml(quoteattr(text))


def joined(parts: Iterable[Xml]) -> Xml:
    return Xml("".join(parts))


def twips(points: float) -> int:
    """Twentieths of a point, in which lengths are given."""
    return round(points * 20)


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = f"{_PACKAGE}/relationships/metadata/core-properties"
_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": _KINDS,
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the format: no file tells when it was made


def part_xml(name: str, inner: Xml) -> str:
    """A part whose outermost element has this name."""
    spaces = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    return f"{_HEAD}<w:{name}{spaces}>{inner}</w:{name}>"


def package_bytes(parts: Mapping[str, str], pictures: Sequence[bytes], core: str) -> bytes:
    """The file of these parts, each ``name -> text``; ``document`` is the one that the others belong to."""
    held: dict[str, bytes] = {
        "[Content_Types].xml": _content_types(parts).encode(),
        "_rels/.rels": _relations({"rId1": (f"{_KINDS}/officeDocument", "word/document.xml"),
                                   "rId2": (_CORE, "docProps/core.xml")}).encode(),
        "docProps/core.xml": core.encode(),
    }  # fmt: skip
    held |= {f"word/{name}.xml": text.encode() for name, text in parts.items()}
    named = {f"rId_{name}": (f"{_KINDS}/{kind_of(name)}", f"{name}.xml") for name in parts if name != "document"}
    for number, picture in enumerate(pictures, 1):
        held[f"word/media/picture{number}.jpeg"] = picture
        named[f"rIdP{number}"] = (f"{_KINDS}/image", f"media/picture{number}.jpeg")
    held["word/_rels/document.xml.rels"] = _relations(named).encode()
    return _zipped(held)


def kind_of(part: str) -> str:
    """What a part is: its name without its number."""
    return part.rstrip("0123456789")


def core_properties(escaped: Mapping[str, Xml]) -> str:
    """What the file says of itself: title, subject, keywords; no author, no hour."""
    names = {"title": "dc:title", "subject": "dc:subject", "keywords": "cp:keywords"}
    told = "".join(f"<{names[key]}>{value}</{names[key]}>" for key, value in escaped.items() if value)
    spaces = f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f"{_HEAD}<cp:coreProperties {spaces}>{told}</cp:coreProperties>"


def _content_types(parts: Mapping[str, str]) -> str:
    told = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{_type_of(name)}+xml"/>' for name in parts
    )
    core = f'<Override PartName="/docProps/core.xml" ContentType="{_CORE_TYPE}"/>'
    endings = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
               "jpeg": "image/jpeg"}  # fmt: skip
    defaults = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items())
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{told}{core}</Types>'


_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"


def _type_of(part: str) -> str:
    return "document.main" if part == "document" else kind_of(part)


def _relations(named: Mapping[str, tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, (kind, target) in named.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _zipped(held: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, data in held.items():
            entry = ZipInfo(name, _FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # else it tells the system it was made on
            file.writestr(entry, data)
    return out.getvalue()
