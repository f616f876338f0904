"""Walks the structure tree of a PDF and says what is amiss, by the clauses of PDF/UA-1 (ISO 14289-1).

It reads the file with pypdf and by itself, without the code that wrote it. The numbers in brackets are the failure
conditions of the Matterhorn Protocol 1.1. It knows what files of this program hold; it is no general checker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from pypdf import PdfReader

GROUPS = {"Document", "Part", "Sect", "Div"}
TEXTS = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "Caption", "Note", "LBody", "Lbl", "TH", "TD", "Figure", "Span"}
CHILDREN = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "TR": {"TH", "TD"},
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
}
PARENTS = {"TR": {"Table", "THead", "TBody"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}, "Lbl": {"LI"}}
KNOWN = GROUPS | TEXTS | set(CHILDREN)
TOKEN = re.compile(
    rb"/(?P<tag>\w+)\s*<<\s*/MCID (?P<mark>\d+)\s*>>\s*BDC|/(?P<artifact>Artifact)\b[^\n]*?(?:BMC|BDC)|(?P<end>\bEMC\b)"
    rb"|/(?P<font>F\d+) \S+ Tf|<(?P<codes>[0-9A-F]+)>|(?P<paint>\b(?:Tj|TJ|S|s|f|f\*|B|b|sh|Do|EI)(?=\s|$))"
)
LINES_OF_UNICODE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
UA = "{http://www.aiim.org/pdfua/ns/id/}part"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass
class Node:
    """A structure element: its type, its dictionary, its children, and marks as pairs of page and identifier."""

    kind: str
    entries: Any
    above: Node | None
    kids: list[Node | tuple[int, int]] = field(default_factory=list)

    def below(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.below()

    def attribute(self, name: str, default: Any = None) -> Any:
        held = self.entries.get("/A")
        if held is None:
            return default
        for each in held if isinstance(held, list) else [held]:
            if name in each.get_object():
                return each.get_object()[name]
        return default


@dataclass
class Content:
    """What is marked on a page: the text of each mark, and what is neither marked nor an artifact."""

    texts: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    amiss: list[str] = field(default_factory=list)
    paints: set[int] = field(default_factory=set)  # marks with anything visible


class StructureWalk:
    """The structure of one file, and its faults."""

    def __init__(self, file: bytes | PdfReader) -> None:
        self.reader = PdfReader(BytesIO(file)) if isinstance(file, bytes) else file
        self.root = self.reader.trailer["/Root"]
        self.page_at = {page.indirect_reference.idnum: at for at, page in enumerate(self.reader.pages)}
        self._faults: list[str] = []

    @cached_property
    def document(self) -> Node:
        """The uppermost element."""
        (top,) = _listed(self.root["/StructTreeRoot"]["/K"])
        return self._node(top, None, None)

    def _node(self, given: Any, above: Node | None, page: Any) -> Node:
        entries = given.get_object()
        node = Node(str(entries["/S"])[1:], entries, above)
        page = entries.raw_get("/Pg") if "/Pg" in entries else page
        for kid in _listed(entries.raw_get("/K")) if "/K" in entries else []:
            if isinstance(kid, int):
                node.kids.append((self.page_at[page.idnum], int(kid)))
            elif kid.get_object().get("/Type") == "/MCR":
                held = kid.get_object()
                node.kids.append((self.page_at[(held.raw_get("/Pg") if "/Pg" in held else page).idnum], held["/MCID"]))
            else:
                node.kids.append(self._node(kid, node, page))
        return node

    @cached_property
    def contents(self) -> list[Content]:
        """What each page marks."""
        maps: dict[int, dict[str, str]] = {}
        return [_content(page, maps) for page in self.reader.pages]

    def text(self, node: Node | None = None) -> str:
        """The text of an element and all below it, in the order of the tree."""
        node = node or self.document
        return "".join(
            self.text(kid) if isinstance(kid, Node) else self.contents[kid[0]].texts.get(kid[1], "")
            for kid in node.kids
        )

    def outline(self) -> list[tuple[str, str]]:
        """Every element that has marks of its own, with its text, in reading order."""
        told = []
        for node in self.document.below():
            marks = [kid for kid in node.kids if not isinstance(kid, Node)]
            if marks:
                told.append((node.kind, "".join(self.contents[at].texts.get(mark, "") for at, mark in marks)))
        return told

    # ---- faults

    def faults(self) -> list[str]:
        """All that is amiss, each with its clause."""
        checks = (
            self._claims, self._tree, self._marks, self._parent_tree, self._headings, self._tables, self._figures,
            self._notes, self._fonts,
        )  # fmt: skip
        if "/StructTreeRoot" not in self.root:
            return [*self._claims(), "7.1: there is no structure tree"]
        return [fault for check in checks for fault in check()]

    def _claims(self) -> Iterator[str]:
        root = self.root
        packet = root["/Metadata"].get_data().decode("utf-8").partition("?>")[2] if "/Metadata" in root else ""
        told = ElementTree.fromstring(packet) if packet else ElementTree.Element("none")
        if [each.text for each in told.iter(UA)] != ["1"]:
            yield "5 (06-002): the metadata do not say that the file is PDF/UA-1"
        if not any("".join(each.itertext()).strip() for each in told.iter(TITLE)):
            yield "7.1 (06-003): the metadata have no title"
        if not _true(root.get("/ViewerPreferences"), "/DisplayDocTitle"):
            yield "7.1 (07-001): the window would show the file's name instead of its title"
        if not _true(root.get("/MarkInfo"), "/Marked") or _true(root.get("/MarkInfo"), "/Suspects"):
            yield "6.2 (01-006): the file is not called marked"
        if not str(root.get("/Lang", "")):
            yield "7.2 (11-006): no language is named"
        for at, page in enumerate(self.reader.pages):
            if page.get("/Tabs") != "/S":
                yield f"7.18.3 (28-008): the tab order of page {at + 1} is not that of the structure"

    def _tree(self) -> Iterator[str]:
        for node in self.document.below():
            if node.kind not in KNOWN:
                yield f"7.1 (02-001): {node.kind} is no standard type"
            above = node.above.kind if node.above else ""
            if node.kind in PARENTS and above not in PARENTS[node.kind]:
                yield f"7.5, 7.6 (09-004, 09-005): {node.kind} stands in {above}"
            if above in CHILDREN and node.kind not in CHILDREN[above]:
                yield f"7.5, 7.6 (09-004, 09-005): {above} has a {node.kind}"
            if node.kind in CHILDREN or node.kind in GROUPS:
                if any(not isinstance(kid, Node) for kid in node.kids):
                    yield f"7.1: {node.kind} has content of its own"
                if not node.kids:
                    yield f"7.1: {node.kind} is empty"
            elif not node.kids and node.kind != "TD":
                yield f"7.1: {node.kind} is empty"
            parent = node.entries.raw_get("/P").get_object()
            if parent != (node.above.entries if node.above else self.root["/StructTreeRoot"].get_object()):
                yield f"7.1 (ISO 32000-1 14.7.2): {node.kind} names another parent than the one it is in"

    def _marks(self) -> Iterator[str]:
        seen: dict[tuple[int, int], Node] = {}
        for node in self.document.below():
            for kid in node.kids:
                if isinstance(kid, Node):
                    continue
                if kid in seen:
                    yield f"7.1 (ISO 32000-1 14.7.4): mark {kid[1]} of page {kid[0] + 1} stands twice in the tree"
                seen[kid] = node
        for at, content in enumerate(self.contents):
            yield from (f"7.1 (01-003, 01-004, 01-005): page {at + 1}: {fault}" for fault in content.amiss)
            for mark in content.texts:
                if (at, mark) not in seen:
                    yield f"7.1 (01-005): mark {mark} of page {at + 1} is not in the tree"
                elif content.tags[mark][0] != seen[at, mark].kind[0]:
                    yield f"7.1: mark {mark} of page {at + 1} is called {content.tags[mark]}"
                if mark not in content.paints:
                    yield f"7.1: mark {mark} of page {at + 1} shows nothing"
        for at, mark in seen:
            if mark not in self.contents[at].texts:
                yield f"7.1: mark {mark} of page {at + 1} is in the tree and not on the page"

    def _parent_tree(self) -> Iterator[str]:
        held = dict(_numbers(self.root["/StructTreeRoot"]["/ParentTree"].get_object()))
        owners = {kid: node for node in self.document.below() for kid in node.kids if not isinstance(kid, Node)}
        for at, page in enumerate(self.reader.pages):
            key = page.get("/StructParents")
            listed = _listed(held[key]) if key in held else None
            if listed is None and self.contents[at].texts:
                yield f"7.1 (ISO 32000-1 14.7.4.4): page {at + 1} is not in the parent tree"
                continue
            for mark in self.contents[at].texts:
                owner = owners.get((at, mark))
                named = listed[mark].get_object() if listed and mark < len(listed) else None
                if owner is not None and named != owner.entries:
                    yield f"7.1 (ISO 32000-1 14.7.4.4): mark {mark} of page {at + 1} leads to another element"

    def _headings(self) -> Iterator[str]:
        last = 0
        for node in self.document.below():
            if re.fullmatch("H[1-6]", node.kind):
                level = int(node.kind[1])
                if not last and level != 1:
                    yield f"7.4.2 (14-002): the first heading is {node.kind}"
                elif level > last + 1:
                    yield f"7.4.2 (14-003): {node.kind} follows H{last}: {self.text(node)}"
                last = level

    def _tables(self) -> Iterator[str]:
        for table in self.document.below():
            if table.kind == "Table":
                rows = [node for node in table.below() if node.kind == "TR"]
                yield from self._table(table, rows)

    def _table(self, table: Node, rows: list[Node]) -> Iterator[str]:
        named = self.text(table)[:20]
        taken: dict[tuple[int, int], Node] = {}
        for at, row in enumerate(rows):
            column = 0
            for cell in (kid for kid in row.kids if isinstance(kid, Node)):
                while (at, column) in taken:
                    column += 1
                for down in range(cell.attribute("/RowSpan", 1)):
                    for across in range(cell.attribute("/ColSpan", 1)):
                        if (at + down, column + across) in taken:
                            yield f"7.5 (09-004): two cells of table “{named}” share a place in row {at + 1}"
                        taken[at + down, column + across] = cell
                if cell.kind == "TH" and cell.attribute("/Scope") not in ("/Row", "/Column", "/Both"):
                    yield f"7.5 (15-003): head “{self.text(cell)}” of table “{named}” has no scope"
        widths = {at: {column for row, column in taken if row == at} for at, _ in taken}
        if len(set(map(frozenset, widths.values()))) > 1 or sorted(widths) != list(range(len(rows))):
            yield f"7.5 (09-004): the rows of table “{named}” have different lengths"

    def _figures(self) -> Iterator[str]:
        for node in self.document.below():
            if node.kind == "Figure":
                if not str(node.entries.get("/Alt", "")).strip():
                    yield "7.3 (13-004): a figure has no text in its place"
                box = node.attribute("/BBox")
                if box is None or not (box[0] < box[2] and box[1] < box[3]):
                    yield "7.3 (ISO 32000-1 14.8.5.4.3): a figure has no place on the page"

    def _notes(self) -> Iterator[str]:
        names: list[str] = []
        for node in self.document.below():
            if node.kind == "Note":
                if "/ID" not in node.entries:
                    yield "7.9 (19-003): a note has no name"
                names.append(str(node.entries.get("/ID")))
        if len(set(names)) < len(names):
            yield "7.9 (19-004): two notes have one name"

    def _fonts(self) -> Iterator[str]:
        for at, content in enumerate(self.contents):
            for text in content.texts.values():
                if "\ufffd" in text:
                    yield f"7.21.7 (10-001, 31-027): a character of page {at + 1} has no text"
                if re.search("[\0\ufeff\ufffe]", text):
                    yield f"7.21.7 (31-028): a character of page {at + 1} is no character"
                if PRIVATE.search(text):
                    yield f"7.2 (ISO 19005-2 6.2.11.7.3): page {at + 1} has a private character without ActualText"
        seen: set[int] = set()
        for page in self.reader.pages:
            for name, font in page["/Resources"]["/Font"].items():
                if id(font.get_object()) in seen:
                    continue
                seen.add(id(font.get_object()))
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                if "/FontFile2" not in inner["/FontDescriptor"]:
                    yield f"7.21.4.1 (31-009): font {name} is not embedded"
                if "/ToUnicode" not in font.get_object():
                    yield f"7.21.7 (31-027): font {name} does not say what its characters are"


def _listed(given: Any) -> list[Any]:
    held = given.get_object() if not isinstance(given, int) else given
    return list(held) if isinstance(held, list) else [given]


def _true(entries: Any, name: str) -> bool:
    return entries is not None and name in entries and entries[name].value is True


def _numbers(node: Any) -> Iterator[tuple[int, Any]]:
    """The entries of a number tree."""
    flat = node.get("/Nums", [])
    yield from zip(flat[::2], flat[1::2], strict=True)
    for kid in node.get("/Kids", []):
        yield from _numbers(kid.get_object())


def _content(page: Any, maps: dict[int, dict[str, str]]) -> Content:
    """Read the content stream of a page."""
    content, fonts = Content(), page["/Resources"]["/Font"]
    open_mark: int | None = None
    artifact = False
    texts: dict[str, str] = {}
    for token in TOKEN.finditer(page.get_contents().get_data()):
        if token["tag"] or token["artifact"]:
            if artifact or open_mark is not None:
                content.amiss.append("a mark begins within another")
            artifact = token["artifact"] is not None
            if token["mark"]:
                open_mark = int(token["mark"])
                if open_mark in content.texts:
                    content.amiss.append(f"mark {open_mark} stands twice on the page")
                content.texts[open_mark], content.tags[open_mark] = "", token["tag"].decode()
        elif token["end"]:
            artifact, open_mark = False, None
        elif token["font"]:
            texts = _texts_of(fonts["/" + token["font"].decode()].get_object(), maps)
        elif token["codes"]:
            codes = token["codes"].decode()
            said = "".join(texts.get(codes[at : at + 4], "\ufffd") for at in range(0, len(codes), 4))
            if open_mark is not None:
                content.texts[open_mark] += said
        elif open_mark is not None:
            content.paints.add(open_mark)
        elif not artifact:
            content.amiss.append(f"{token['paint'].decode()} paints what is neither tagged nor an artifact")
    if artifact or open_mark is not None:
        content.amiss.append("a mark does not end")
    return content


def _texts_of(font: Any, maps: dict[int, dict[str, str]]) -> dict[str, str]:
    """The text of each code of a font."""
    if id(font) not in maps:
        written = font["/ToUnicode"].get_data() if "/ToUnicode" in font else b""
        pairs = LINES_OF_UNICODE.findall(written.partition(b"endcodespacerange")[2])
        maps[id(font)] = {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    return maps[id(font)]
