"""Styles: the types of a look under the names that an office's word processor knows them by.

The text area of a letter keeps GB/T 9704—2012: margins of 37, 35, 28 and 26 mm and a fixed pitch that
puts 22 lines in 225 mm, rounded down to the twentieth of a point that the format counts in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Align, Face, PaperKind
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined, twips
from haicang_desk.model.typesetting.layout.lines import TypeStyle
from haicang_desk.model.typesetting.layout.page_style import MM, PageStyle

FONTS = {
    Face.SONG: "宋体",
    Face.FANG: "仿宋_GB2312",
    Face.HEI: "黑体",
    Face.KAI: "楷体_GB2312",
    Face.TITLE: "方正小标宋简体",
}
STAND_INS = {Face.SONG: "SimSun", Face.FANG: "仿宋", Face.HEI: "SimHei", Face.KAI: "楷体", Face.TITLE: "宋体"}
SPARE = 4 * MM  # a form or notice may run so much further down than in print, for fonts are not alike
_PITCH = -0.25  # points: 28 characters of 16 pt in 156 mm, in the format's steps of 1/20
_LINES, _TALL = 22, 225 * MM
_JUSTIFICATION = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right", Align.JUSTIFIED: "both"}


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its name in the file and in menus, its type, and how its paragraphs stand."""

    key: str
    name: str
    type: TypeStyle
    align: Align = Align.LEFT
    keeps: bool = False
    level: int = 0  # of an outline; 0: not in it
    own: bool = False  # no word processor knows it by its name


def office_page_style(page_style: PageStyle) -> PageStyle:
    """The look with the figures that offices set in a word processor."""
    if page_style.kind is not PaperKind.LETTER:
        return replace(page_style, height=page_style.height + SPARE)
    if page_style.page_width > page_style.page_height:
        return page_style
    leading = _TALL / _LINES // 0.05 * 0.05
    body = replace(page_style.body, leading=leading, pitch=_PITCH)
    return replace(page_style, top=37 * MM, height=_TALL, body=body, below=replace(page_style.below, leading=leading))


def styles_of(page_style: PageStyle, further: str = "") -> Mapping[str, Style]:
    """The styles of a document by their keys; of a `further` look bound with it, under names of their own."""
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
    """The properties of characters that differ from those of their paragraph's style."""
    fresh = base is None
    parts: list[Xml] = []
    if fresh or type_.face is not (base and base.face):
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
    return element("jc", val=_JUSTIFICATION[align])


def styles_part(styles: Iterable[Style]) -> Xml:
    """The styles as a part of the file."""
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
    return joined((defaults, *map(_written, styles), table))


def _written(style: Style) -> Xml:
    normal = style.key == "Normal"
    return element(
        "style",
        element("name", val=style.name),
        NOTHING if normal else element("basedOn", val="Normal"),
        element("qFormat"),
        element("pPr", *_standing(style)),
        run_properties(style.type),
        type="paragraph",
        default=True if normal else None,
        customStyle=True if style.own else None,
        styleId=style.key,
    )


def _standing(style: Style) -> Iterator[Xml]:
    """In the order that the format prescribes. No room is put between Chinese and figures, as in print."""
    if style.keeps:
        yield element("keepNext")
    yield from (element(name, val=False) for name in ("widowControl", "autoSpaceDE", "autoSpaceDN"))
    yield element("spacing", line=twips(style.type.leading), lineRule="exact")
    yield justification(style.align)
    if style.level:
        yield element("outlineLvl", val=style.level - 1)


def fonts_part() -> Xml:
    """Which fonts are named, and what stands in for one that a machine lacks."""
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
