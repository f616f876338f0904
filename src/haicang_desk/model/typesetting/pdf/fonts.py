"""Embedding of fonts in a PDF (ISO 32000-1 §9.7): one subset per font, two-byte codes in the order of use."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from haicang_desk.model.typesetting.pdf.font_set import HALF, Font
from haicang_desk.model.typesetting.pdf.font_subset import embedded_subset
from haicang_desk.model.typesetting.pdf.objects import PdfObjects, compressed, deflated, reference
from haicang_desk.model.typesetting.pdf.truetype import TrueTypeFont

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.layout.lines import Line

_MOST_SHOWN = 2048
_SYMBOLIC = 4
_STEM = 80  # 1/1000 em; only used by readers to substitute a missing font


class GlyphCodes(dict[str, str]):
    """The code of each character drawn with one font so far, as four hexadecimal digits."""

    def __missing__(self, character: str) -> str:
        code = self[character] = f"{len(self) + 1:04X}"
        return code


class ShownLine(NamedTuple):
    """What shows a line at the place where it is moved to: the font and spacing it begins with, then its operators."""

    line: Line
    moved: str  # to its first character
    font: str
    spacing: str
    operators: str
    last_font: str
    last_spacing: str


def number_text(number: float) -> str:
    """A number with at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


class FontResources:
    """The fonts of one PDF file, with their resource names and character codes."""

    def __init__(self) -> None:
        self._fonts: dict[Font, tuple[str, GlyphCodes]] = {}
        self._shown: dict[int, ShownLine] = {}  # by the identity of the line, which is kept with it

    def use(self, font: Font) -> tuple[str, GlyphCodes]:
        """The resource name of a font, such as /F1, and its codes; registers the font on first use."""
        if font not in self._fonts:
            self._fonts[font] = (f"/F{len(self._fonts) + 1}", GlyphCodes())
        return self._fonts[font]

    def shown(self, line: Line) -> ShownLine:
        """The operators that show a line. Those of lines that recur, such as the labels of many papers, are kept."""
        kept = self._shown.get(id(line))
        if kept is not None:
            return kept
        if len(self._shown) >= _MOST_SHOWN:
            self._shown.clear()
        made = self._shown[id(line)] = self._operators(line)
        return made

    def _operators(self, line: Line) -> ShownLine:
        size, fonts, spacings = number_text(line.type.size), list[str](), list[str]()
        here, written = line.pieces[0].x, list[str]()
        for piece in line.pieces:
            if piece.x != here:
                written.append(f"{number_text(piece.x - here)} 0 Td")
                here = piece.x
            name, codes = self.use(piece.font)
            fonts.append(f"{name} {size} Tf")
            spacings.append(f"{piece.spacing:.3f} Tc")
            for states in (fonts, spacings):
                if len(states) > 1 and states[-1] != states[-2]:
                    written.append(states[-1])
            parts = ["<" + "".join(map(codes.__getitem__, part)) + ">" for part in piece.parts]
            if len(parts) == 1:
                written.append(f"{parts[0]} Tj")
            else:
                back = number_text((piece.spacing - line.type.pitch) * 1000 / line.type.size)
                written.append(f"[{back.join(parts)}] TJ")
        first = line.pieces[0].x
        moved = f" {number_text(first)} 0 Td" if first else ""
        return ShownLine(line, moved, fonts[0], spacings[0], " ".join(written), fonts[-1], spacings[-1])

    def drawn(self) -> bytes:
        """The characters drawn with each font in the order of their codes, for the file's digest."""
        lines = (f"{font.typeface.name} {''.join(codes)}" for font, (_, codes) in self._fonts.items())
        return "\n".join(lines).encode("utf-8")

    def embed(self, objects: PdfObjects) -> PDFDictionary:
        """Add every font to the file; returns the Font dictionary for the pages' resources."""
        return PDFDictionary(
            {name[1:]: reference(_embedded(font, codes, objects)) for font, (name, codes) in self._fonts.items()}
        )


def _embedded(font: Font, codes: GlyphCodes, objects: PdfObjects) -> int:
    """Add one font as a Type 0 font with a CIDFontType2 descendant; returns the number of the former."""
    face, glyphs = font.typeface, [font.drawn(character) for character in codes]
    texts = [chr(ord(character) - HALF) if ord(character) >= HALF else character for character in codes]
    subset = embedded_subset(face, glyphs)
    name = f"{_tag(subset.data)}+{face.name}"
    file = objects.stream(deflated(subset.stream, f"/Length1 {len(subset.data)}"))
    unicode = objects.stream(compressed(unicode_map(texts).encode("ascii")))
    descriptor = objects.add(_descriptor(face, name, file))
    system = {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
    drawn_by = {
        "Type": PDFName("Font"),
        "Subtype": PDFName("CIDFontType2"),
        "BaseFont": PDFName(name),
        "CIDSystemInfo": PDFDictionary(system),
        "CIDToGIDMap": PDFName("Identity"),
        "DW": 1000,
        "W": _widths([glyph.width for glyph in glyphs]),
        "FontDescriptor": reference(descriptor),
    }
    written_with = {
        "Type": PDFName("Font"),
        "Subtype": PDFName("Type0"),
        "BaseFont": PDFName(name),
        "Encoding": PDFName("Identity-H"),
        "DescendantFonts": PDFArray([reference(objects.add(PDFDictionary(drawn_by)))]),
        "ToUnicode": reference(unicode),
    }
    return objects.add(PDFDictionary(written_with))


def _descriptor(face: TrueTypeFont, name: str, font_file: int) -> PDFDictionary:
    """The font descriptor (§9.8)."""
    return PDFDictionary(
        {
            "Type": PDFName("FontDescriptor"),
            "FontName": PDFName(name),
            "Flags": _SYMBOLIC,
            "FontBBox": PDFArray([round(edge) for edge in face.bounds]),
            "ItalicAngle": 0,
            "Ascent": round(face.ascent),
            "Descent": round(face.descent),
            "CapHeight": round(face.ascent),
            "StemV": _STEM,
            "FontFile2": reference(font_file),
        }
    )


def _widths(widths: list[float]) -> str:
    """The array W (§9.7.4.3): runs of codes whose width is not the default of 1000."""
    entries: list[str] = []
    run: list[str] = []
    for code, width in enumerate([*widths, 1000.0], 1):
        if width != 1000:
            run.append(f"{width:.2f}".rstrip("0").rstrip("."))
        elif run:
            entries.append(f"{code - len(run)} [{' '.join(run)}]")
            run = []
    return f"[{' '.join(entries)}]"


def _tag(data: bytes) -> str:
    """The subset tag (§9.6.4): six capitals derived from the subset's digest."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(data).digest()[:6])


_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
_AT_ONCE = 100  # lines in a bfchar section, the limit of the CMap format


def unicode_map(texts: Sequence[str]) -> str:
    """The ToUnicode CMap (§9.10.3) of a font whose two-byte codes 1, 2, … represent these texts."""
    lines = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in enumerate(texts, 1)]
    parts = [_HEAD]
    for at in range(0, len(lines), _AT_ONCE):
        some = lines[at : at + _AT_ONCE]
        parts += [f"{len(some)} beginbfchar\n", "\n".join(some), "\nendbfchar\n"]
    return "".join([*parts, _TAIL])
