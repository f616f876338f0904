"""Tables made from known projects, in the shapes in which offices send them, as bytes of five file formats.

``specimen(seed)`` draws the projects and the shape: where the unit stands, how deep the headings are, sections, sums,
nil marks, spelling of amounts, encoding, format. What a reader must find is known, because the table was made from it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt

VILLAGES = ("新垵村", "霞阳社区", "祥露社区", "元山社区", "后塘村", "兴旺社区")
CATEGORIES = ("服务类", "货物类", "工程类")
CONTENTS = ("消除安全隐患", "村居环境整治", "文化体育娱乐", "群众生活关爱", "村居公益事业")
SECTION_NAMES = {"服务类": "服务类项目", "货物类": "货物类项目", "工程类": "工程类项目"}
TITLES = (
    "道路美化",
    "“三微”工程",
    '"我为群众办实事"活动',
    "合计路路灯",
    "公园改造（二期）",
    "老人日间照料",
    "AED 培训",
    "口袋公园",
    "四点半课堂",
    "小计巷排水沟",
    "球场翻新",
    "总部旁绿化",
)
MONEY = {"special": "区级专项资金", "matching": "以奖代补资金", "self_raised": "村居自筹", "donated_cash": "捐赠现金"}
NIL = ("", "/", "—", "－", "-", "无", "0")
SUM_NAMES = ("合计", "总计", "合 计：", "总　计", "共计", "累计", "本页合计")
INVISIBLE = ("\u200b", "\ufeff", "\u200e")
FOOTERS = (
    "填表人：张某某　　审核人：李某某　　填表日期：2023.6.30",
    "备注：以评审会票选为准。",
    "注：以上项目均已公示。",
)


@dataclass(frozen=True)
class Sheet:
    """One sheet to be written: (row, column) → value, counted from 1; merges as first row, column, last row, column."""

    title: str
    cells: dict[tuple[int, int], Any]
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Specimen:
    """A file with what is known of it. ``unsaid`` names what the table leaves open: there a reader may ask."""

    seed: int
    name: str
    content: bytes
    sheet: str
    records: tuple[dict[str, Any], ...]
    unsaid: frozenset[str]
    factor: int  # yuan in one unit of its amounts
    constants: dict[str, str]  # heading → text, for what the table leaves out
    left_out: tuple[str, ...]  # names of columns that no record takes

    def write(self, folder: Path) -> Path:
        """The file in a folder."""
        path = folder / self.name
        path.write_bytes(self.content)
        return path


def specimen(seed: int) -> Specimen:
    """The table of this seed; the same one at every call."""
    return _Maker(Random(seed), seed).make()


class _Maker:
    def __init__(self, draw: Random, seed: int) -> None:
        self.draw, self.seed = draw, seed
        self.cells: dict[tuple[int, int], Any] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden: set[int] = set()
        self.unsaid: set[str] = set()
        self.constants: dict[str, str] = {}
        self.left_out: list[str] = []
        self.row = 1

    def chance(self, percent: int) -> bool:
        return self.draw.randrange(100) < percent

    def make(self) -> Specimen:
        draw = self.draw
        self.kind = draw.choice(("xlsx", "xlsx", "xls", "ods", "csv", "tsv"))
        self.plain = self.kind in ("csv", "tsv")  # cells are text: no merges, formats, dates
        self.factor = draw.choice((1, 10_000))
        self.unit_at = draw.choice(
            ("heading", "heading", "group", "line", "title", "below", "cell", "format", "nowhere")
        )
        if self.unit_at == "format" and self.plain:
            self.unit_at = "heading"
        if self.unit_at == "nowhere":
            self.unsaid.add("unit")
        self.by_category = self.chance(15)
        self.year_in_title = not self.by_category and self.chance(15)
        self.columns = self._columns()
        if self.unit_at == "group" and len(self.money) == 1:
            self.unit_at = "heading"  # nobody puts one column under a group
        self.projects = self._projects()
        if self.by_category:
            order = list(dict.fromkeys(p["category"] for p in self.projects))
            self.projects.sort(key=lambda p: order.index(p["category"]))
        self._above()
        self._headings()
        self._body()
        self._below()
        # No other title is a record's, so a reader may ask what such a sheet holds.
        title = "项目" if self.chance(75) else draw.choice(("Sheet1", "2023年项目清单", "汇总"))
        name = f"{self.seed}.{self.kind}"
        if self.plain:
            title = str(self.seed)
        if title != "项目":
            self.unsaid.add("sheet")
        sheet = Sheet(title, self.cells, self.formats, tuple(self.merges), frozenset(self.hidden))
        encoding = draw.choice(("utf-8", "utf-8-sig", "gb18030")) if self.plain else ""
        content = (
            WRITERS[self.kind](sheet) if not self.plain else _text(sheet, "," if self.kind == "csv" else "\t", encoding)
        )
        return Specimen(
            self.seed, name, content, title, tuple(self.projects), frozenset(self.unsaid), self.factor,
            self.constants, tuple(self.left_out),
        )  # fmt: skip

    def _columns(self) -> list[str]:
        money = self.draw.sample(list(MONEY), self.draw.randint(1, 4))
        self.money = [name for name in MONEY if name in money]  # side by side, in the order of a group heading
        columns = ["village", "title", "category", "content", "place", "beneficiaries", "planned_finish", "fund_year"]
        if self.by_category:
            columns.remove("category")
            self.unsaid.add("category")
        if self.year_in_title:
            columns.remove("fund_year")
            self.unsaid.add("fund_year")
            self.constants["资金年度"] = "2023"
        for name in ("place", "beneficiaries", "planned_finish"):
            if self.chance(40):
                columns.remove(name)
        if self.chance(35):
            self.draw.shuffle(columns)
        at = self.draw.randint(0, len(columns))
        columns[at:at] = self.money
        if self.chance(50):
            columns.insert(0, "number")
        if self.chance(15):
            columns.append("unknown")
            self.unsaid.add("column")
            self.left_out.append("占地面积")
        if self.chance(15):
            columns.append("remark")
        return columns

    def _projects(self) -> list[dict[str, Any]]:
        draw, projects = self.draw, []
        titles = draw.sample(TITLES, draw.randint(1, 9))
        for title in titles:
            project: dict[str, Any] = {
                "fund_year": 2023, "village": draw.choice(VILLAGES), "title": title,
                "category": draw.choice(CATEGORIES), "content": draw.choice(CONTENTS),
            }  # fmt: skip
            if "place" in self.columns:
                project["place"] = draw.choice(("村口", "霞阳路 12 号", "社区广场"))
            if "beneficiaries" in self.columns:
                project["beneficiaries"] = draw.choice((85, 640, 1100, 12_300))
            if "planned_finish" in self.columns:
                project["planned_finish"] = date(2023, 3, 1) + timedelta(draw.randrange(300))
            for name in self.money:
                fen = draw.choice((0, draw.randrange(1_000, 40_000) * 1_000, draw.randrange(1_000_000, 30_000_000)))
                project[name] = fen
            if not any(project[name] for name in self.money):
                project[self.money[0]] = 5_800_000
            projects.append(project)
        if self.draw.randrange(4) == 0:  # several of one village, one after another
            projects.sort(key=lambda p: p["village"])
        return projects

    # what stands above, in and below the table

    def _put(self, column: int, value: Any) -> None:
        if value not in ("", None):
            self.cells[self.row, column] = value

    def _above(self) -> None:
        width = len(self.columns)
        unit = "万元" if self.factor > 1 else "元"
        titled = self.year_in_title or self.unit_at == "title" or self.chance(60)
        if titled:
            title = "2023年度民生微实事项目安排表"
            if self.unit_at == "title":
                title += self.draw.choice((f"（{unit}）", f"(单位：{unit})", f"【{unit}】"))
            self._put(1, title)
            if self.chance(60) and width > 1 and not self.plain:
                self.merges.append((1, 1, 1, width))
            self.row += 1
        if self.unit_at == "line":
            text = self.draw.choice(
                (
                    f"单位：{unit}",
                    f"金额单位：人民币{unit}",
                    f"单位:{unit}",
                    f"单位：个、{unit}、人",
                    f"（单位：{unit}）",
                )
            )
            self._put(self.draw.choice((1, width)), text)
            self.row += 1
        if titled and self.chance(15):
            self.row += 1

    def _money_heading(self, name: str) -> str:
        unit = "万元" if self.factor > 1 else "元"
        if self.unit_at != "heading":
            return MONEY[name]
        return MONEY[name] + self.draw.choice(
            (f"（{unit}）", f"({unit})", f"【{unit}】", f"/{unit}", f"(单位:{unit})", f"\n（{unit}）")
        )

    def _heading(self, name: str) -> str:
        plain = {
            "number": "序号", "village": "村居", "title": "项目名称", "category": "项目类别", "content": "内容类型",
            "place": "实施地点", "beneficiaries": "受益人数", "planned_finish": "计划完成", "fund_year": "资金年度",
            "unknown": "占地面积", "remark": "备注",
        }  # fmt: skip
        text = self._money_heading(name) if name in MONEY else plain[name]
        if self.chance(8) and name not in MONEY:
            text = text[0] + self.draw.choice((" ", "\u3000", "\n")) + text[1:]
        if self.chance(8) and name not in MONEY:
            text += "*"
        return text

    def _headings(self) -> None:
        grouped = self.unit_at == "group" or (len(self.money) > 1 and self.chance(35))
        self.heading_texts = {name: self._heading(name) for name in self.columns}
        if not grouped:
            for column, name in enumerate(self.columns, 1):
                self._put(column, self.heading_texts[name])
            self.head = self.row, self.row
            self.row += 1
            return
        unit = "万元" if self.factor > 1 else "元"
        top = self.row
        merged = not self.plain and self.chance(70)
        first = self.columns.index(self.money[0]) + 1
        group = "项目资金来源" + (self.draw.choice((f"（{unit}）", f"【{unit}】")) if self.unit_at == "group" else "")
        self.cells[top, first] = group
        if merged and len(self.money) > 1:
            self.merges.append((top, first, top, first + len(self.money) - 1))
        for column, name in enumerate(self.columns, 1):
            if name in self.money:
                self.cells[top + 1, column] = self.heading_texts[name]
            else:
                self.cells[top, column] = self.heading_texts[name]
                if merged:
                    self.merges.append((top, column, top + 1, column))
        self.head = top, top + 1
        self.row += 2

    def _body(self) -> None:
        merge_villages = not self.plain and "village" in self.columns and self.chance(20) and not self.by_category
        section, number = "", 0
        for project in self.projects:
            if self.by_category and project["category"] != section:
                section, number = project["category"], 0
                count = sum(1 for p in self.projects if p["category"] == section)
                numeral = "一二三"[list(dict.fromkeys(p["category"] for p in self.projects)).index(section)]
                self._put(1, f"{numeral}、{SECTION_NAMES[section]}（{count}个）")
                self.row += 1
            if (
                self.chance(4)
                and self.row > self.head[1] + 1
                and self.columns[0] == "number"
                and self.head[0] == self.head[1]
            ):
                for column, name in enumerate(self.columns, 1):  # the headings again, on the next page
                    self._put(column, self.heading_texts[name])
                self.row += 1
            number += 1
            self._project(project, number)
            if self.chance(4) and not self.plain:
                self.hidden.add(self.row)
            self.row += 1
            if self.chance(3):
                self.row += 1
            if self.chance(6):
                self._sum([project], "小计")
        if merge_villages:
            self._merge_villages()
        if self.chance(50):
            self._sum(self.projects, self.draw.choice(SUM_NAMES))

    def _merge_villages(self) -> None:
        column = self.columns.index("village") + 1
        rows = [row for row in range(self.head[1] + 1, self.row) if (row, column) in self.cells]
        start = 0
        for end in range(1, len(rows) + 1):
            same = end < len(rows) and rows[end] == rows[end - 1] + 1
            if same and self.cells[rows[end], column] == self.cells[rows[start], column]:
                continue
            if end - start > 1 and not any(m[1] <= column <= m[3] and m[0] == rows[start] for m in self.merges):
                self.merges.append((rows[start], column, rows[end - 1], column))
                for row in rows[start + 1 : end]:
                    del self.cells[row, column]
            start = end

    def _project(self, project: dict[str, Any], number: int) -> None:
        for column, name in enumerate(self.columns, 1):
            if name == "number":
                self._put(column, str(number) if self.plain else number)
            elif name == "unknown":
                self._put(column, "120" if self.plain else 120)
            elif name == "remark":
                self._put(column, self.draw.choice(("", "已公示", "第二批")))
            elif name in MONEY:
                self._amount(column, project[name])
            elif name == "beneficiaries":
                people = project[name]
                self._put(
                    column,
                    self.draw.choice(
                        (people, f"{people:,}", f"{people}人") if not self.plain else (str(people), f"{people}人")
                    ),
                )
            elif name == "planned_finish":
                self._day(column, project[name])
            elif name == "fund_year":
                self._put(column, self.draw.choice(("2023", "2023年")) if self.plain or self.chance(20) else 2023)
            else:
                self._put(column, self._typed(project[name], name))

    def _typed(self, text: str, name: str) -> str:
        if self.chance(4):
            text += self.draw.choice(INVISIBLE)
        if self.chance(3):
            text = " " + text
        if name == "village" and text.endswith("老人") and self.chance(50):
            text = text.replace("老", "\u2f7c")
        return text

    def _amount(self, column: int, fen: int) -> None:
        yuan = Decimal(fen) / 100
        value = yuan / self.factor
        spelled = f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        if fen == 0:
            nil = self.draw.choice(NIL)
            self._put(column, nil if self.plain or nil != "0" else 0)
            return
        if self.unit_at == "cell":
            way = self.draw.choice(("unit", "yuan", "wan"))
            wan = f"{yuan / 10_000:f}".rstrip("0").rstrip(".")
            text = {
                "unit": f"{spelled}{'万元' if self.factor > 1 else '元'}",
                "yuan": f"{yuan:f}元",
                "wan": f"{wan}万元",
            }[way]
            self._put(column, text)
            return
        if self.plain:
            thousands = f"{yuan:,.2f}" if self.factor == 1 else spelled
            self._put(column, self.draw.choice((spelled, thousands)))
            return
        way = self.draw.choice(("number", "number", "number", "text", "wide", "own"))
        if self.unit_at == "format":
            way = "number"
            self.formats[self.row, column] = '0.00"万元"' if self.factor > 1 else '0.00"元"'
        if way == "number":
            self._put(column, float(value) if value != value.to_integral_value() else int(value))
        elif way == "text":
            self._put(column, f"{yuan:,.2f}" if self.factor == 1 else spelled)
        elif way == "wide":
            self._put(column, spelled.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")))
        else:
            self._put(column, f"{yuan:f}元")  # a cell's own unit wins over that of its column

    def _day(self, column: int, day: date) -> None:
        written = (
            f"{day:%Y-%m-%d}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}/{day.month}/{day.day}",
        )
        self._put(column, self.draw.choice(written) if self.plain or self.chance(50) else day)

    def _sum(self, projects: list[dict[str, Any]], name: str) -> None:
        named = self.columns.index("title") + 1 if self.columns[0] != "number" and self.chance(30) else 1
        if self.columns[named - 1] in MONEY:
            named = self.columns.index("title") + 1
        self._put(named, name)
        for column, key in enumerate(self.columns, 1):
            if key in MONEY and column != named:
                self._amount(column, sum(project[key] for project in projects))
        self.row += 1

    def _below(self) -> None:
        unit = "万元" if self.factor > 1 else "元"
        if self.unit_at == "below":
            self._put(1, self.draw.choice((f"注：金额单位为{unit}。", f"说明：本表金额单位：{unit}")))
            self.row += 1
        if self.chance(30):
            self._put(1, self.draw.choice(FOOTERS))


# the formats


def _xlsx(sheet: Sheet) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet.title
    for (row, column), value in sheet.cells.items():
        cell = page.cell(row, column, value)
        if (row, column) in sheet.formats:
            cell.number_format = sheet.formats[row, column]
    for top, left, bottom, right in sheet.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in sheet.hidden_rows:
        page.row_dimensions[row].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(sheet: Sheet) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet.title)
    covering = {(top, left): (top, left, bottom, right) for top, left, bottom, right in sheet.merges}
    day, styles = xlwt.easyxf(num_format_str="YYYY-MM-DD"), {}
    for (row, column), value in sheet.cells.items():
        code = sheet.formats.get((row, column))
        style = (
            day
            if isinstance(value, date)
            else styles.setdefault(code, xlwt.easyxf(num_format_str=code) if code else xlwt.XFStyle())
        )
        if (row, column) in covering:
            top, left, bottom, right = covering[row, column]
            page.write_merge(top - 1, bottom - 1, left - 1, right - 1, value, style)
        else:
            page.write(row - 1, column - 1, value, style)
    for row in sheet.hidden_rows:
        page.row(row - 1).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(sheet: Sheet) -> bytes:
    covering = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in sheet.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    height = max(row for row, _ in sheet.cells)
    width = max(column for _, column in sheet.cells)
    rows, used = [], sorted(set(sheet.formats.values()))
    for row in range(1, height + 1):
        cells = [_ods_cell(sheet, covering, covered, used, (row, column)) for column in range(1, width + 1)]
        hidden = ' table:visibility="collapse"' if row in sheet.hidden_rows else ""
        rows.append(f"<table:table-row{hidden}>{''.join(cells)}</table:table-row>")
    styles = "".join(
        f'<number:number-style style:name="N{i}"><number:number number:decimal-places="2"/>'
        f"<number:text>{escape(code.split(chr(34))[1])}</number:text></number:number-style>"
        f'<style:style style:name="ce{i}" style:family="table-cell" style:data-style-name="N{i}"/>'
        for i, code in enumerate(used)
    )
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for prefix, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("number", "datastyle"),
        )
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"<table:table table:name={quoteattr(sheet.title)}>{''.join(rows)}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_cell(
    sheet: Sheet,
    covering: dict[tuple[int, int], tuple[int, int]],
    covered: set[tuple[int, int]],
    used: list[str],
    at: tuple[int, int],
) -> str:
    if at in covered:
        return "<table:covered-table-cell/>"
    value = sheet.cells.get(at)
    span = ""
    if at in covering:
        span = f' table:number-rows-spanned="{covering[at][0]}" table:number-columns-spanned="{covering[at][1]}"'
    if at in sheet.formats:
        span += f' table:style-name="ce{used.index(sheet.formats[at])}"'
    if value is None:
        return f"<table:table-cell{span}/>"
    if isinstance(value, date):
        kind, shown = f'"date" office:date-value="{value}"', f"<text:p>{value}</text:p>"
    elif isinstance(value, (int, float)):
        kind, shown = f'"float" office:value="{value!r}"', f"<text:p>{value}</text:p>"
    else:
        kind, shown = '"string"', "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in value.split("\n"))
    return f"<table:table-cell{span} office:value-type={kind}>{shown}</table:table-cell>"


def _ods_text(line: str) -> str:
    text = escape(line)
    return f"<text:s/>{text[1:]}" if text.startswith(" ") else text


def _text(sheet: Sheet, delimiter: str, encoding: str) -> bytes:
    height = max(row for row, _ in sheet.cells)
    width = max(column for _, column in sheet.cells)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in range(1, height + 1):
        writer.writerow([sheet.cells.get((row, column), "") for column in range(1, width + 1)])
    return out.getvalue().encode(encoding)


WRITERS: dict[str, Callable[[Sheet], bytes]] = {"xlsx": _xlsx, "xls": _xls, "ods": _ods}
