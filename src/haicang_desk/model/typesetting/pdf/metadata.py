"""PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): metadata, output intent, file identifier and streams.

The same facts are written twice: in the information dictionary, which readers show, and in an XMP
packet, which archives read. Neither names an author or a time: the same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from haicang_desk.model.blocks import PageSetup
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.typesetting.pdf.colour_profile import NAME, srgb_profile
from haicang_desk.model.typesetting.pdf.objects import PdfObjects, Stream, compressed, reference

LANGUAGE = "zh-CN"

_LONGEST = 8_000  # characters: four bytes each stay below the 32,767 that ISO 19005-2 §6.1.13 lets a string have
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{elements}
</rdf:Description>
{extension}</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


# The name of PDF/UA is described, since PDF/A does not know it (ISO 19005-2 §6.6.2.3).
_EXTENSION = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_PART = "<pdfaid:part>2</pdfaid:part>"


class Claim(Enum):
    """What a file says that it conforms to."""

    TAGGED = f"{_PART}<pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>"
    SCANNED = f"{_PART}<pdfaid:conformance>B</pdfaid:conformance>"  # pages are pictures of text
    NONE = ""  # foreign pages, whose content is unknown


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The facts of a file. For several papers, subject and 存证码 are given only if all have the same."""

    title: str
    subject: str
    numbers: tuple[str, ...]  # 文号 and 项目编号
    seal_code: str

    @property
    def keywords(self) -> str:
        """The numbers and the 存证码 in one line, cut to the longest string that ISO 19005-2 §6.1.13 allows."""
        seal = f"存证码：{self.seal_code}" if self.seal_code else ""
        numbers, room = list(self.numbers), _LONGEST - len(seal)
        while numbers and len(_listed(self.numbers, numbers)) >= room:
            del numbers[len(numbers) * 3 // 4 :]
        return "；".join(filter(None, (_listed(self.numbers, numbers), seal)))


class DocumentMetadata(NamedTuple):
    """The XMP packet of a file, the number of its information dictionary, and entries of its catalogue."""

    packet: bytes
    information: int
    entries: dict[str, Any]


def facts_of(sheets: Sequence[PageSetup], title: str) -> DocumentFacts:
    """The facts of a file of papers with these setups. Raises Unprintable."""
    seals, subjects = {setup.seal_code for setup in sheets}, {setup.subject for setup in sheets}
    return DocumentFacts(
        title=_line(title),
        subject=_line(subjects.pop()) if len(subjects) == 1 else "",
        numbers=tuple(dict.fromkeys(_line(setup.number) for setup in sheets if setup.number)),
        seal_code=_line(seals.pop()) if len(seals) == 1 else "",
    )


def add_metadata(objects: PdfObjects, facts: DocumentFacts, claim: Claim = Claim.TAGGED) -> DocumentMetadata:
    """Write metadata and the sRGB output intent into a file."""
    packet = _packet(facts, claim)
    profile = objects.stream(compressed(srgb_profile(), "/N 3"))
    intent = {
        "Type": PDFName("OutputIntent"),
        "S": PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": PDFString(NAME),
        "Info": PDFString(NAME),
        "DestOutputProfile": reference(profile),
    }
    stream = objects.stream(Stream("/Type/Metadata/Subtype/XML", packet))
    entries = {
        "Lang": PDFString(LANGUAGE),
        "Metadata": reference(stream),
        "OutputIntents": PDFArray([PDFDictionary(intent)]),
        "ViewerPreferences": PDFDictionary({"DisplayDocTitle": "true"}),
    }
    return DocumentMetadata(packet, objects.add(_information(facts)), entries)


def file_id(*parts: bytes) -> str:
    """The trailer's ID (ISO 32000-1 §14.4): a digest of the content instead of a time."""
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    half = digest.hexdigest()[:32].upper()
    return f"[<{half}><{half}>]"


def _listed(numbers: Sequence[str], shown: Sequence[str]) -> str:
    """The shown numbers, with the count of all where some are left out."""
    return "；".join(shown) + (f" 等 {len(numbers)} 件" if len(shown) < len(numbers) else "")


def _line(text: str) -> str:
    """The text on one line, cut to the longest string of a file. Raises Unprintable."""
    line = drawable(text).replace("\n", " ").strip()
    return line if len(line) < _LONGEST else line[: _LONGEST - 1] + "…"


def _information(facts: DocumentFacts) -> PDFDictionary:
    """The information dictionary (ISO 32000-1 §14.3.3)."""
    entries = {"Title": facts.title, "Subject": facts.subject, "Keywords": facts.keywords}
    return PDFDictionary({key: PDFString(value) for key, value in entries.items() if value})


def _packet(facts: DocumentFacts, claim: Claim) -> bytes:
    """The XMP packet (ISO 16684-1)."""
    named = [*facts.numbers, *filter(None, (facts.seal_code,))]
    lines = [
        claim.value,
        f"<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language>",
        *(_in_default_language(tag, text) for tag, text in (("title", facts.title), ("description", facts.subject))),
        f"<pdf:Keywords>{facts.keywords.translate(_MARKUP)}</pdf:Keywords>" if facts.keywords else "",
        f"<xmp:Identifier><rdf:Bag>{_items(named)}</rdf:Bag></xmp:Identifier>" if named else "",
    ]
    extension = _EXTENSION if claim is Claim.TAGGED else ""
    return _PACKET.format(elements="\n".join(filter(None, lines)), extension=extension).encode("utf-8")


def _in_default_language(tag: str, text: str) -> str:
    """A Dublin Core element as a language alternative; empty for an empty text."""
    if not text:
        return ""
    return f'<dc:{tag}><rdf:Alt><rdf:li xml:lang="x-default">{text.translate(_MARKUP)}</rdf:li></rdf:Alt></dc:{tag}>'


def _items(texts: Sequence[str]) -> str:
    return "".join(f"<rdf:li>{each.translate(_MARKUP)}</rdf:li>" for each in texts)
