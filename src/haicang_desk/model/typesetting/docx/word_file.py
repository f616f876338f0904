"""Writes papers as a DOCX file: the text of the printed pages in the same order, for further editing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from haicang_desk.model.blocks import PageSetup, Paper
from haicang_desk.model.typesetting.docx import (  # noqa: F401
    chart_nodes,
    code_nodes,
    letter_nodes,
    paragraph_nodes,
    picture_nodes,
    table_nodes,
)
from haicang_desk.model.typesetting.docx.block_nodes import DocxContext, compose_nodes
from haicang_desk.model.typesetting.docx.footers import footer_distance, footers_of
from haicang_desk.model.typesetting.docx.nodes import Paragraph, TableNode
from haicang_desk.model.typesetting.docx.ooxml import (
    NOTHING,
    Xml,
    core_properties,
    element,
    escaped,
    joined,
    package_bytes,
    part_xml,
    twips,
)
from haicang_desk.model.typesetting.docx.styles import Style, fonts_part, office_page_style, styles_of, styles_part
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.page_style import PageStyle
from haicang_desk.model.typesetting.layout.text_sanitising import drawable
from haicang_desk.model.typesetting.pdf.font_set import bundled_fonts
from haicang_desk.model.typesetting.pdf.writer import lay_out_pages

_VERSION = 15  # compatibility mode: lay out like Word 2013
_HEADER = 15 * MM


def write_docx(paper: Paper) -> bytes:
    """Write one paper as a DOCX file; the same paper gives the same bytes.

    It is first laid out as for print, so that tables are tightened and unprintable text is refused in
    the same way. Raises Unprintable, and Refused for an unreadable picture.
    """
    return write_docx_batch([paper], paper.setup.title)


def write_docx_batch(papers: Iterable[Paper], title: str) -> bytes:
    """Write many papers as one DOCX file, each a section with its own page numbers. Raises like write_docx."""
    return _File(list(papers)).bytes(title)


class _File:
    """Builds one DOCX file section by section."""

    def __init__(self, papers: list[Paper]) -> None:
        self._papers = papers
        self._page_styles: dict[PageStyle, Mapping[str, Style]] = {}
        self._pictures: list[bytes] = []
        self._numbers = count(1)
        self._footers: list[Xml] = []

    def bytes(self, title: str) -> bytes:
        """The bytes of the file."""
        body = joined(part for at, paper in enumerate(self._papers, 1) for part in self._section(paper, at))
        styles = (style for known in self._page_styles.values() for style in known.values())
        parts = {
            "document": part_xml("document", element("body", body)),
            "styles": part_xml("styles", styles_part(styles)),
            "settings": part_xml("settings", joined(_settings())),
            "fontTable": part_xml("fonts", fonts_part()),
        }
        parts |= {f"footer{number}": part_xml("ftr", foot) for number, foot in enumerate(self._footers, 1)}
        return package_bytes(parts, self._pictures, core_properties(self._information(title)))

    def _section(self, paper: Paper, at: int) -> Iterator[Xml]:
        """The content of a paper, followed by its section properties."""
        pages, layout = lay_out_pages(paper, bundled_fonts())
        page_style = office_page_style(layout.style)
        if page_style not in self._page_styles:
            self._page_styles[page_style] = styles_of(
                page_style, str(len(self._page_styles) + 1) if self._page_styles else ""
            )
        layout = replace(layout, style=page_style)
        context = DocxContext(
            layout, self._page_styles[page_style], self._pictures, self._numbers, bound=len(self._papers) > 1
        )
        made = compose_nodes(paper.blocks, context)
        yield from (node.xml() for node in made)
        section = self._properties(paper.setup, context, len(pages))
        if at < len(self._papers):
            end = context.space()
            yield Paragraph(replace(end.format, section=section)).xml()
        else:
            if not made or isinstance(made[-1], TableNode):
                yield context.space().xml()
            yield section

    def _properties(self, setup: PageSetup, context: DocxContext, pages: int) -> Xml:
        """The section properties: paper size, margins, footers and first page number."""
        page_style = context.page_style
        bottom, right = (
            page_style.page_height - page_style.top - page_style.height,
            page_style.page_width - page_style.left - page_style.width,
        )
        margins = {"top": page_style.top, "right": right, "bottom": bottom, "left": page_style.left, "header": _HEADER}
        margins |= {"footer": footer_distance(setup, context), "gutter": 0}
        landscape = page_style.page_width > page_style.page_height
        footers = footers_of(setup, context, pages)
        references = []
        for kind, footer in footers.items():
            self._footers.append(footer)
            references.append(Xml(f'<w:footerReference w:type="{kind}" r:id="rId_footer{len(self._footers)}"/>'))
        return element(
            "sectPr",
            *references,
            element(
                "pgSz",
                w=twips(page_style.page_width),
                h=twips(page_style.page_height),
                orient="landscape" if landscape else None,
            ),
            element("pgMar", **{edge: twips(length) for edge, length in margins.items()}),
            element("pgNumType", start=setup.first_page),
            element("titlePg") if "first" in footers else NOTHING,
        )

    def _information(self, title: str) -> Mapping[str, Xml]:
        """The core properties as in the PDF: title; for a single paper also subject, number and 存证码."""
        facts = {"title": title}
        if len(self._papers) == 1:
            setup = self._papers[0].setup
            keywords = (setup.number, f"存证码：{setup.seal_code}" if setup.seal_code else "")
            facts |= {"subject": setup.subject, "keywords": "；".join(filter(None, keywords))}
        return {key: escaped(drawable(value)) for key, value in facts.items()}


def _settings() -> Iterator[Xml]:
    """The document settings, in the order of the schema (CT_Settings)."""
    yield element("evenAndOddHeaders")
    yield element("characterSpacingControl", val="compressPunctuation")
    address = "http://schemas.microsoft.com/office/word"
    version = element("compatSetting", name="compatibilityMode", uri=address, val=_VERSION)
    yield element("compat", element("ulTrailSpace"), version)
    yield element("themeFontLang", val="en-US", eastAsia="zh-CN")
