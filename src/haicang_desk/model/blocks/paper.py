"""Blocks: what a document says, before anything decides how it looks.

A document is a :class:`Paper`: a :class:`Sheet` (what kind of paper, and what its metadata say)
and a tuple of blocks. Every string is plain text and is printed as it stands; "\n" starts a new
line, and nothing else in a string has a meaning. Lengths are millimetres, type sizes are points,
widths of blanks are characters of the surrounding type. Nothing here draws, measures or raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from haicang_desk.model.blocks.figures import Chart, Picture, Pictures
from haicang_desk.model.blocks.grid import Grid
from haicang_desk.model.blocks.words import Align, Words


class PaperKind(Enum):
    """What a paper is for, which decides its type, margins and page numbers."""

    LETTER = "公文"  # GB/T 9704: 28 characters by 22 lines of 3号 fang, “— 1 —”
    FORM = "表格"  # filled in, signed and filed: song, 12 pt cells, “第 1 页 共 2 页”
    NOTICE = "公示"  # read on a wall: body of at least 16 pt on A4 and 22 pt on A3


class PaperSize(Enum):
    """The paper, by its name."""

    A4 = "A4"
    A3 = "A3"
    TWO_A4 = "2A4"  # an A3 page on two sheets of A4 that are pasted together


class Numbering(Enum):
    """How pages are numbered at their foot."""

    DASHES = "— 1 —"  # odd pages at the right, even pages at the left, one character in
    COUNTED = "第 1 页 共 2 页"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetup:
    """What holds for a whole document: its paper, its furniture and its metadata."""

    kind: PaperKind
    title: str  # metadata; the printed title is a Title block
    number: str = ""  # 文号 or 项目编号, metadata
    subject: str = ""  # one sentence for metadata, such as whose project it is about
    size: PaperSize = PaperSize.A4
    landscape: bool = False
    numbering: Numbering | None = None  # None: as the kind has it
    footer: str = ""  # small, at the left of every foot: 依据
    seal_code: str = ""  # 存证码, small, at the right of every foot, and in the metadata
    reissued: str = ""  # of a paper issued again: which time it is and what it replaces, under the 存证码
    first_page: int = 1  # the number of the first page; odd pages lie on the right
    most_pages: int = 0  # tables are set tighter, down to 10.5 pt, to take no more pages; 0: as many as it takes


@dataclass(frozen=True, slots=True)
class Masthead:
    """发文机关标志 in red, 发文字号 and the red rule: the head of a letter's first page.

    As a 函 (`letterhead`), the office's name stands 30 mm from the paper's edge over a double
    rule, the number at the right beneath it (GB/T 9704 §10.1). `signer` is 签发人, for reports upward.
    """

    office: str
    number: str = ""
    signer: str = ""
    letterhead: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """The printed title, centred; `below` is a line under it (项目编号, 文号, 年度)."""

    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its own number in the text; see :func:`ordinal`.

    Level 1 is 一、in hei, level 2 （一） in kai, levels 3 and 4 are 1. and (1) in the body's face.
    """

    text: Words
    level: int = 1


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; each line of the text is one, its first line set in by `indent` characters."""

    words: Words
    indent: float = 2
    align: Align = Align.JUSTIFIED


@dataclass(frozen=True, slots=True)
class Addressee:
    """主送机关, at the left edge; the full-width colon is added."""

    office: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print under a table or at the end of a form: 填表说明, 注."""

    words: Words


@dataclass(frozen=True, slots=True)
class Across:
    """One line of facts spread from edge to edge: 填报单位（盖章） … 填报日期 … 单位：元."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明 after the body of a letter: the names of what is attached, numbered if several."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """The head of an attachment: a new page with “附件2” at the upper left; None: “附件”."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """落款: who issues the document and on what day (None: to be written by hand).

    Only room is left for a seal, none is ever drawn. `sealed` sets the date four characters in
    with the office centred above it; otherwise the office stands two characters in and the date
    on the next line begins two characters after the office does (GB/T 9704 §7.3.5).
    """

    office: str
    on: date | None
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Annotation:
    """附注 in round brackets under the date of a letter: （联系人：…，联系电话：…）."""

    text: str


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记 at the foot of a letter's last page: 抄送, 印发机关 and 印发日期."""

    copies: str
    printer: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Signatures:
    """Columns of lines to be signed, side by side: ((“甲方（盖章）：”, “日期：”), (“乙方…”,))."""

    columns: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty lines of the body's height."""

    lines: float = 1


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class KeepTogether:
    """Blocks that go to the next page together rather than be parted, unless no page could hold them."""

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
    | Chart
    | KeepTogether
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document, ready to be printed."""

    setup: PageSetup
    blocks: tuple[Block, ...]


NUMERALS = "〇一二三四五六七八九十"


def ordinal(level: int, count: int) -> str:
    """The number of the `count`-th heading (from 1, up to 99) of a level: 一、 （一） 1. (1)."""
    if level > 2:
        return f"{count}." if level == 3 else f"({count})"
    tens, ones = divmod(count, 10)
    said = (NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (NUMERALS[ones] if ones else "")
    return f"{said}、" if level == 1 else f"（{said}）"
