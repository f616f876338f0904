"""Writes papers as one OFD file (GB/T 33190—2016): a ZIP archive of XML parts, fonts and photographs.

The layout is that of the PDF, and so are fonts and breaks. The same papers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from haicang_desk.model.blocks import Paper
from haicang_desk.model.typesetting.layout.measures import MM
from haicang_desk.model.typesetting.layout.pages import draw_footer
from haicang_desk.model.typesetting.layout.qr_codes import corner_figure, draw_corner_code
from haicang_desk.model.typesetting.ofd.ofd_canvas import OfdCanvas, OfdResources
from haicang_desk.model.typesetting.ofd.ofd_fonts import font_file
from haicang_desk.model.typesetting.ofd.ofd_xml import OfdXml, element, numbers, part, text_element
from haicang_desk.model.typesetting.pdf.font_set import FontSet, bundled_fonts
from haicang_desk.model.typesetting.pdf.metadata import facts_of
from haicang_desk.model.typesetting.pdf.writer import lay_out_pages
from haicang_desk.model.typesetting.zip_package import zip_package

_FOLDER = "Doc_0"


def write_ofd(papers: Iterable[Paper], title: str, font_set: FontSet | None = None) -> bytes:
    """Write papers as one OFD file, with an outline entry for each if there are several.

    A paper of 2A4 is written as its A3 page. Raises Unprintable, and Refused for an unreadable picture.
    """
    return _OfdFile(font_set or bundled_fonts()).written(list(papers), title)


class _OfdFile:
    """Builds one OFD file."""

    def __init__(self, font_set: FontSet) -> None:
        self._font_set = font_set
        self._resources = OfdResources()
        self._pages: list[tuple[int, bytes]] = []  # identifier and content of each page
        self._first_box = ""  # the size of the first page, which the document names as its own
        self._starts: list[tuple[str, int]] = []  # of each paper: title and the identifier of its first page

    def written(self, papers: Sequence[Paper], title: str) -> bytes:
        """The bytes of the file."""
        for paper in papers:
            self._draw(paper)
        parts = {f"{_FOLDER}/Pages/Page_{at}/Content.xml": data for at, (_, data) in enumerate(self._pages)}
        parts |= self._fonts() | self._photographs()
        parts[f"{_FOLDER}/Document.xml"] = self._document()
        digest = sha256(b"".join(name.encode() + sha256(data).digest() for name, data in parts.items()))
        return zip_package({"OFD.xml": _entrance(papers, title, digest.hexdigest()[:32]), **parts})

    def _draw(self, paper: Paper) -> None:
        pages, context = lay_out_pages(paper, self._font_set)
        style = context.style
        for at, items in enumerate(pages, 1):
            canvas = OfdCanvas(self._resources, style.page_height)
            for item, offset in items:
                item.draw(canvas, style.left, style.page_height - style.top - offset)
            draw_corner_code(canvas, paper.setup, style, corner_figure(paper.setup))
            draw_footer(canvas, paper.setup, context, at, len(pages))
            page = self._resources.identifier()
            if at == 1:
                self._starts.append((paper.setup.title, page))
            self._pages.append((page, self._content(canvas, style.page_width)))

    def _content(self, canvas: OfdCanvas, width: float) -> bytes:
        box = numbers((0, 0, width / MM, canvas.height / MM))
        self._first_box = self._first_box or box
        layer = element("Layer", *canvas.objects, ID=self._resources.identifier(), Type="Body")
        area = element("Area", text_element("PhysicalBox", box))
        return part(element("Page", area, element("Content", layer)))

    def _fonts(self) -> dict[str, bytes]:
        files, declared = dict[str, bytes](), list[OfdXml]()
        for font, identifier in self._resources.fonts.items():
            name, (_, codes) = f"font_{identifier}.ttf", self._resources.codes.use(font)
            files[f"{_FOLDER}/Res/{name}"] = font_file(font, list(codes))
            family = font.typeface.name
            file = text_element("FontFile", name)
            declared.append(element("Font", file, ID=identifier, FontName=family, FamilyName=family))
        resources = element("Res", element("Fonts", *declared) if declared else OfdXml(""), BaseLoc="Res")
        return {f"{_FOLDER}/PublicRes.xml": part(resources), **files}

    def _photographs(self) -> dict[str, bytes]:
        files, declared = dict[str, bytes](), list[OfdXml]()
        for identifier, photograph in self._resources.photographs.values():
            name = f"picture_{identifier}.jpg"
            files[f"{_FOLDER}/Res/{name}"] = photograph.jpeg()
            file = text_element("MediaFile", name)
            declared.append(element("MultiMedia", file, ID=identifier, Type="Image", Format="JPEG"))
        resources = element("Res", element("MultiMedias", *declared) if declared else OfdXml(""), BaseLoc="Res")
        return {f"{_FOLDER}/DocumentRes.xml": part(resources), **files}

    def _document(self) -> bytes:
        pages = (
            element("Page", ID=page, BaseLoc=f"Pages/Page_{at}/Content.xml") for at, (page, _) in enumerate(self._pages)
        )
        common = element(
            "CommonData",
            text_element("MaxUnitID", str(self._resources.identifier())),
            element("PageArea", text_element("PhysicalBox", self._first_box)),
            text_element("PublicRes", "PublicRes.xml"),
            text_element("DocumentRes", "DocumentRes.xml"),
        )
        outlines = [element("Outlines", *self._outline())] if len(self._starts) > 1 else []
        return part(element("Document", common, element("Pages", *pages), *outlines))

    def _outline(self) -> Iterable[OfdXml]:
        for title, page in self._starts:
            there = element("Goto", element("Dest", Type="Fit", PageID=page))
            yield element("OutlineElem", element("Actions", element("Action", there, Event="CLICK")), Title=title)


def _entrance(papers: Sequence[Paper], title: str, digest: str) -> bytes:
    """OFD.xml: the facts that the PDF's information dictionary has, and where the document begins."""
    facts = facts_of([paper.setup for paper in papers], title)
    words = [text_element("Keyword", each) for each in facts.numbers]
    code = text_element("CustomData", facts.seal_code, Name="存证码")
    information = element(
        "DocInfo",
        text_element("DocID", digest),
        text_element("Title", facts.title),
        *([text_element("Subject", facts.subject)] if facts.subject else []),
        *([element("Keywords", *words)] if words else []),
        *([element("CustomDatas", code)] if facts.seal_code else []),
    )
    root = text_element("DocRoot", f"{_FOLDER}/Document.xml")
    return part(element("OFD", element("DocBody", information, root), Version="1.0", DocType="OFD"))
