"""Saving and voiding records that are typed or imported, and giving projects their codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from haicang_desk.model.casefile import Casefile, days_outside
from haicang_desk.model.records import (
    Alteration,
    Altered,
    Approval,
    BudgetLine,
    Conclusion,
    Link,
    Project,
    Record,
    Street,
    Village,
    limit_violations,
    with_stored_texts,
)
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.store import project_codes
from haicang_desk.model.values import Fixed, Refused, initials
from haicang_desk.model.workflow import BEFORE_FILING, OPEN_TO_TYPING

R = TypeVar("R", bound=Record)

CARRIED_OVER = tuple(name for name, field in Project.fields.items() if field.reused)  # into a new draft
MOVES_BUDGET = (Altered.AMOUNT, Altered.USE, Altered.CONTENT)


def save(
    ws: Workspace, records: Sequence[R], *, action: str, person: str, key: str = "", expected: Iterable[Record] = ()
) -> list[R]:
    """Save new or edited records in one change, journalled as ``action``.

    ``expected`` are the records as they were when they were opened for editing. Raises Refused for a value that its
    field doesn't allow, Fixed for what was decided on: that is changed by a step of the workflow, not by typing (R34),
    and ChangedMeanwhile where the store no longer holds what was expected.
    """
    opened: dict[str, Any] = {record.id: record for record in expected}
    records = [fit(record) for record in records]
    for record in records:
        _refuse_outside(record, _fund_year_of(ws, record))
    with ws.change(action, actor=person, key=key) as change:
        for record in records:
            _refuse_fixed(ws, record)
        return [change.save(record, expected=opened.get(record.id)) for record in with_project_codes(ws, records)]


def save_with_budget(
    ws: Workspace,
    project: Project,
    lines: Sequence[BudgetLine],
    *,
    action: str,
    person: str,
    key: str = "",
    expected: Iterable[Record] = (),
) -> Project:
    """Save a project and lines of its budget in one change; a line to be removed comes as void. Gives the project.

    Lines need not name the project, which may be new. Raises as ``save``.
    """
    opened: dict[str, Any] = {record.id: record for record in expected}
    project, lines = fit(project), [fit(line) for line in lines]
    for record in (project, *lines):
        _refuse_outside(record, project.fund_year)
    with ws.change(action, actor=person, key=key) as change:
        _refuse_fixed(ws, project)
        (coded,) = with_project_codes(ws, [project])
        saved: Project = change.save(coded, expected=opened.get(project.id))
        for line in lines:
            own = replace(line, project=Link(saved.id))
            if project.id:
                _refuse_fixed(ws, own)
            change.save(own, expected=opened.get(line.id))
        return saved


def fit(record: R) -> R:
    """A record with its texts as they are stored. Raises Refused for a value that its field does not allow."""
    try:
        record = with_stored_texts(record)
    except ValueError as wrong:
        raise Refused(f"{record.label}没有保存：{wrong}") from wrong
    if violations := limit_violations(record):
        raise Refused(f"{record.label}没有保存：{'；'.join(violations)}，请改正")
    return record


def _refuse_outside(record: Record, fund_year: int | None) -> None:
    """Raises Refused for a day that no project can have."""
    if outside := days_outside(record, fund_year):
        wrong = [f"{record.fields[name].label}{text}" for name, text in outside.items()]
        raise Refused(f"{record.label}没有保存：{'；'.join(wrong)}，请核对日期")


def _fund_year_of(ws: Workspace, record: Record) -> int | None:
    """The fund year of a record, or of its project; None where it has neither."""
    if project := getattr(record, "project", ""):
        return ws.get(Project, project).fund_year
    year: int | None = getattr(record, "fund_year", None)
    return year


def _refuse_fixed(ws: Workspace, record: Record) -> None:
    """Raises Fixed for a record that was decided on. 五(一)¶2: 严禁擅自改变使用范围. 条文：C135"""
    if isinstance(record, Project) and record.id:
        stage = ws.stage_of(record.id)
        if stage not in OPEN_TO_TYPING and rewritten_fields(ws.get(Project, record.id), record):
            raise Fixed(f"项目{stage.label}，申报内容不能直接修改；{HOW_TO_CHANGE_A_PROJECT}")
    if isinstance(record, BudgetLine) and budget_is_fixed(case := ws.casefile(record.project)):
        raise Fixed(
            f"项目{case.stage.label}，预算明细不能直接修改；改变用途、金额的请先办理“申请变更”，批复后按批复调整"
        )
    if isinstance(record, Approval | Alteration) and record.id:
        existing = ws.get(type(record), record.id)
        if existing.conclusion is not None and existing != record:
            raise Fixed(f"{record.label}已作出结论，不能直接修改；核定后要改变的，请办理“申请变更”")


HOW_TO_CHANGE_A_PROJECT = "未备案的请先“撤回”，已备案的请办理变更后另行报批"
_APPROVED = (  # what an approval decides on: number, year, village, kind, place, content and sums (R34)
    "code",
    "fund_year",
    "village",
    "category",
    "content",
    "place",
    "works",
    "special",
    "matching",
    "other_fiscal",
    "donated_cash",
    "donated_goods",
    "labour",
    "self_raised",
    "overhead",
    "submitted_on",
)
_MEANT_WHEN_EMPTY = {Approval: ("special", "matching", "total"), Alteration: ("special", "total")}  # 不填即按申报数


def rewritten_fields(existing: Record, record: Record) -> tuple[str, ...]:
    """The fields decided on that a new version of a record would change, by name; the record is one decided on.

    To fill in what was left empty (a voucher, the number of a filing) rewrites nothing, except the sums of a decision,
    where empty means as applied for. Of a project only what its approval decides on is fixed, of a budget line all but
    its explanation.
    """
    names: Iterable[str] = existing.fields
    if isinstance(existing, Project):
        names = _APPROVED
    elif isinstance(existing, BudgetLine):
        names = (name for name in existing.fields if name != "note")
    meant = _MEANT_WHEN_EMPTY.get(type(existing), ())
    return tuple(
        name
        for name in names
        if (before := getattr(existing, name)) != getattr(record, name) and (before not in (None, "") or name in meant)
    )


def budget_is_fixed(case: Casefile) -> bool:
    """Whether budget lines can no longer be typed: the project was decided on, and no change to them was approved."""
    agreed = (a.item for a in case.alterations if a.conclusion is Conclusion.AGREE)
    return case.stage not in OPEN_TO_TYPING and not any(item in MOVES_BUDGET for item in agreed)


def draft_from(project: Project, fund_year: int) -> Project:
    """A new draft, not saved, that starts from a project of the library or any other. 三(六)¶2, R25. 条文：C109"""
    carried: dict[str, Any] = {name: getattr(project, name) for name in CARRIED_OVER}
    return Project(fund_year=fund_year, **carried)


def void(ws: Workspace, record: Record, *, reason: str, person: str) -> None:
    """Mark one record as void (作废), with the reason: it stays in the store and is shown nowhere.

    Undo restores it. Raises Refused without a reason or for a village with projects, Fixed for what was decided on.
    """
    if not reason.strip():
        raise Refused("请写明作废的理由")
    if not isinstance(record, Project):
        _refuse_fixed(ws, replace(record, void=True))
    elif ws.casefile(record.id).stage not in BEFORE_FILING:
        raise Fixed("已申报的项目不能作废；请用“撤回”“不予批准”或“终止”")
    if isinstance(record, Village) and (projects := ws.all(Project, village=record.id)):
        raise Refused(f"{record.name}还有 {len(projects)} 个项目，不能作废。请先作废这些项目，或把村居改名")
    with ws.change(f"作废{record.label}：{reason.strip()}", actor=person) as change:
        change.save(replace(record, void=True))


def with_project_codes(ws: Workspace, records: Sequence[R]) -> list[R]:
    """The same records; projects without a code get one: 街道简码-村居简码-资金年度-序号, never used twice."""
    if all(record.code for record in records if isinstance(record, Project)):
        return list(records)
    street, numbers = ws.street, _ProjectNumbers(ws)
    villages = {village.id: village for village in ws.all(Village)}
    coded: list[R] = []
    for record in records:
        if isinstance(record, Project) and not record.code:
            prefix = project_code_prefix(street, villages[record.village], record.fund_year)
            record = replace(record, code=numbers.next_code(prefix))
        coded.append(record)
    return coded


def project_code_prefix(street: Street, village: Village, year: int) -> str:
    """The code of a project up to its number; initials stand for a street or village without a short code."""
    street_code = street.code or initials(street.name).upper() or "JD"
    village_code = village.code or initials(village.name).upper() or "CJ"
    return f"{street_code}-{village_code}-{year}-"


class _ProjectNumbers:
    """The next free number under each prefix; void projects keep theirs. The codes are read when first needed."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._last: dict[str, int] = {}

    @cached_property
    def _codes(self) -> list[str]:
        return project_codes(self._ws.conn)

    def next_code(self, prefix: str) -> str:
        """The next code with this prefix."""
        if prefix not in self._last:
            tails = (code.removeprefix(prefix) for code in self._codes if code.startswith(prefix))
            self._last[prefix] = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
        self._last[prefix] += 1
        return f"{prefix}{self._last[prefix]:02d}"
