"""Office Open XML (ECMA-376): elements of WordprocessingML as text, and the ZIP package of a DOCX file.

Stored text enters the markup only through `escaped` and `quoted_attribute`; everything else is names
and numbers of this program. The same parts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NewType
from xml.sax.saxutils import escape, quoteattr

from haicang_desk.model.typesetting.zip_package import zip_package

Xml = NewType("Xml", str)

NOTHING = Xml("")


def element(name: str, /, *inner: Xml, **values: object) -> Xml:
    """``<w:name w:key="value">inner</w:name>``. Values of None are omitted; True is written as 1, False as 0."""
    given = ((key, int(value) if isinstance(value, bool) else value) for key, value in values.items())
    attributes = "".join(f" w:{key}={quoteattr(str(value))}" for key, value in given if value is not None)
    content = "".join(inner)
    return Xml(f"<w:{name}{attributes}>{content}</w:{name}>" if content else f"<w:{name}{attributes}/>")


def escaped(text: str) -> Xml:
    """A stored text, escaped."""
    return Xml(escape(text))


def quoted_attribute(text: str) -> Xml:
    """A stored text as an escaped attribute value with its quotation marks."""
    return Xml(quoteattr(text))


def joined(parts: Iterable[Xml]) -> Xml:
    """Concatenate pieces of markup."""
    return Xml("".join(parts))


def twips(points: float) -> int:
    """Points as twentieths of a point, the unit of lengths in the format."""
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


def part_xml(name: str, inner: Xml) -> str:
    """A whole part with a root element of this name."""
    spaces = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    return f"{_HEAD}<w:{name}{spaces}>{inner}</w:{name}>"


def package_bytes(parts: Mapping[str, str], pictures: Sequence[bytes], core: str) -> bytes:
    """The bytes of a DOCX file of these parts (name to XML text); ``document`` is the main part."""
    files: dict[str, bytes] = {
        "[Content_Types].xml": _content_types(parts).encode(),
        "_rels/.rels": _relations({"rId1": (f"{_KINDS}/officeDocument", "word/document.xml"),
                                   "rId2": (_CORE, "docProps/core.xml")}).encode(),
        "docProps/core.xml": core.encode(),
    }  # fmt: skip
    files |= {f"word/{name}.xml": text.encode() for name, text in parts.items()}
    named = {f"rId_{name}": (f"{_KINDS}/{kind_of(name)}", f"{name}.xml") for name in parts if name != "document"}
    for number, picture in enumerate(pictures, 1):
        files[f"word/media/picture{number}.jpeg"] = picture
        named[f"rIdP{number}"] = (f"{_KINDS}/image", f"media/picture{number}.jpeg")
    files["word/_rels/document.xml.rels"] = _relations(named).encode()
    return zip_package(files)


def kind_of(part: str) -> str:
    """The kind of a part: its name without the number."""
    return part.rstrip("0123456789")


def core_properties(facts: Mapping[str, Xml]) -> str:
    """The core properties part: title, subject, keywords; neither author nor time."""
    names = {"title": "dc:title", "subject": "dc:subject", "keywords": "cp:keywords"}
    elements = "".join(f"<{names[key]}>{value}</{names[key]}>" for key, value in facts.items() if value)
    spaces = f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f"{_HEAD}<cp:coreProperties {spaces}>{elements}</cp:coreProperties>"


def _content_types(parts: Mapping[str, str]) -> str:
    """The part [Content_Types].xml."""
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{_type_of(name)}+xml"/>' for name in parts
    )
    core = f'<Override PartName="/docProps/core.xml" ContentType="{_CORE_TYPE}"/>'
    endings = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
               "jpeg": "image/jpeg"}  # fmt: skip
    defaults = "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items())
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}{core}</Types>'


_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"


def _type_of(part: str) -> str:
    """The last component of a part's content type."""
    return "document.main" if part == "document" else kind_of(part)


def _relations(named: Mapping[str, tuple[str, str]]) -> str:
    """A relationships part: id to (type, target)."""
    relations = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, (kind, target) in named.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
