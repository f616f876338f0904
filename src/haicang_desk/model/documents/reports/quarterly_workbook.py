"""The quarterly report as a workbook: 汇总, 明细, 上年结转, 本季拨付, 合规, 上期调整; 清算 in the pilot year.

Money is in 万元, as numbers; that of single payments in 元.

Whoever needs this module imports it in a function: openpyxl takes as long to load as all documents together.

条文：C030 C121 C122
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.form_parts import field_label
from haicang_desk.model.documents.forms.filing_forms import lead_unit
from haicang_desk.model.documents.proofreading import Unfit, negative_sum
from haicang_desk.model.documents.reports.quarterly_figures import (
    GROUPS,
    ProjectLine,
    QuarterlyFigures,
    QuarterSums,
    leverage,
    paid_in,
    returned_in,
    rounding_note,
    ten_thousands,
)
from haicang_desk.model.records import Appointment, Disbursement, Project, Stage
from haicang_desk.model.rules import advanced_of
from haicang_desk.model.spreadsheet.write.openpyxl_pages import set_up_page
from haicang_desk.model.spreadsheet.write.sheet_paper import row_height
from haicang_desk.model.values import Money, mask_numbers

Value = str | int | Decimal | date | None
MONEY, SHARE, DAY = "#,##0.00", "0.00%", "yyyy-mm-dd"
MONEY_CHANGE, COUNT_CHANGE = '#,##0.00;"减 "#,##0.00;0.00', '0;"减 "0;0'  # a change is shown without a minus


@dataclass(frozen=True, slots=True)
class WorkbookColumn:
    """A heading, its width in characters, and how Excel shows what is below it."""

    head: str
    width: float
    form: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its title, a line under it, its columns and its rows; the last row may be a sum."""

    name: str
    title: str
    below: str
    columns: tuple[WorkbookColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    summed: bool = False


def sheets_of(report: QuarterlyFigures) -> tuple[WorkbookSheet, ...]:
    """The sheets of the report, in their order; 上年结转 where there is any, 清算 only for the pilot year."""
    carried = (_carried(report),) if report.carried else ()
    sheets = (_summary(report), _detail(report), *carried, _movements(report), _rules(report), _late(report))
    pilot = report.year == report.policy.number_of("pilot_year")
    return (*sheets, _advances(report)) if pilot else sheets


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001")) if whole else None


_SUMMARY = (
    WorkbookColumn("村居", 16),
    WorkbookColumn("项目数", 8),
    WorkbookColumn("服务类", 8),
    WorkbookColumn("货物类", 8),
    WorkbookColumn("工程类", 8),
    WorkbookColumn("服务类项目数占比", 11, SHARE),
    WorkbookColumn("服务类资金占比（总资金）", 13, SHARE),
    WorkbookColumn("服务类资金占比（专项资金）", 13, SHARE),
    WorkbookColumn("总资金", 12, MONEY),
    WorkbookColumn("核定专项", 12, MONEY),
    WorkbookColumn("社会投入", 12, MONEY),
    WorkbookColumn("杠杆率", 8),
    WorkbookColumn("已拨付", 12, MONEY),
    WorkbookColumn("拨付率", 10, SHARE),
    *(WorkbookColumn(name, 8) for name in GROUPS),
    WorkbookColumn("慢序时", 8),
    WorkbookColumn("参与人次", 9),
    WorkbookColumn("社会力量参与数", 9),
    WorkbookColumn("项目数较上季", 9, COUNT_CHANGE),
    WorkbookColumn("总资金较上季", 12, MONEY_CHANGE),
    WorkbookColumn("已拨付较上季", 12, MONEY_CHANGE),
)


def _summary(report: QuarterlyFigures) -> WorkbookSheet:
    rows = [*(_sums_row(village) for village in report.villages), _sums_row(report.whole, "合计")]
    return WorkbookSheet(
        "汇总",
        f"{report.street.name}{report.called}“社会+”民生微实事项目进展情况汇总表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        _SUMMARY,
        tuple(rows),
        rounding_note(report),
        summed=True,
    )


def _sums_row(sums: QuarterSums, title: str = "") -> tuple[Value, ...]:
    now, before = sums.now, sums.before
    return (
        title or now.name,
        now.projects,
        now.service_projects,
        now.goods_projects,
        now.works_projects,
        _share(now.service_projects, now.projects),
        _share(now.service_total, now.total),
        _share(now.service_special, now.special),
        ten_thousands(now.total),
        ten_thousands(now.approved_special),
        ten_thousands(now.social),
        leverage(now),
        ten_thousands(now.disbursed),
        _share(now.disbursed, now.approved_special),
        *sums.groups.values(),
        sums.overdue,
        sums.heard,
        now.social_projects,
        now.projects - before.projects,
        ten_thousands(now.total - before.total),
        ten_thousands(now.disbursed - before.disbursed),
    )


_DETAIL = (
    WorkbookColumn("序号", 6),
    WorkbookColumn(field_label(Project, "code"), 20),
    WorkbookColumn("村居", 14),
    WorkbookColumn(field_label(Project, "title"), 30),
    WorkbookColumn("类别", 8),
    WorkbookColumn(field_label(Project, "content"), 14),
    WorkbookColumn("总资金", 12, MONEY),
    WorkbookColumn("专项资金", 12, MONEY),
    WorkbookColumn("社会投入", 12, MONEY),
    WorkbookColumn(field_label(Project, "lead"), 18),
    WorkbookColumn(field_label(Appointment, "implementer"), 24),
    WorkbookColumn(field_label(Appointment, "appointed_on"), 12, DAY),
    WorkbookColumn("到期日", 12, DAY),
    WorkbookColumn("实际日", 12, DAY),
    WorkbookColumn("征集起天数", 9),
    WorkbookColumn("形象进度%", 9),
    WorkbookColumn("累计拨付", 12, MONEY),
    WorkbookColumn("本季拨付", 12, MONEY),
    WorkbookColumn("本季退款", 12, MONEY),
    WorkbookColumn("累计支出", 12, MONEY),
    WorkbookColumn("办理阶段", 10),
    WorkbookColumn("状态", 8),
    WorkbookColumn("存在问题", 30),
    WorkbookColumn("下步措施", 24),
)


def _detail(report: QuarterlyFigures) -> WorkbookSheet:
    rows = tuple(_project_row(count, line) for count, line in enumerate(report.projects, 1))
    total = report.whole.now
    spent = sum((_spent(line.case) for line in report.projects), Money(0))
    own = [each for line in report.projects for each in line.movements]
    paid = sum((line.case.disbursed for line in report.projects), Money(0))
    beside = total.disbursed - paid
    summed: tuple[Value, ...] = (
        *("合计", "", "", f"{len(rows)} 项", "", ""),
        *(ten_thousands(total.total), ten_thousands(total.special), ten_thousands(total.social)),
        *("", "", None, None, None, None, None, ten_thousands(paid)),
        *(ten_thousands(paid_in(own)), ten_thousands(returned_in(own)), ten_thousands(spent), "", "", "", ""),
    )
    return WorkbookSheet(
        "明细",
        f"{report.street.name}{report.called}“社会+”民生微实事项目进展情况明细表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        _DETAIL,
        (*rows, summed),
        note=f"另有不计入的项目（不予批准、撤回、退回等）累计拨付 {beside.wan} 万元，须退回。" if beside > 0 else "",
        summed=True,
    )


def _carried(report: QuarterlyFigures) -> WorkbookSheet:
    """The projects of other fund years, a line each."""
    lines = report.carried
    columns = (WorkbookColumn(field_label(Project, "fund_year"), 9), *_DETAIL)
    rows = [(line.case.project.fund_year, *_project_row(count, line)) for count, line in enumerate(lines, 1)]
    moneys = [
        sum((of(line) for line in lines), Money(0))
        for of in (
            lambda line: line.case.funding.total,
            lambda line: line.case.funding.scheme,
            lambda line: line.case.funding.social,
            lambda line: line.case.disbursed,
            lambda line: paid_in(line.movements),
            lambda line: returned_in(line.movements),
            lambda line: _spent(line.case),
        )
    ]
    total, special, social, *paid = map(ten_thousands, moneys)
    summed: tuple[Value, ...] = (
        *(None, "合计", "", "", f"{len(lines)} 项", "", "", total, special, social),
        *("", "", None, None, None, None, None, *paid, "", "", "", ""),
    )
    return WorkbookSheet(
        "上年结转",
        f"{report.street.name}{report.called}“社会+”民生微实事{report.carried_title}情况表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        columns,
        (*rows, summed),
        summed=True,
    )


def _movements(report: QuarterlyFigures) -> WorkbookSheet:
    """Every payment and refund of the quarter by its business date, whatever the fund year of its project."""
    fields = Disbursement.fields
    columns = (
        WorkbookColumn("序号", 6),
        WorkbookColumn(fields["paid_on"].label, 12, DAY),
        WorkbookColumn(field_label(Project, "fund_year"), 9),
        WorkbookColumn(field_label(Project, "code"), 20),
        WorkbookColumn("村居", 14),
        WorkbookColumn(field_label(Project, "title"), 30),
        *(WorkbookColumn(name, 14, MONEY) for name in ("拨付（元）", "退款（元）")),
        WorkbookColumn(fields["source"].label, 14),
        WorkbookColumn(fields["voucher"].label, 16),
        WorkbookColumn("说明", 16),
    )
    rows: list[tuple[Value, ...]] = []
    for count, each in enumerate(report.movements, 1):
        project, yuan = each.case.project, each.record.amount.yuan
        rows.append(
            (
                *(count, each.on, project.fund_year, project.code, each.case.village.name, project.title),
                *((None, yuan) if each.is_refund else (yuan, None)),
                *(each.record.source.label, each.record.voucher),
                report.carried_title if project.fund_year != report.year else "",
            )
        )
    paid, returned = paid_in(report.movements), returned_in(report.movements)
    rows.append(("合计", None, None, "", "", f"{len(rows)} 笔", paid.yuan, returned.yuan, "", "", ""))
    return WorkbookSheet(
        "本季拨付",
        f"{report.street.name}{report.called}拨付和退款明细",
        f"按业务日期，截至{report.upto:%Y-%m-%d}　单位：元",
        columns,
        tuple(rows),
        summed=True,
    )


def _spent(case: Casefile) -> Money:
    """The sum that the village has spent on the project."""
    return sum((each.amount for each in case.spending), Money(0))


def _project_row(count: int, line: ProjectLine) -> tuple[Value, ...]:
    case = line.case
    project, appointed, pace = case.project, case.appointment, line.pace
    return (
        count,
        project.code,
        case.village.name,
        project.title,
        project.category.label,
        project.content.label,
        ten_thousands(case.funding.total),
        ten_thousands(case.funding.scheme),
        ten_thousands(case.funding.social),
        lead_unit(case),
        appointed.implementer if appointed else "",
        appointed.appointed_on if appointed else None,
        pace.due_on,
        pace.done_on,
        line.days,
        line.percent,
        ten_thousands(case.disbursed),
        ten_thousands(paid_in(line.movements)),
        ten_thousands(returned_in(line.movements)),
        ten_thousands(_spent(case)),
        case.stage.label,
        pace.word,
        line.problem,
        _measure(line),
    )


def _measure(line: ProjectLine) -> str:
    """下步措施, by stage and pace."""
    if line.pace.late and line.pace.done_on is None:
        return f"督促尽快{line.pace.what}"
    return _NEXT.get(line.case.stage, "")


_NEXT = {
    Stage.SUBMITTED: "街道审批",
    Stage.APPROVED: "报区备案",
    Stage.LODGED: "确定实施主体",
    Stage.APPOINTED: "组织开工（开展）",
    Stage.UNDERWAY: "按计划推进",
    Stage.COMPLETED: "验收、决算、公示后办结",
}


def _rules(report: QuarterlyFigures) -> WorkbookSheet:
    columns = (
        WorkbookColumn("规则", 8),
        WorkbookColumn("级别", 8),
        WorkbookColumn("依据", 34),
        WorkbookColumn("对象", 22),
        WorkbookColumn("名称", 28),
        WorkbookColumn("情况", 70),
        WorkbookColumn("例外文号", 18),
    )
    rows = tuple(
        (f.rule, f.severity.label, str(f.clause), f.subject, f.title, f.message, f.excused_by or "")
        for f in report.findings
    )
    return WorkbookSheet("合规", "合规检查结果", f"共 {len(rows)} 条", columns, rows)


def _late(report: QuarterlyFigures) -> WorkbookSheet:
    columns = (
        WorkbookColumn(field_label(Project, "code"), 20),
        WorkbookColumn("村居", 14),
        WorkbookColumn(field_label(Project, "title"), 30),
        WorkbookColumn("事项", 18),
        WorkbookColumn("上季度报告", 18),
        WorkbookColumn("现有记录", 18),
    )
    rows = tuple((x.code, x.village, x.title, x.what, x.reported, x.known) for x in report.late)
    return WorkbookSheet("上期调整", "上期补录、调整", report.late_note, columns, rows)


def _advances(report: QuarterlyFigures) -> WorkbookSheet:
    """清算表: what the street advanced in the pilot year, what the district took over, and the rest, which is not owed.

    五(一)¶3, R27. 条文：C141
    """
    columns = (
        WorkbookColumn(field_label(Project, "code"), 20),
        WorkbookColumn("村居", 14),
        WorkbookColumn(field_label(Project, "title"), 30),
        *(WorkbookColumn(name, 12, MONEY) for name in ("先行列支", "已统筹", "未统筹")),
    )
    advanced = [
        (case, advanced_of(case)) for case in (line.case for line in report.projects) if case.project.advance_paid
    ]
    rows: list[tuple[Value, ...]] = [
        (case.project.code, case.village.name, case.project.title, *map(ten_thousands, (paid, taken, paid - taken)))
        for case, (paid, taken) in advanced
    ]
    paid, taken = (sum((sums[n] for _, sums in advanced), Money(0)) for n in (0, 1))
    rows.append(("合计", "", f"{len(rows)} 项", *map(ten_thousands, (paid, taken, paid - taken))))
    return WorkbookSheet(
        "清算",
        f"{report.street.name}{report.year}年试点资金清算表",
        f"截至{report.upto:%Y-%m-%d}　单位：万元",
        columns,
        tuple(rows),
        "未统筹的资金由区里在预算调整时统筹考虑，不作为应收款。",
        summed=True,
    )


# ---- sheets as a file

LONGEST = 32_000  # characters; Excel itself cuts a cell at 32,767 without a word
_CUT = "……（全文见台账）"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def as_workbook(figures: QuarterlyFigures) -> bytes:
    """The workbook as bytes of XLSX: the same for the same figures, without an author and without the time of day.

    Raises Unfit where it would show a negative sum.
    """
    for sheet in sheets_of(figures):
        _refuse_negative(sheet)
    book = Workbook()
    for first in book.worksheets:
        book.remove(first)
    for sheet in sheets_of(figures):
        _fill(book.create_sheet(sheet.name), sheet)
    moment = datetime.combine(figures.today, time())
    book.properties.creator, book.properties.created, book.properties.modified = "", moment, moment
    raw = BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue(), moment)


def _refuse_negative(sheet: WorkbookSheet) -> None:
    for row in sheet.rows:
        for column, cell in zip(sheet.columns, row, strict=True):
            if column.form == MONEY and isinstance(cell, int | Decimal) and cell < 0:
                whose = "　".join([part for part in row[:5] if isinstance(part, str) and part])
                raise Unfit(negative_sum(str(cell), f"{sheet.name}·{column.head}·{whose}"))


def put_text(cell: Cell, text: str) -> None:
    """Write text as text whatever it begins with; the quote mark is a style of the cell, not part of its text."""
    text = _UNSEEN.sub("", text)
    cell.value = text if len(text) <= LONGEST else text[:LONGEST] + _CUT
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True


def _fill(page: Worksheet, sheet: WorkbookSheet) -> None:
    wide = len(sheet.columns)
    put_text(_at(page, 1, 1), sheet.title)
    put_text(_at(page, 2, 1), sheet.below)
    _at(page, 1, 1).font = Font(size=16, bold=True)
    _at(page, 1, 1).alignment = Alignment(vertical="center")  # at the left: on each of several pages side by side
    for count, column in enumerate(sheet.columns, 1):
        put_text(_at(page, 3, count), column.head)
        page.column_dimensions[get_column_letter(count)].width = column.width
        _dress(_at(page, 3, count), Font(bold=True), "center")
    widths = [column.width for column in sheet.columns]
    _heighten(page, 3, [column.head for column in sheet.columns], widths)
    last = len(sheet.rows) - 1
    for at, row in enumerate(sheet.rows):
        _heighten(page, at + 4, row, widths)
        bold = sheet.summed and at == last
        for count, (column, content) in enumerate(zip(sheet.columns, row, strict=True), 1):
            _put(_at(page, at + 4, count), content, column, bold=bold)
    if sheet.note:
        put_text(_at(page, len(sheet.rows) + 4, 1), sheet.note)
    page.freeze_panes = "C4" if wide > 7 else "A4"
    page.row_dimensions[1].height = 30
    set_up_page(page, widths, rows="1:3", repeated=_named_by(sheet))


def _heighten(page: Worksheet, row: int, texts: Sequence[Value], widths: Sequence[float]) -> None:
    """Make a row as high as its wrapped texts are."""
    height = row_height((text, width) for text, width in zip(texts, widths, strict=True) if isinstance(text, str))
    if height is not None:
        page.row_dimensions[row].height = height


def _named_by(sheet: WorkbookSheet) -> int:
    """The number of columns at the left up to the name of the project, or to that of the village."""
    named = (Project.fields["title"].label, Project.fields["village"].label)
    return 1 + max((at for at, column in enumerate(sheet.columns[:5]) if column.head in named), default=-1)


def _at(page: Worksheet, row: int, column: int) -> Cell:
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _put(cell: Cell, content: Value, column: WorkbookColumn, *, bold: bool) -> None:
    if isinstance(content, str):
        put_text(cell, content if content.isascii() else mask_numbers(content))  # in what people wrote, not in codes
    else:
        cell.value = content
        cell.number_format = column.form or "General"
    _dress(cell, Font(bold=bold), "left" if isinstance(content, str) else "right")


def _dress(cell: Cell, font: Font, side: str) -> None:
    cell.font, cell.border = font, _BORDER
    indent = 1 if side == "left" else 0  # off the number at its left
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True, indent=indent)


def _timeless(data: bytes, moment: datetime) -> bytes:
    """The same members with a fixed date: openpyxl writes the time of saving into the archive and its core part."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\2", part)
            member = zipfile.ZipInfo(name, _ZIP_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, part)
    return made.getvalue()


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
