"""The structure tree of a PDF (ISO 32000-1 §14.7, §14.8): what a reader's voice says in which order.

Layout makes an element for each part of a block and names it to the canvas that draws it. An element joins the tree
when it is first drawn, so the tree's order is that of the drawing. It has a mark on every page that shows a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFDictionary

from haicang_desk.model.typesetting.pdf.objects import PdfObjects, reference, text_string

if TYPE_CHECKING:
    from haicang_desk.model.typesetting.pdf.canvas import Canvas

_LEAVES = 64  # pages in one node of the parent tree


class Element:
    """A structure element: a heading, paragraph, cell …; without a parent (`above`) it belongs to the paper itself.

    `entries` are further entries of its dictionary. With `once` it is drawn whole wherever it is drawn, and only the
    first time as itself: a table's head at the top of a further page is an artifact.
    """

    __slots__ = ("above", "attached", "box", "entries", "kids", "kind", "leaf", "number", "once")

    def __init__(self, kind: str, above: Element | None = None, entries: str = "", *, once: bool = False) -> None:
        self.kind, self.above, self.entries, self.once = kind, above, entries, once
        self.attached = False
        self.kids: list[Element | tuple[Canvas, int]] = []
        self.leaf: object = None  # the sheet with its first mark
        self.box: tuple[float, float, float, float] | None = None  # of a figure: left, low, right, high in points
        self.number = 0

    def attach(self, root: Element) -> None:
        """Join the tree below `root`, as the last of its parent's children, unless that is done already."""
        if not self.attached:
            self.attached = True
            above = self.above or root
            if above is not root:
                above.attach(root)
            above.kids.append(self)


def figure(alternative: str, above: Element | None = None, *, once: bool = False) -> Element:
    """A picture with the text that is said in its place."""
    return Element("Figure", above, f"/Alt{text_string(alternative)}", once=once)


def table_cell(above: Element, scope: str, columns: int, rows: int, *, once: bool = False) -> Element:
    """A cell; with a `scope` (Row, Column) it is the head of what is beside or below it."""
    attributes = f"/Scope/{scope}" if scope else ""
    attributes += f"/ColSpan {columns}" if columns > 1 else ""
    attributes += f"/RowSpan {rows}" if rows > 1 else ""
    entries = f"/A<</O/Table{attributes}>>" if attributes else ""
    return Element("TH" if scope else "TD", above, entries, once=once)


def write_structure(objects: PdfObjects, document: Element, pages: Sequence[tuple[Canvas, int]]) -> dict[str, Any]:
    """Write the tree; returns the entries of the catalogue. `pages` are the canvases and the numbers of their pages."""
    root = objects.reserve()
    order = list(_below(document))
    first = objects.reserve(len(order))
    for number, (element, _) in enumerate(order, first):
        element.number = number
    document.number = first
    numbers = {id(canvas): number for canvas, number in pages}
    heading = 0
    noted: list[int] = []
    for element, above in order:
        kind, entries = element.kind, element.entries
        if len(kind) == 2 and kind[0] == "H":  # no level is skipped (ISO 14289-1 §7.4.2)
            heading = min(int(kind[1]), heading + 1)
            kind = f"H{heading}"
        elif kind == "Note":  # is named (§7.9)
            noted.append(element.number)
            entries += f"/ID(n{len(noted):06})"
        if element.box:
            entries += "/A<</O/Layout/BBox[%s]>>" % " ".join(f"{edge:.2f}" for edge in element.box)  # noqa: UP031
        above_number = above.number if above else root
        objects.put(element.number, f"<</S/{kind}/P {above_number} 0 R{_kids(element, numbers)}{entries}>>")
    named = " ".join(f"(n{at:06}) {number} 0 R" for at, number in enumerate(noted, 1))
    names = f"/IDTree<</Names[{named}]>>" if noted else ""
    parents = _parent_tree(objects, [canvas.marks for canvas, _ in pages])
    objects.put(
        root,
        f"<</Type/StructTreeRoot/K {reference(first)}/ParentTree {parents}/ParentTreeNextKey {len(pages)}{names}>>",
    )
    return {"MarkInfo": PDFDictionary({"Marked": "true"}), "StructTreeRoot": reference(root)}


def _below(element: Element, above: Element | None = None) -> Iterator[tuple[Element, Element | None]]:
    """An element and all below it, each with its parent, in reading order."""
    yield element, above
    for kid in element.kids:
        if not isinstance(kid, tuple):
            yield from _below(kid, element)


def _kids(element: Element, numbers: dict[int, int]) -> str:
    """The entries Pg and K. Marks on another page than the first are dictionaries of their own."""
    if len(element.kids) == 1 and isinstance(kid := element.kids[0], tuple):  # as most have it
        return f"/Pg {numbers[id(kid[0])]} 0 R/K {kid[1]}"
    page, kids = 0, list[str]()
    for kid in element.kids:
        if not isinstance(kid, tuple):
            kids.append(f"{kid.number} 0 R")
            continue
        canvas, mark = kid
        number = numbers[id(canvas)]
        page = page or number
        kids.append(str(mark) if number == page else f"<</Type/MCR/Pg {number} 0 R/MCID {mark}>>")
    at = f"/Pg {page} 0 R" if page else ""
    if not kids:
        return at
    if len(kids) > 1:
        return f"{at}/K[{' '.join(kids)}]"
    return f"{at}/K{'' if kids[0][0] == '<' else ' '}{kids[0]}"


def _parent_tree(objects: PdfObjects, marked: Sequence[Sequence[Element]]) -> str:
    """The number tree from each page's key to the elements of its marks (§14.7.4.4)."""
    leaves = []
    for start in range(0, len(marked), _LEAVES):
        some = list(enumerate(marked[start : start + _LEAVES], start))
        listed = "".join(f"{key}[{' '.join([f'{each.number} 0 R' for each in marks])}]" for key, marks in some)
        limits = f"/Limits[{start} {start + len(some) - 1}]" if len(marked) > _LEAVES else ""
        leaves.append(objects.add(f"<</Nums[{listed}]{limits}>>"))
    if len(leaves) == 1:
        return reference(leaves[0])
    return reference(objects.add(f"<</Kids[{' '.join(map(reference, leaves))}]>>"))
