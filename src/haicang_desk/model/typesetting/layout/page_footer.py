"""What stands at the foot of every page: its number, the footer, the seal code."""

from __future__ import annotations

from haicang_desk.model.blocks import Align, Face, Numbering, PageSetup
from haicang_desk.model.typesetting.layout.flow import ASCENT, Setting
from haicang_desk.model.typesetting.layout.lines import Type
from haicang_desk.model.typesetting.layout.page_style import MM
from haicang_desk.model.typesetting.pdf.canvas import Canvas

_NUMBER = Type(Face.SONG, 14, 14)  # 4号
_DASH_FROM_EDGE = 28 * MM  # GB/T 9704 §7.5: 7 mm below the type area, which ends 35 mm from the edge
_DASH_ABOVE_BASE = 0.38  # of the type size
_UNDER_AREA = 5 * MM
_SHARE = 0.38  # of the width, for the footer at the left and for the code at the right
_UNDER_NUMBER = 12 * MM  # of a letter: from the paper's edge


def furnish(ink: Canvas, sheet: PageSetup, setting: Setting, page: int, pages: int) -> None:
    """Draw the foot of the page with the number `page`, counted from the sheet's first, of so many."""
    look = setting.look
    number = sheet.first_page + page - 1
    y = look.page_height - look.top - look.height - _UNDER_AREA - ASCENT * look.foot.size
    if look.numbering is Numbering.DASHES:
        y = _UNDER_NUMBER
        if not (setting.letterhead and page == 1):
            (line,) = setting.lines(f"— {number} —", _NUMBER)
            inset = look.width - line.right - _NUMBER.size if number % 2 else _NUMBER.size
            ink.line(line, look.left + inset, _DASH_FROM_EDGE - _DASH_ABOVE_BASE * _NUMBER.size)
    if sheet.footer:
        ink.line(setting.one_line(sheet.footer, look.foot, look.width * _SHARE), look.left, y)
    if look.numbering is Numbering.COUNTED and (pages > 1 or sheet.first_page > 1):
        (line,) = setting.lines(f"第 {number} 页　共 {sheet.first_page + pages - 1} 页", look.foot, align=Align.CENTRE)
        ink.line(line, look.left, y)
    if sheet.seal_code:
        room = look.width * _SHARE
        code = setting.one_line(f"存证码：{sheet.seal_code}", look.foot, room, Align.RIGHT)
        ink.line(code, look.left + look.width - room, y)
    if sheet.reissued:
        below = setting.one_line(sheet.reissued, look.foot, look.width, Align.RIGHT)
        ink.line(below, look.left, y - look.foot.leading)
