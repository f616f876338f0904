"""Blocks: the content of a document, without its layout.

A document is a :class:`Paper`: a :class:`PageSetup` (paper size, footer, metadata) and a tuple of
blocks. Every string is plain text and is printed unchanged; "\n" starts a new line, and no other
character is markup. Lengths are in millimetres, type sizes in points, widths of blanks in
characters of the surrounding type. Nothing here draws, measures or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from haicang_desk.model.blocks.figures import Chart, Picture, Pictures, QrCode
from haicang_desk.model.blocks.grid import Grid
from haicang_desk.model.blocks.words import Align, Words


class PaperKind(Enum):
    """The use of a paper, which determines its typefaces, margins and page numbers."""

    LETTER = "公文"  # GB/T 9704—2012: 22 lines of 28 characters in 3号 (16 pt) 仿宋, “— 1 —”
    FORM = "表格"  # filled in, signed and filed: song, 12 pt cells, “第 1 页 共 2 页”
    NOTICE = "公示"  # read on a wall: body and tables of at least 14 pt on A4 and 24 pt on A3


class PaperSize(Enum):
    """The paper size."""

    A4 = "A4"
    A3 = "A3"
    TWO_A4 = "2A4"  # an A3 page printed on two A4 sheets, which are pasted together


class Numbering(Enum):
    """The form of the page number in the footer."""

    DASHES = "— 1 —"  # one character from the right edge on odd pages, from the left edge on even pages
    COUNTED = "第 1 页 共 2 页"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetup:
    """Properties of a whole document: paper size, footer and metadata."""

    kind: PaperKind
    title: str  # metadata; the printed title is a Title block
    number: str = ""  # 文号 or 项目编号, metadata
    subject: str = ""  # metadata: one sentence, such as the project and its village
    size: PaperSize = PaperSize.A4
    landscape: bool = False
    numbering: Numbering | None = None  # None: the default of the kind
    footer: str = ""  # 依据, in small type at the left of every footer
    seal_code: str = ""  # 存证码, in the metadata, and in small type at the right of every footer
    code_on_sheet: bool = True  # whether the footer has the 存证码 and the reissue note; a letter has them on demand
    reissued: str = ""  # of a reissued paper: its issue number and what it replaces, printed under the 存证码
    first_page: int = 1  # the number of the first page; odd pages are right-hand pages
    qr: str = ""  # text of the QR code in the upper right corner of every page of a form; "": none
    large_type: bool = False  # of a notice with little to say
    most_pages: int = 0  # tables are tightened, down to 10.5 pt, to fit this many pages; 0: no limit


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head of a letter's first page: 发文机关标志 in red, 发文字号 and a red rule (GB/T 9704—2012 §7.2).

    With `letterhead` it is a 函 (§10.1): the office's name is 30 mm below the paper's upper edge,
    with a double rule under it and the number at the right below the rule. `signer` is 签发人, which
    only reports to a higher office have.
    """

    office: str
    number: str = ""
    signer: str = ""
    letterhead: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """The printed title, centred; `below` is a second line under it (项目编号, 文号, 年度)."""

    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its number is part of the text, see :func:`ordinal`.

    Level 1 (一、) is set in 黑体, level 2 (（一）) in 楷体, levels 3 (1.) and 4 ((1)) in the body's
    face (GB/T 9704—2012 §7.3.3).
    """

    text: Words
    level: int = 1


@dataclass(frozen=True, slots=True)
class Para:
    """Body text. Each line of the text is one paragraph, its first line indented by `indent` characters."""

    words: Words
    indent: float = 2
    align: Align = Align.JUSTIFIED


@dataclass(frozen=True, slots=True)
class Addressee:
    """主送机关 (the addressee), at the left edge; the full-width colon is added."""

    office: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note in small type under a table or at the end of a form: 填表说明, 注."""

    words: Words


@dataclass(frozen=True, slots=True)
class Across:
    """Items on one line, spread over the whole width: 填报单位（盖章） … 填报日期 … 单位：元."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明 after the body of a letter: the names of the attachments, numbered if there are several."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """Starts an attachment: a new page with “附件2” at the upper left; without a number “附件”."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """落款: the issuing office and the date (None: a blank to be filled in by hand).

    Room is left for a seal; no seal is drawn. With `sealed` the date ends four characters from the
    right edge and the office is centred above it; otherwise the office ends two characters from the
    edge and the date on the next line begins two characters right of where the office begins
    (GB/T 9704—2012 §7.3.5). A code `beside` them stands at the left edge.
    """

    office: str
    on: date | None
    sealed: bool = True
    beside: QrCode | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """附注 under the date of a letter; the round brackets are added: （联系人：…，联系电话：…）."""

    text: str


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记 at the foot of a letter's last page: 抄送, 印发机关 and 印发日期."""

    copies: str
    printer: str = ""
    on: date | None = None  # None: a blank to be filled in by hand


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signature lines in columns side by side: ((“甲方（盖章）：”, “日期：”), (“乙方…”,))."""

    columns: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty space, `lines` times the body's line height."""

    lines: float = 1


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A page break."""


@dataclass(frozen=True, slots=True)
class KeepTogether:
    """Blocks that are moved to the next page together instead of being split, unless they exceed a page."""

    blocks: tuple[Block, ...]


Block = (
    Masthead
    | Title
    | Heading
    | Para
    | Addressee
    | Note
    | Across
    | Grid
    | Attachments
    | Annex
    | Seal
    | Annotation
    | Colophon
    | Signatures
    | Gap
    | PageBreak
    | Picture
    | Pictures
    | QrCode
    | Chart
    | KeepTogether
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document: its page setup and its content."""

    setup: PageSetup
    blocks: tuple[Block, ...]


def texts_in(thing: object) -> Iterator[str]:
    """Every text of a paper, block, cell or words, in their order; also keys and metadata."""
    texts: list[str] = []
    _add_texts(thing, texts)
    return iter(texts)


def _add_texts(thing: object, texts: list[str]) -> None:
    if isinstance(thing, str):
        texts.append(thing)
        return
    cls: Any = type(thing)
    for part in thing if isinstance(thing, tuple) else _fields_of(cls)(thing):
        if part.__class__ is str:
            texts.append(part)
        elif part and part.__class__ not in _PLAIN:
            _add_texts(part, texts)


_PLAIN = frozenset((bool, int, float, type(None), bytes, date))  # hold no text


_NO_TEXT = frozenset(("bool", "int", "float", "None", "bytes", "date", "Align", "Face"))  # as types are written


@cache
def _fields_of(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the fields of a dataclass that may hold text; of another type none."""
    written = fields(cls) if is_dataclass(cls) else ()
    names = [each.name for each in written if not _NO_TEXT.issuperset(str(each.type).split(" | "))]
    if len(names) < 2:
        return lambda thing: tuple(getattr(thing, name) for name in names)
    return attrgetter(*names)


NUMERALS = "〇一二三四五六七八九十"


def ordinal(level: int, count: int) -> str:
    """The number of the `count`-th heading (1 to 99) of a level: 一、 （一） 1. (1)."""
    if level > 2:
        return f"{count}." if level == 3 else f"({count})"
    tens, ones = divmod(count, 10)
    numeral = (NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (NUMERALS[ones] if ones else "")
    return f"{numeral}、" if level == 1 else f"（{numeral}）"
