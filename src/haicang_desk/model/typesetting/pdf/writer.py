"""Writes papers as PDF, one or many in a file; the same papers give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from haicang_desk.model.blocks import Masthead, Paper, PaperKind
from haicang_desk.model.typesetting.layout import (  # noqa: F401
    charts,
    letter_parts,
    paragraphs,
    pictures,
    qr_codes,
    table_layout,
)
from haicang_desk.model.typesetting.layout.page_faults import PageFault, PagePlace, faults_on
from haicang_desk.model.typesetting.layout.page_style import page_style_of, tightened_style
from haicang_desk.model.typesetting.layout.pages import Item, LayoutContext, draw_footer, paginate
from haicang_desk.model.typesetting.pdf.canvas import Canvas
from haicang_desk.model.typesetting.pdf.font_set import FontSet, bundled_fonts
from haicang_desk.model.typesetting.pdf.fonts import FontResources
from haicang_desk.model.typesetting.pdf.metadata import Claim, add_metadata, facts_of, file_id
from haicang_desk.model.typesetting.pdf.objects import PdfObjects, reference
from haicang_desk.model.typesetting.pdf.structure import Element, figure, write_structure
from haicang_desk.model.typesetting.pdf.tiling import draw_tiles, is_tiled

_TIGHTER = (0.96, 0.92, 0.88, 0.84)
_TIGHTER_NOTICE = (0.88, 0.76)  # its type and leading have bounds of their own, and its photographs take what is left

Page = list[tuple[Item, float]]
Pages = list[Page]


def write_pdf(paper: Paper, font_set: FontSet | None = None) -> bytes:
    """Write one paper as a PDF file. Raises Unprintable, and Refused for an unreadable picture."""
    return write_batch([paper], paper.setup.title, font_set=font_set)


def write_batch(
    papers: Iterable[Paper],
    title: str,
    *,
    continuous: bool = False,
    bookmarks: Sequence[tuple[str, ...]] = (),
    font_set: FontSet | None = None,
    faults: list[PageFault] | None = None,
) -> bytes:
    """Write many papers as one PDF file, with a bookmark for each and every font embedded once.

    Page numbers begin anew with each paper unless `continuous`. `bookmarks` are the names of each paper from the
    outermost level down, by default its title; those above the last are shared. What is amiss on the pages is
    added to `faults`. Raises like write_pdf.
    """
    writer, shown = Writer(font_set or bundled_fonts(), faults), tuple[str, ...]()
    for at, paper in enumerate(papers):
        names = bookmarks[at] if bookmarks else (paper.setup.title,)
        for deep, name in enumerate(names):
            if deep == len(names) - 1 or names[: deep + 1] != shown[: deep + 1]:
                writer.bookmark(name, deep)
        writer.add(paper, continuous=continuous)
        writer.finish()
        shown = names[:-1]
    return writer.file(title)


def count_pages(papers: Iterable[Paper], font_set: FontSet | None = None) -> tuple[int, ...]:
    """The number of pages of each paper, for a table of contents."""
    return tuple(len(lay_out_pages(paper, font_set or bundled_fonts())[0]) for paper in papers)


def lay_out_pages(paper: Paper, font_set: FontSet) -> tuple[Pages, LayoutContext]:
    """Lay out a paper; its tables are tightened step by step while it exceeds `most_pages` and that helps."""
    letterhead = any(isinstance(block, Masthead) and block.letterhead for block in paper.blocks)
    context = LayoutContext(page_style_of(paper.setup), font_set, letterhead)
    pages, most = paginate(paper.blocks, context), paper.setup.most_pages
    steps = _TIGHTER_NOTICE if paper.setup.kind is PaperKind.NOTICE else _TIGHTER
    for step in steps:  # a step is kept only if it saves a page
        if not most or len(pages) <= most:
            break
        tighter = LayoutContext(tightened_style(page_style_of(paper.setup), step), font_set, letterhead)
        if len(fewer := paginate(paper.blocks, tighter)) < len(pages):
            pages, context = fewer, tighter
    return pages, context


class Writer:
    """Builds one PDF file page by page."""

    def __init__(self, font_set: FontSet, faults: list[PageFault] | None = None) -> None:
        self._font_set = font_set
        self._faults = faults
        self._font_resources = FontResources()
        self._canvases: list[tuple[Canvas, float]] = []
        self._finished = 0  # pages
        self._starts: list[tuple[str, int, int]] = []  # of each bookmark: title, page index and depth
        self._papers: list[Paper] = []
        self._document = Element("Document")
        self._parts: list[Element] = [self._document]  # the open one of each depth

    @property
    def pages(self) -> int:
        """The number of pages drawn so far."""
        return len(self._canvases)

    def bookmark(self, title: str, deep: int = 0) -> None:
        """Add a bookmark for the next page; with a greater depth it is listed under the last one above it.

        What is drawn until the next one is a part of the structure tree.
        """
        self._starts.append((title, self.pages, deep))
        del self._parts[deep + 1 :]
        part = Element("Part")
        part.attach(self._parts[-1])
        self._parts.append(part)

    def add(self, paper: Paper, *, continuous: bool) -> None:
        """Lay a paper out and draw its pages."""
        self.draw(paper, lay_out_pages(paper, self._font_set), before=self.pages if continuous else 0)

    def finish(self) -> None:
        """Nothing more is drawn on the pages so far: they take as little memory as they can from here on."""
        while self._finished < self.pages:
            self._canvases[self._finished][0].finish()
            self._finished += 1

    def draw(self, paper: Paper, laid: tuple[Pages, LayoutContext], before: int = 0) -> None:
        """Draw the pages of a laid-out paper, whose numbers begin after `before`."""
        pages, context = laid
        style = context.style
        self._papers.append(paper)
        part, code = self._parts[-1], qr_codes.corner_figure(paper.setup)
        for number, items in enumerate(pages, before + 1):

            def draw(canvas: Canvas, number: int = number, items: Page = items) -> None:
                canvas.tag_under(part, self.pages)
                for item, offset in items:
                    canvas.tag(item.tag)
                    item.draw(canvas, style.left, style.page_height - style.top - offset)
                if self._faults is not None and not is_tiled(paper.setup):
                    place = PagePlace(number - before, len(pages), self.pages + 1)
                    self._faults += faults_on(items, canvas.drawn, context, place)
                qr_codes.draw_corner_code(canvas, paper.setup, style, code)
                canvas.tag(None)
                draw_footer(canvas, paper.setup, context, number, len(pages) + before)

            if is_tiled(paper.setup):
                canvases = draw_tiles(draw, self._font_resources, context, number)
            else:
                draw(canvas := Canvas(self._font_resources, style.page_height))
                canvases = [canvas]
            self._canvases += [(canvas, style.page_width) for canvas in canvases]
        if code.kids:  # said after the paper, though its first page bears it
            part.kids.append(code)

    def page(self, width: float, height: float, *, scan: bool = False) -> Canvas:
        """Add a blank page of this size in points; returns its canvas.

        What is drawn on it is a picture of a page, or a `scan`, named by the last bookmark.
        """
        canvas = Canvas(self._font_resources, height)
        canvas.tag_under(self._parts[-1])
        title, start, _ = self._starts[-1] if self._starts else ("", self.pages, 0)
        number = self.pages - start + 1
        shown = figure(f"{title}（扫描件第 {number} 页）" if scan else f"{title}，第 {number} 页的图像")
        shown.box = (0.0, 0.0, width, height)
        canvas.reserve(shown)
        self._canvases.append((canvas, width))
        return canvas

    def drawn(self, number: int) -> tuple[Canvas, float]:
        """The canvas of a page, counted from 0, and its width in points."""
        return self._canvases[number]

    def file(self, title: str, enclosed: Sequence[bytes] = (), *, ours: bool = True) -> bytes:
        """The bytes of the file; its ID depends on `enclosed`, digests of attached files.

        A file with attached files does not claim to be accessible, and none to be PDF/A that is not `ours`, because
        the content of foreign pages is unknown.
        """
        objects = PdfObjects()
        catalogue, tree = objects.reserve(), objects.reserve()
        contents = [canvas.finish() for canvas, _ in self._canvases]
        fonts = objects.add(self._font_resources.embed(objects))
        photographs: dict[str, int] = {}
        pages = objects.reserve(len(contents))
        for at, ((canvas, width), content) in enumerate(zip(self._canvases, contents, strict=True)):
            shown = self._photographs_of(canvas, photographs, objects)
            drawn = objects.stream(content.stream)
            page = {
                "Type": PDFName("Page"),
                "Parent": reference(tree),
                "MediaBox": PDFArray([0, 0, round(width, 3), round(canvas.height, 3)]),
                "StructParents": at,
                "Tabs": PDFName("S"),
                "Contents": reference(drawn),
                "Resources": PDFDictionary({"Font": reference(fonts), **shown}),
            }
            objects.put(pages + at, PDFDictionary(page))
        claim = (Claim.SCANNED if enclosed else Claim.TAGGED) if ours else Claim.NONE
        metadata = add_metadata(objects, facts_of([paper.setup for paper in self._papers], title), claim)
        kids = PDFArray(map(reference, range(pages, pages + len(contents))))
        objects.put(tree, PDFDictionary({"Type": PDFName("Pages"), "Count": len(contents), "Kids": kids}))
        catalogued = {**metadata.entries, **self._bookmarks(objects, pages)}
        if len(self._document.kids) == 1:  # the part is the document
            (whole,) = self._document.kids
            assert isinstance(whole, Element)
            whole.kind, self._document = "Document", whole
        numbered = [(canvas, pages + at) for at, (canvas, _) in enumerate(self._canvases)]
        catalogued |= write_structure(objects, self._document, numbered)
        objects.put(catalogue, PDFDictionary({"Type": PDFName("Catalog"), "Pages": reference(tree), **catalogued}))
        digests = (content.digest for content in contents)
        identity = file_id(metadata.packet, self._font_resources.drawn(), *digests, *enclosed)
        return objects.written(catalogue, metadata.information, identity)

    def _photographs_of(self, canvas: Canvas, known: dict[str, int], objects: PdfObjects) -> dict[str, Any]:
        """The entry of a page's resources for its photographs, if it has any. Each is written once in a file."""
        for name, photograph in canvas.photographs.items():
            if name not in known:
                known[name] = objects.stream(photograph.stream())
        named = {name: reference(known[name]) for name in canvas.photographs}
        return {"XObject": PDFDictionary(named)} if named else {}

    def _bookmarks(self, objects: PdfObjects, pages: int) -> dict[str, Any]:
        """The entry of the catalogue for bookmarks, if there are two. `pages` is the number of the first page."""
        if len(self._starts) < 2:
            return {}
        root, first = objects.reserve(), objects.reserve(len(self._starts))
        entries = [
            PDFDictionary({"Title": PDFString(title), "Dest": PDFArray([reference(pages + at), PDFName("Fit")])})
            for title, at, _ in self._starts
        ]
        whole = PDFDictionary({"Type": PDFName("Outlines")})
        for parent, children in _branches([deep for _, _, deep in self._starts]):
            above = whole if parent is None else entries[parent]
            above["Count"] = len(children)
            above["First"], above["Last"] = reference(first + children[0]), reference(first + children[-1])
            for before, child, after in zip([None, *children], children, [*children[1:], None], strict=False):
                entries[child]["Parent"] = reference(root if parent is None else first + parent)
                if before is not None:
                    entries[child]["Prev"] = reference(first + before)
                if after is not None:
                    entries[child]["Next"] = reference(first + after)
        for number, entry in zip((root, *range(first, first + len(entries))), (whole, *entries), strict=True):
            objects.put(number, entry)
        return {"Outlines": reference(root)}


def _branches(depths: Sequence[int]) -> list[tuple[int | None, list[int]]]:
    """Each bookmark with children, and the children; None is the root."""
    children: dict[int | None, list[int]] = {}
    above: list[int] = []
    for at, deep in enumerate(depths):
        del above[deep:]
        children.setdefault(above[-1] if above else None, []).append(at)
        above.append(at)
    return list(children.items())
