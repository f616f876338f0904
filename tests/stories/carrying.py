"""The store carried about: out and in as a workbook, copied, put back, closed in the middle of something."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import Workspace, check
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.store import back_up, restore_backup, verify
from haicang_desk.model.values import Refused
from tests.spreadsheet.ledgers import cells_of, held
from tests.stories.office import TALLY, YEAR, Office
from tests.stories.plain import a_project

IMPORTED = {  # sheet: headings; a whole project as another desk kept it, paid by a payment that went through no step
    "项目": (
        "项目编号",
        "资金年度",
        "村居",
        "项目名称",
        "项目类别",
        "内容类型",
        "区级专项资金(元)",
        "村居自筹(元)",
        "申报日期",
        "属物业等主体职责",
        "与政府投资项目重复",
        "实施地点",
        "必要性",
        "建设服务内容",
        "预期效果",
    ),
    "审批": ("项目编号", "结论", "日期", "核定专项资金(元)"),
    "备案": ("项目编号", "报送日期", "备案日期", "结果"),
    "实施主体": ("项目编号", "采购方式", "实施主体", "主体类型", "确定日期"),
    "拨付": ("项目编号", "日期", "金额(元)", "资金来源", "收款人", "经办人", "审批人"),
    "实施进度": ("项目编号", "日期", "事项"),
}


def out_and_in(office: Office) -> None:
    """The whole ledger in a second store of the same street: the same records, stages, findings and balances."""
    book = export_ledger(office.ws, office.path.with_name("台账.xlsx"))
    with Workspace.in_memory(street="新阳街道", year=YEAR, actor="陈", now=lambda: datetime(2026, 1, 1)) as other:
        plan = plan_import(other, book)
        assert plan.errors == (), plan.errors
        assert plan.carry_out(other, "陈")
        assert held(other) == _shown(office)
        for year in (YEAR, YEAR + 1):
            assert other.register(year) == office.ws.register(year)
            assert check(other, year, office.day) == check(office.ws, year, office.day)
        assert [case.staged for case in other.casefiles()] == [case.staged for case in office.ws.casefiles()]
        assert cells_of(export_ledger(other, office.path.with_name("再.xlsx"))) == cells_of(book)
    TALLY["out and in"] += 1


def _shown(office: Office) -> dict[str, list[Any]]:
    """All that the store holds but what hangs on a voided project, which is shown nowhere."""
    live = {"", *office.projects()}
    return {label: [r for r in rows if getattr(r, "project", "") in live] for label, rows in held(office.ws).items()}


def bring_in(office: Office, village: int, stages: int, amount: int, *, faulty: bool) -> None:
    """A workbook of one project at any stage; with one bad cell, nothing of it comes in."""
    villages = office.book["villages"]
    key = list(villages)[village % len(villages)]
    code, on = f"LK-{office.entries:04}", office.day
    later = [on + timedelta(n) for n in range(6)]
    rows: dict[str, tuple[Any, ...]] = {
        "项目": (
            code,
            YEAR,
            villages[key]["name"],
            f"并入{office.entries}",
            "服务类",
            "群众生活关爱",
            90_000,
            10_000.5,
            on,
            "否",
            "否",
            "村口",
            "居民反映",
            "更换",
            "明亮",
        ),
        "审批": (code, "同意", later[1], 80_000.25),
        "备案": (code, later[2], later[2], "已备案"),
        "实施主体": (code, "询价", "某中心", "企业", later[3]),
        "拨付": (code, later[3], amount / 100, "区级专项资金", "村居", "苏", "苏"),
        "实施进度": (code, later[4], ("开工", "完工", "办结", "终止")[amount % 4]),
    }
    if faulty:
        rows["项目"] = (*rows["项目"][:6], "几万", *rows["项目"][7:])
    sheets = dict(list(rows.items())[: 1 + stages])
    plan = plan_import(office.ws, _workbook(office, sheets))
    assert plan.read == plan.new + plan.updated + plan.unchanged + plan.faulty == len(sheets)
    assert [(f.sheet, f.row, f.column) for f in plan.errors] == ([("项目", 2, "区级专项资金(元)")] if faulty else [])
    outcome = office.deed(lambda: plan.carry_out(office.ws, "陈"), refused=faulty)
    if isinstance(outcome, Refused):
        return
    office.book = deepcopy(office.book)
    (project,) = office.ws.all(Project, code=code)
    office.book["projects"][project.id] = _as_told(key, sheets, office.entries - 1)
    TALLY["brought in"] += 1


def _workbook(office: Office, rows: dict[str, tuple[Any, ...]]) -> Any:
    workbook = openpyxl.Workbook(write_only=True)
    for title, row in rows.items():
        sheet = workbook.create_sheet(title)
        sheet.append(IMPORTED[title])
        sheet.append(row)
    path = office.path.with_name("并入.xlsx")
    workbook.save(path)
    return path


def _as_told(village: str, rows: dict[str, tuple[Any, ...]], entered: int) -> dict[str, Any]:
    funds = {"special": 90_000_00, "self_raised": 10_000_50}
    said = {"pledged": False, "kept": False, "overhead": 0, "charity": "", "imported": True}
    project = a_project(village, YEAR, "服务类", funds, filed=rows["项目"][8], **said)
    if row := rows.get("审批"):
        texts = {"handler": "", "approver": "", "opinion": "", "answered": False}
        decided = {"on": row[2], "conclusion": "同意", "special": 80_000_25, "total": None, "entered": entered}
        project["approvals"].append(decided | texts)
    if row := rows.get("备案"):
        project["filings"].append({"on": row[1], "lodged": row[2], "result": "已备案"})
    if row := rows.get("实施主体"):
        project["appointed"].append({"on": row[4], "kind": "企业"})
    if row := rows.get("拨付"):
        paid = {"on": row[1], "amount": round(row[2] * 100), "source": row[3], "payee": "村居"}
        project["paid"].append(paid | {"handler": "苏", "approver": "苏"})
    if row := rows.get("实施进度"):
        project["events"].append({"on": row[1], "event": row[2]})
    return project


def crash(office: Office) -> None:
    """Closed in the middle of a change, and opened again: as it was before the change."""
    before = office.picture()
    village = office.ws.all(Village)[0]
    office.ws.conn.execute("BEGIN IMMEDIATE")
    office.ws.conn.execute("UPDATE village SET leader = '写到一半' WHERE id = ?", (village.id,))
    office.ws.close()
    office.open()
    assert office.picture() == before
    TALLY["crashed"] += 1


def break_off(office: Office) -> None:
    """A change that fails half way leaves nothing."""
    before = office.picture()
    village = office.ws.all(Village)[0]
    try:
        with office.ws.change("写到一半", actor="陈") as change:
            change.save(replace(village, leader="写到一半"))
            raise InterruptedError
    except InterruptedError:
        assert office.picture() == before


def copy_out(office: Office, number: int) -> Any:
    """A backup, and the books as they then were."""
    out = office.path.with_name(f"备份{number}.db")
    out.unlink(missing_ok=True)
    contents = back_up(office.ws.conn, out)
    assert contents.changes == office.entries
    return out, deepcopy((office.book, office.done, office.undone)), office.entries


def put_back(office: Office, copied: Any) -> None:
    """The store is again what it was when copied; what it had become stands beside it, byte for byte."""
    out, then, entries = copied
    office.ws.close()
    replaced = office.path.read_bytes()
    aside = restore_backup(out, office.path, at=datetime.combine(office.day, time(9))).aside
    assert aside is not None and aside.read_bytes() == replaced
    office.open()
    office.book, office.done, office.undone = deepcopy(then)
    office.restored = office.restored or office.entries > entries
    office.entries, office.looked = entries, 0
    assert verify(office.ws.conn) == ()
    TALLY["put back"] += 1
