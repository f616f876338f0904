"""Random faults of every kind, put into every sheet of an exported ledger: each is reported, and no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from random import Random

import openpyxl
import pytest

from haicang_desk.model.records import RECORDS, Link, Prose, Street, StreetQuota
from haicang_desk.model.spreadsheet import export_ledger, plan_import
from haicang_desk.model.values import Money, Refused
from tests.spreadsheet.ledgers import fill, held

CONTRACT = {
    "村居", "项目", "预算明细", "征集", "协商", "征求意见", "公示", "审批", "备案", "实施主体", "社会参与", "实施进度",
    "拨付", "决算", "测评", "督查", "评优", "例外",
}  # fmt: skip
BOOKS = 7
NAMED_BY = ("code", "name")  # what other rows name a project or a village by: without it they too are at fault
BAD = {  # kind of column -> what it cannot hold; the place in the list is part of the kind of fault
    date: ("开学以后", "2018.13.1", "2019-02-29", "2018-8", True),
    Money: ("几万", -1, 0.305, "1,23.4", "几百元", 10**13, "9" * 80),
    Enum: ("不在其中", 3, "是否"),
    int: ("很多", -1, 12.5, 10**12),
    Decimal: ("一批", -1, 10**12),
    bool: ("也许", 2, "Y/N"),
    Link: ("没有这个",),
}


def bad(said, rng: Random):
    """What this column cannot hold, and which kind of fault that is."""
    if said.required and said.kind is not Link and rng.random() < 0.3:  # a project may also be named by its title
        return None, (said.kind, "空")
    if said.kind in (str, Prose):
        return "长" * (said.longest + 1), (str, "长")
    place = rng.randrange(len(BAD[said.kind]))
    return BAD[said.kind][place], (said.kind, place)


def plant(path, rng: Random):
    """At most one fault a row, three rows in ten. Gives where they are, of what kinds, and how many sheets had rows."""
    workbook, planted, kinds, sheets = openpyxl.load_workbook(path), set(), set(), 0
    for cls in RECORDS:
        sheet = workbook[cls.label]
        heads = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
        fields = [said for said in cls.fields.values() if said.heading in heads and said.name not in NAMED_BY]
        sheets += sheet.max_row > 1
        for row in range(2, sheet.max_row + 1):
            if cls not in (Street, StreetQuota) and rng.random() < 0.3:
                said = rng.choice(fields)
                value, kind = bad(said, rng)
                sheet.cell(row, heads[said.heading]).value = value
                planted.add((cls.label, row, said.heading))
                kinds.add(kind)
    workbook.save(path)
    return planted, kinds, sheets


@pytest.mark.slow
def test_in_every_sheet_every_fault_is_named_at_its_cell_and_no_other(ws, other, tmp_path):
    kinds, sheets, seen = set(), 0, set()
    fill(ws, Random(0), projects=4, each=2)
    for seed in range(BOOKS):
        path = export_ledger(ws, tmp_path / f"{seed}.xlsx")
        planted, found, filled = plant(path, Random(20 + seed))
        plan = plan_import(other, path)
        named = [(cell.sheet, cell.row, cell.column) for cell in (*plan.errors, *plan.questions)]
        assert set(named) == planted and len(named) == len(planted) == plan.faulty + len(plan.questions)
        assert plan.read == plan.new + plan.updated + plan.unchanged + plan.faulty
        kinds, sheets, seen = kinds | found, sheets + filled, seen | {sheet for sheet, _, _ in planted}
        before = held(other)
        with pytest.raises(Refused, match="没有写入任何内容"):
            plan.carry_out(other, "陈")
        assert held(other) == before
    assert sheets >= 200 and len(kinds) >= 30
    assert seen >= CONTRACT
