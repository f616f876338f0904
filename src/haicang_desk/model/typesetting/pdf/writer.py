"""Writes papers as PDF, one or many in a file; the same papers give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFName, PDFPage, PDFString

from haicang_desk.model.blocks import Masthead, Paper
from haicang_desk.model.typesetting.layout import (  # noqa: F401
    charts,
    letter_parts,
    paragraphs,
    pictures,
    qr_codes,
    table_layout,
)
from haicang_desk.model.typesetting.layout.page_style import page_style_of, tightened_style
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, draw_footer, paginate
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet, bundled_fonts
from haicang_desk.model.typesetting.pdf.fonts import FontResources
from haicang_desk.model.typesetting.pdf.metadata import LANGUAGE, add_metadata, compressed, facts_of, file_id
from haicang_desk.model.typesetting.pdf.tiling import draw_tiles, is_tiled

_VERSION = (1, 5)
_TIGHTER = (0.96, 0.92, 0.88, 0.84)
_MAKERS_MARK = b"ReportLab Generated PDF document (opensource)"

Page = list[tuple[Item, float]]
Pages = list[Page]


def write_pdf(paper: Paper, font_set: FontSet | None = None) -> bytes:
    """Write one paper as a PDF file. Raises Unprintable, and Refused for an unreadable picture."""
    return write_batch([paper], paper.setup.title, font_set=font_set)


def write_batch(
    papers: Iterable[Paper], title: str, *, continuous: bool = False, font_set: FontSet | None = None
) -> bytes:
    """Write many papers as one PDF file, with a bookmark for each and every font embedded once.

    Page numbers begin anew with each paper unless `continuous`. Raises like write_pdf.
    """
    writer = Writer(font_set or bundled_fonts())
    for paper in papers:
        writer.add(paper, continuous=continuous)
    return writer.file(title)


def count_pages(papers: Iterable[Paper], font_set: FontSet | None = None) -> tuple[int, ...]:
    """The number of pages of each paper, for a table of contents."""
    return tuple(len(lay_out_pages(paper, font_set or bundled_fonts())[0]) for paper in papers)


def lay_out_pages(paper: Paper, font_set: FontSet) -> tuple[Pages, LayoutContext]:
    """Lay out a paper; its tables are tightened step by step while it exceeds `most_pages` and that helps."""
    letterhead = any(isinstance(block, Masthead) and block.letterhead for block in paper.blocks)
    context = LayoutContext(page_style_of(paper.setup), font_set, letterhead)
    pages, most = paginate(paper.blocks, context), paper.setup.most_pages
    for step in _TIGHTER:  # a step is kept only if it saves a page
        if not most or len(pages) <= most:
            break
        tighter = LayoutContext(tightened_style(page_style_of(paper.setup), step), font_set, letterhead)
        if len(fewer := paginate(paper.blocks, tighter)) < len(pages):
            pages, context = fewer, tighter
    return pages, context


class Writer:
    """Builds one PDF file page by page."""

    def __init__(self, font_set: FontSet) -> None:
        self._font_set = font_set
        self._font_resources = FontResources()
        self._canvases: list[tuple[Canvas, float]] = []
        self._starts: list[tuple[str, int, int]] = []  # of each bookmark: title, page index and depth
        self._papers: list[Paper] = []

    @property
    def pages(self) -> int:
        """The number of pages drawn so far."""
        return len(self._canvases)

    def bookmark(self, title: str, deep: int = 0) -> None:
        """Add a bookmark for the next page; with a greater depth it is listed under the last one above it."""
        self._starts.append((title, self.pages, deep))

    def add(self, paper: Paper, *, continuous: bool) -> None:
        """Lay a paper out and draw its pages."""
        self.bookmark(paper.setup.title)
        self.draw(paper, lay_out_pages(paper, self._font_set), before=self.pages if continuous else 0)

    def draw(self, paper: Paper, laid: tuple[Pages, LayoutContext], before: int = 0) -> None:
        """Draw the pages of a laid-out paper, whose numbers begin after `before`."""
        pages, context = laid
        style = context.style
        self._papers.append(paper)
        for number, items in enumerate(pages, before + 1):

            def draw(canvas: Canvas, number: int = number, items: Page = items) -> None:
                for item, offset in items:
                    item.draw(canvas, style.left, style.page_height - style.top - offset)
                qr_codes.draw_corner_code(canvas, paper.setup, style)
                draw_footer(canvas, paper.setup, context, number, len(pages) + before)

            if is_tiled(paper.setup):
                canvases = draw_tiles(draw, self._font_resources, context, number)
            else:
                draw(canvas := Canvas(self._font_resources, style.page_height))
                canvases = [canvas]
            self._canvases += [(canvas, style.page_width) for canvas in canvases]

    def page(self, width: float, height: float) -> Canvas:
        """Add a blank page of this size in points; returns its canvas."""
        canvas = Canvas(self._font_resources, height)
        self._canvases.append((canvas, width))
        return canvas

    def drawn(self, number: int) -> tuple[Canvas, float]:
        """The canvas of a page, counted from 0, and its width in points."""
        return self._canvases[number]

    def file(self, title: str, enclosed: Sequence[bytes] = (), *, ours: bool = True) -> bytes:
        """The bytes of the file; its ID depends on `enclosed`, digests of attached files. `ours`: see add_metadata."""
        document: Any = PDFDocument(lang=LANGUAGE, pdfVersion=_VERSION)
        refer = document.Reference
        contents = [canvas.content().encode("ascii") for canvas, _ in self._canvases]
        fonts = refer(self._font_resources.embed(document))
        photographs: dict[str, Any] = {}
        pages = [
            self._page(document, canvas, width, content, fonts, photographs)
            for (canvas, width), content in zip(self._canvases, contents, strict=True)
        ]
        packet = add_metadata(document, facts_of([paper.setup for paper in self._papers], title), ours=ours)
        document.Catalog.Outlines = self._bookmarks(document, pages)
        document._ID = file_id(packet, self._font_resources.drawn(), *contents, *enclosed)
        return _unmarked(document.format())

    def _page(
        self,
        document: PDFDocument,
        canvas: Canvas,
        width: float,
        content: bytes,
        fonts: Any,
        photographs: dict[str, Any],
    ) -> Any:
        refer: Any = document.Reference
        resources = {"Font": fonts}
        if canvas.photographs:
            for name, photograph in canvas.photographs.items():
                if name not in photographs:
                    photographs[name] = refer(photograph.stream())
            resources["XObject"] = PDFDictionary({name: photographs[name] for name in canvas.photographs})
        page = PDFPage()
        page.MediaBox = PDFArray([0, 0, round(width, 3), round(canvas.height, 3)])
        page.Contents = compressed(content)
        page.Resources = PDFDictionary(resources)
        name = document.thisPageName()
        document.addPage(page)
        return refer(page, name)

    def _bookmarks(self, document: PDFDocument, pages: Sequence[Any]) -> Any:
        if len(self._starts) < 2:
            return None
        refer: Any = document.Reference
        root = PDFDictionary({"Type": PDFName("Outlines")})
        entries = [
            PDFDictionary({"Title": PDFString(title), "Dest": PDFArray([pages[start], PDFName("Fit")])})
            for title, start, _ in self._starts
        ]
        named = [refer(entry) for entry in entries]
        for parent, children in _branches([deep for _, _, deep in self._starts]):
            above = root if parent is None else entries[parent]
            above["Count"], above["First"], above["Last"] = len(children), named[children[0]], named[children[-1]]
            for before, child, after in zip([None, *children], children, [*children[1:], None], strict=False):
                entries[child]["Parent"] = refer(root) if parent is None else named[parent]
                if before is not None:
                    entries[child]["Prev"] = named[before]
                if after is not None:
                    entries[child]["Next"] = named[after]
        return root


def _branches(depths: Sequence[int]) -> list[tuple[int | None, list[int]]]:
    """Each bookmark with children, and the children; None is the root."""
    children: dict[int | None, list[int]] = {}
    above: list[int] = []
    for at, deep in enumerate(depths):
        del above[deep:]
        children.setdefault(above[-1] if above else None, []).append(at)
        above.append(at)
    return list(children.items())


def _unmarked(data: bytes) -> bytes:
    """The file with reportlab's name in the first comment blanked out; all offsets stay the same."""
    return data.replace(_MAKERS_MARK, b" " * len(_MAKERS_MARK), 1)
