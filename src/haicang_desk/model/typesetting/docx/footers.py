"""Footers: page number, 依据 and 存证码 (GB/T 9704—2012 §7.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from haicang_desk.model.blocks import Align, Face, Numbering, PageSetup
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext
from haicang_desk.model.typesetting.docx.code_nodes import corner_code
from haicang_desk.model.typesetting.docx.nodes import Paragraph, ParagraphFormat
from haicang_desk.model.typesetting.docx.ooxml import NOTHING, Xml, element, joined
from haicang_desk.model.typesetting.docx.runs import TAB, run
from haicang_desk.model.typesetting.docx.styles import SPARE, run_properties
from haicang_desk.model.typesetting.layout.measures import MM, TypeStyle
from haicang_desk.model.typesetting.layout.text_sanitising import drawable

_NUMBER = TypeStyle(Face.SONG, 14, 14)  # 4号
_DASH_FROM_EDGE = 28 * MM  # §7.5
_SMALL_FROM_EDGE = 11 * MM  # of the lower edge of the small line of a letter
_UNDER_AREA = 5 * MM


def footers_of(setup: PageSetup, context: DocxContext, pages: int) -> Mapping[str, Xml]:
    """The footers of odd pages (key default), even pages and the first page, as XML."""
    made = {
        "default": joined(p.xml() for p in _foot(setup, context, pages, odd=True)),
        "even": joined(p.xml() for p in _foot(setup, context, pages, odd=False)),
    }
    if context.layout.letterhead:  # 信函格式: no number on the first page
        made["first"] = joined(p.xml() for p in _small(setup, context, pages, 0))
    return made


def footer_distance(setup: PageSetup, context: DocxContext) -> float:
    """The distance in points of the lowest footer line from the paper's edge."""
    page_style = context.page_style
    if page_style.numbering is not Numbering.DASHES:
        return (
            page_style.page_height
            - page_style.top
            - page_style.height
            - (_UNDER_AREA - SPARE)
            - page_style.foot.leading
        )
    return _SMALL_FROM_EDGE if _has_small(setup) else _DASH_FROM_EDGE - _NUMBER.leading / 2


def _has_small(setup: PageSetup) -> bool:
    return bool(setup.footer or (setup.seal_code and setup.code_on_sheet))


def _foot(setup: PageSetup, context: DocxContext, pages: int, *, odd: bool) -> Iterator[Paragraph]:
    """The footer of odd or even pages."""
    if context.page_style.numbering is not Numbering.DASHES:
        yield from _small(setup, context, pages, 0)
        return
    fmt = replace(context.paragraph_format("Footer"), type=_NUMBER, align=Align.RIGHT if odd else Align.LEFT)
    fmt = replace(fmt, right=_NUMBER.size) if odd else replace(fmt, left=_NUMBER.size)
    properties = run_properties(_NUMBER, fmt.style.type)
    yield Paragraph(fmt, joined((run("— ", properties), _field("PAGE", properties), run(" —", properties))))
    if _has_small(setup):
        between = _DASH_FROM_EDGE - _NUMBER.leading / 2 - _SMALL_FROM_EDGE - context.page_style.foot.leading
        yield from _small(setup, context, pages, between)


def _small(setup: PageSetup, context: DocxContext, pages: int, before: float) -> Iterator[Paragraph]:
    """依据 at the left, the page number in the middle if there are several pages, 存证码 at the right."""
    width = context.page_style.width
    corner = corner_code(setup, context)
    fmt: ParagraphFormat = replace(
        context.paragraph_format("Footer"), before=before, tabs=(("center", width / 2), ("right", width))
    )
    runs = [corner] if corner else []
    if setup.footer:
        runs.append(run(drawable(setup.footer).replace("\n", " ")))
    runs.append(element("r", TAB))
    if context.page_style.numbering is Numbering.COUNTED and (pages > 1 or setup.first_page > 1):
        runs += [run("第 "), _field("PAGE"), run(" 页")]
        if setup.first_page == 1:
            runs += [run("　共 "), _field("SECTIONPAGES" if context.bound else "NUMPAGES"), run(" 页")]
    if setup.seal_code and setup.code_on_sheet:
        runs += [element("r", TAB), run(f"存证码：{drawable(setup.seal_code)}")]
    yield Paragraph(fmt, joined(runs))


def _field(code: str, properties: Xml = NOTHING) -> Xml:
    """A field whose value the word processor computes."""
    return element("fldSimple", element("r", properties, Xml("<w:t>1</w:t>")), instr=code)
