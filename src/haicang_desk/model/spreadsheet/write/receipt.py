"""The receipt (回执): a village's answer to what it applied for, as a workbook that it fills in further.

Its rows carry 项目编号 and 记录号, so that a project that the village renames stays the same one when the workbook
comes back. What only tells the village something stands in columns that no import reads (``FOR_READING``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.funding import NONE
from haicang_desk.model.records import (
    BudgetLine,
    Deliberation,
    Link,
    Notice,
    NoticeKind,
    Opinion,
    Project,
    Prose,
    Record,
    Stage,
    Suggestion,
    Village,
)
from haicang_desk.model.services import Workspace, findings_on_projects, missing_papers_of
from haicang_desk.model.services.steps import missing_fields
from haicang_desk.model.spreadsheet.columns import FOR_READING, GUIDE
from haicang_desk.model.spreadsheet.write.ledger_export import ExportColumn, LinkNames, export_columns, write_sheet
from haicang_desk.model.spreadsheet.write.xlsx_writer import new_workbook, write_table
from haicang_desk.model.values import Money, full_date
from haicang_desk.model.workflow import BEFORE_FILING, STEPS

FILLED_IN: tuple[type[Record], ...] = (BudgetLine, Suggestion, Deliberation, Opinion, Notice)  # besides 项目
_TITLE = list(Project.fields).index("title") + 1  # what is told stands behind the name of the project
_GUIDANCE = (
    "这是街道对已报项目的回执。“回执：”开头的各列写明办理情况，只供查看，导入时不读取。",
    "其余各列可以接着填写或改正：改名、补内容都直接改，编号和记录号请保留，街道按记录号认出是哪个项目。",
    "已审批项目的金额、地点、内容、类别不能在这里改，需要改变的请向街道申请变更。",
    "新的项目请在项目表末尾另起一行，项目编号和记录号留空。填好后把整个工作簿发回街道。",
)


@dataclass(frozen=True, slots=True)
class ProjectReceipt:
    """What a village is told about one of its projects."""

    case: Casefile
    missing: tuple[str, ...]  # what is to be filled in, attached or put right
    notices: tuple[str, ...]  # to be posted

    @property
    def decision(self) -> str:
        """The last decision with its day and number; "" where there is none."""
        if not self.case.approvals:
            return ""
        last = self.case.approvals[-1]
        day = full_date(last.decided_on) if last.decided_on else ""
        return " ".join(part for part in (last.conclusion.label, day, last.number) if part)

    @property
    def reason(self) -> str:
        """The opinion that was given with the last decision, or with what ended the project."""
        if self.case.stage is Stage.TERMINATED and self.case.progress:
            return self.case.progress[-1].account
        return self.case.approvals[-1].opinion if self.case.approvals else ""


def write_receipt(ws: Workspace, village: Village, out: Path, *, today: date) -> Path:
    """Write the receipt of a village to ``out`` and return ``out``. Raises NotWritten (exit code 5), ``out`` as before.

    It holds the projects of all years, oldest first, and of each what the village itself recorded.
    """
    receipts = {receipt.case.project.id: receipt for receipt in receipts_of(ws, village, today)}
    names = LinkNames(ws)
    with new_workbook(out) as book:
        columns = list(export_columns(Project, names))
        columns[_TITLE:_TITLE] = _told(receipts)
        write_sheet(book, Project, [receipt.case.project for receipt in receipts.values()], columns)
        for cls in FILLED_IN:
            records = [record for record in ws.all(cls) if _belongs(record, village, receipts)]
            write_sheet(book, cls, records, list(export_columns(cls, names)))
        write_table(book, GUIDE, ["填表说明"], [(line,) for line in _GUIDANCE])
    return out


def _belongs(record: Any, village: Village, receipts: dict[str, ProjectReceipt]) -> bool:
    if record.project:
        return record.project in receipts
    return getattr(record, "village", "") == village.id


def receipts_of(ws: Workspace, village: Village, today: date) -> list[ProjectReceipt]:
    """What a village is told about each of its projects on a day, by fund year and number."""
    cases = sorted(ws.casefiles(village=village.id), key=lambda case: (case.project.fund_year, case.project.code))
    found: dict[str, list[Finding]] = defaultdict(list)
    for year in sorted({case.project.fund_year for case in cases}):
        own = [case for case in cases if case.project.fund_year == year]
        for finding in findings_on_projects(ws, own, year, today):
            found[finding.subject].append(finding)
    return [
        ProjectReceipt(case, tuple(_missing(ws, case, found[case.project.code], today)), _notices(case))
        for case in cases
    ]


def _missing(ws: Workspace, case: Casefile, findings: list[Finding], today: date) -> Iterator[str]:
    fields = [label for label in missing_fields(case.project, STEPS["submit"]) if label != _FILED_ON]
    if case.stage in BEFORE_FILING and fields:
        yield f"未填：{'、'.join(fields)}"
    if case.in_force:
        for phase, papers in missing_papers_of(ws, case, today).items():
            yield f"{phase.label}环节缺材料：{'、'.join(papers)}"
    for finding in findings:
        if finding.severity in (Severity.BLOCK, Severity.EXCEPTION) and not finding.excused_by:
            yield finding.message


_FILED_ON = Project.fields["submitted_on"].label


def _notices(case: Casefile) -> tuple[str, ...]:
    """The notices that a project is to have at its stage and has not."""
    posted = {notice.kind for notice in case.notices}
    due = []
    if case.stage in BEFORE_FILING:
        due.append(NoticeKind.PROJECT)
    if case.stage is Stage.COMPLETED:
        due.append(NoticeKind.COMPLETION)
    if case.surveys:
        due.append(NoticeKind.SURVEY)
    return tuple(kind.label for kind in due if kind not in posted)


def _told(receipts: dict[str, ProjectReceipt]) -> list[ExportColumn]:
    """The columns that tell the village how its projects stand."""

    def column(heading: str, kind: Any, value: Callable[[ProjectReceipt], Any]) -> ExportColumn:
        return ExportColumn(FOR_READING + heading, kind, lambda project: value(receipts[project.id]))

    def approved(source: str) -> Callable[[ProjectReceipt], Money | None]:
        return lambda receipt: getattr(receipt.case.approved, source) if receipt.case.approved else None

    return [
        column("办理阶段", Link, lambda receipt: receipt.case.stage.label),
        column("结论", Link, lambda receipt: receipt.decision),
        column("理由", Prose, lambda receipt: receipt.reason),
        column("核定专项资金(元)", Money, approved("special")),
        column("核定以奖代补资金(元)", Money, approved("matching")),
        column("核定总资金(元)", Money, approved("total")),
        column("已拨付(元)", Money, lambda receipt: receipt.case.disbursed if receipt.case.disbursed > NONE else None),
        column("待补内容", Prose, lambda receipt: "\n".join(receipt.missing)),
        column("待张贴的公示", Prose, lambda receipt: "\n".join(receipt.notices)),
    ]
