"""Paragraph styles and fonts of a DOCX file, derived from the page style used for print.

Letters have the margins of GB/T 9704—2012 (37, 35, 28 and 26 mm) and a fixed line height for 22 lines
in 225 mm, rounded down to a twentieth of a point, the unit of the format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Align, Face, PaperKind
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle
from haicang_desk.model.typesetting.layout.page_style import PageStyle

FONTS = {
    Face.SONG: "宋体",
    Face.FANG: "仿宋_GB2312",
    Face.HEI: "黑体",
    Face.KAI: "楷体_GB2312",
    Face.TITLE: "方正小标宋简体",
}
STAND_INS = {Face.SONG: "SimSun", Face.FANG: "仿宋", Face.HEI: "SimHei", Face.KAI: "楷体", Face.TITLE: "宋体"}
SPARE = 4 * MM  # points by which forms and notices may be longer than in print, since fonts differ
_PITCH = -0.25  # points: 28 characters of 16 pt in 156 mm, in the format's steps of 1/20
_LINES, _TALL = 22, 225 * MM
_JUSTIFICATION = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right", Align.JUSTIFIED: "both"}


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its id, its name in menus, its type and its paragraph properties."""

    key: str
    name: str
    type: TypeStyle
    align: Align = Align.LEFT
    keeps: bool = False
    level: int = 0  # outline level from 1; 0: none
    own: bool = False  # not one of the word processor's built-in styles


def office_page_style(page_style: PageStyle) -> PageStyle:
    """The page style with the margins and line height that offices set in a word processor."""
    if page_style.kind is not PaperKind.LETTER:
        return replace(page_style, height=page_style.height + SPARE)
    if page_style.page_width > page_style.page_height:
        return page_style
    leading = _TALL / _LINES // 0.05 * 0.05
    body = replace(page_style.body, leading=leading, pitch=_PITCH)
    return replace(page_style, top=37 * MM, height=_TALL, body=body, below=replace(page_style.below, leading=leading))


def styles_of(page_style: PageStyle, further: str = "") -> Mapping[str, Style]:
    """The styles by key. `further` is a suffix for the styles of another page style in the same file."""
    made = (
        Style("Normal", "Normal", page_style.body, Align.JUSTIFIED),
        Style("Title", "Title", page_style.title, Align.CENTRE, keeps=True),
        Style("Subtitle", "Subtitle", page_style.below, Align.CENTRE, keeps=True),
        *(
            Style(f"Heading{n}", f"heading {n}", page_style.heading(n), Align.JUSTIFIED, keeps=True, level=n)
            for n in range(1, 5)
        ),
        Style("Cell", "表格文字", page_style.cell, own=True),
        Style("Note", "说明文字", page_style.note, Align.JUSTIFIED, own=True),
        Style("Footer", "footer", page_style.foot),
    )
    if not further:
        return {style.key: style for style in made}
    return {
        style.key: replace(style, key=f"{style.key}_{further}", name=f"{style.name} {further}", own=True)
        for style in made
    }


def run_properties(
    type_: TypeStyle, base: TypeStyle | None = None, *, underlined: bool = False, colour: str = ""
) -> Xml:
    """The run properties in which a type differs from `base`, the type of the paragraph's style."""
    parts: list[Xml] = []
    if base is None or type_.face is not base.face:
        font = FONTS[type_.face]
        parts.append(element("rFonts", hint="eastAsia", ascii=font, eastAsia=font, hAnsi=font, cs=font))
    if colour:
        parts.append(element("color", val=colour))
    if base is None or type_.pitch != base.pitch:
        parts.append(element("spacing", val=twips(type_.pitch)))
    if base is None or round(2 * type_.size) != round(2 * base.size):
        parts += [element("sz", val=round(2 * type_.size)), element("szCs", val=round(2 * type_.size))]
    if underlined:
        parts.append(element("u", val="single"))
    return element("rPr", *parts) if parts else NOTHING


def justification(align: Align) -> Xml:
    """The alignment of a paragraph."""
    return element("jc", val=_JUSTIFICATION[align])


def styles_part(styles: Iterable[Style]) -> Xml:
    """The content of the styles part."""
    language = element("lang", val="en-US", eastAsia="zh-CN")
    plain = element("rPrDefault", element("rPr", language))
    defaults = element("docDefaults", plain, element("pPrDefault"))
    table = element(
        "style",
        element("name", val="Normal Table"),
        element("tblPr", element("tblInd", w=0, type="dxa")),
        type="table",
        default=True,
        styleId="TableNormal",
    )
    return joined((defaults, *map(_style_xml, styles), table))


def _style_xml(style: Style) -> Xml:
    """One style element."""
    normal = style.key == "Normal"
    return element(
        "style",
        element("name", val=style.name),
        NOTHING if normal else element("basedOn", val="Normal"),
        element("qFormat"),
        element("pPr", *_paragraph_properties(style)),
        run_properties(style.type),
        type="paragraph",
        default=True if normal else None,
        customStyle=True if style.own else None,
        styleId=style.key,
    )


def _paragraph_properties(style: Style) -> Iterator[Xml]:
    """Paragraph properties in the order of the schema; no extra space between Chinese and Latin, as in print."""
    if style.keeps:
        yield element("keepNext")
    yield from (element(name, val=False) for name in ("widowControl", "autoSpaceDE", "autoSpaceDN"))
    yield element("spacing", line=twips(style.type.leading), lineRule="exact")
    yield justification(style.align)
    if style.level:
        yield element("outlineLvl", val=style.level - 1)


def fonts_part() -> Xml:
    """The content of the font table: the fonts used, and the substitutes on machines without them."""
    return joined(
        element(
            "font",
            element("altName", val=STAND_INS[face]),
            element("charset", val="86"),
            element("family", val="modern" if face is not Face.SONG else "auto"),
            element("pitch", val="variable"),
            name=FONTS[face],
        )
        for face in Face
    )
