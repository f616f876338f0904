"""The worked examples of the rules by their numbers: the twenty vectors as one table to read, the others beside theirs.

Sums are in yuan. What is expected is the mark of the level (硬 例外 提), with what is lacking, or the day.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from haicang_desk.model.balances import Balance
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.records import Source
from haicang_desk.model.values import Money, notice_end
from tests.model.rules.asking import (
    appointment,
    approval,
    budget_line,
    case,
    day,
    gaps,
    gift,
    levels,
    paid,
    progress,
    says,
    says_of_street,
    says_of_village,
    settlement,
    sums,
    yuan,
)

EXAMPLES = {  # rule -> how many worked examples it has
    "R01": 4, "R02": 4, "R03": 3, "R04": 3, "R05": 4, "R06": 3, "R07": 5, "R08": 4, "R09": 5, "R10": 2, "R11": 3,
    "R12": 7, "R13": 3, "R14": 4, "R15": 4, "R16": 4, "R17": 3, "R19": 3, "R29": 3,
}  # fmt: skip
VECTORS = 20


def funded(code, category, **sources):
    return lambda: says(code, case(category, **sums(**sources)))


def village(code, services, projects):
    return lambda: says_of_village(code, Balance(name="霞阳社区", service_projects=services, projects=projects))


def street(projects, social):
    return lambda: says_of_street("R08", Balance(name="新阳街道", projects=projects, social_projects=social))


def matched(received):
    given = (gift(received),)
    return lambda: says(
        "R09",
        case(
            "服务", matching=Money(20_000_001), charity="老人灶", submitted_on=day("2018-08-20"), participations=given
        ),
    )


def committed(amount):
    balance = Balance(name="新阳街道", quota=yuan("7500000.00"), committed=yuan("7450000.00") + yuan(amount))
    return lambda: says_of_street("R11", balance)


def appointed(category, on, event, done):
    asked = case(category, appointments=(appointment(on),), progress=(progress(event, done),))
    return lambda: says("R12", asked, today=day("2021-01-01"))


def advanced(year):
    return lambda: says("R27", case("服务", fund_year=year, advance_paid=True, submitted_on=day("2018-08-20")))


def spent(source):
    plan = {source.code: yuan("6000")}
    return lambda: says("R14", case("服务", **plan, budget_lines=(budget_line("办公经费", "6000", source=source),)))


START, COMPLETE = ProgressEvent.START, ProgressEvent.COMPLETE
TABLE = [  # number, what is asked, level expected, sum lacking or too much
    ("V01", funded("R01", "服务", special="200000.00"), "", []),
    ("V02", funded("R01", "服务", special="200000.01"), "硬", ["0.01"]),
    ("V03", funded("R02", "工程", special="400000.00", self_raised="266666.67"), "", []),
    ("V04", funded("R02", "工程", special="400000.00", self_raised="266666.66"), "硬", ["0.01"]),
    ("V05", funded("R02", "货物", special="200000.00", self_raised="133333.33"), "硬", ["0.01"]),
    ("V06", funded("R02", "货物", special="200000.00", self_raised="133333.34"), "", []),
    ("V07", village("R05", 2, 5), "", []),
    ("V08", village("R05", 2, 6), "提", []),
    ("V09", funded("R07", "服务", special="200000.00", overhead="20000.00"), "", []),
    ("V10", funded("R07", "服务", special="200000.00", overhead="20000.01"), "硬", ["0.01"]),
    ("V11", street(0, 0), "提", []),
    ("V12", street(7, 2), "提", []),
    ("V13", matched("200000.01"), "硬", ["0.01"]),
    ("V14", committed("50000.00"), "", []),
    ("V15", appointed("工程", "2019-08-31", COMPLETE, "2020-02-29"), "", []),
    ("V16", appointed("服务", "2018-08-31", START, "2018-10-01"), "提", []),
    ("V19", advanced(2018), "", []),
    ("V20", spent(Source.SPECIAL), "硬", []),
]


@pytest.mark.parametrize(("asked", "level", "gap"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_vector_has_its_verdict(asked, level, gap):
    found = asked()
    assert levels([each for each in found if each.severity.label in "硬例外提"]) == level
    assert [each for each in gaps(found) if level == "硬"][: len(gap)] == gap


def test_v17_posted_for_seven_days():
    assert notice_end(day("2018-08-01"), 7) == day("2018-08-08")
    assert notice_end(day("2018-08-01"), 7) + timedelta(1) == day("2018-08-09")


def test_v18_what_a_smaller_settlement_gives_back():
    final = settlement(special="162000.00", donated_cash="108000.00")
    asked = case("工程", **sums(special="180000", donated_cash="120000"), approvals=(approval(),), settlements=(final,))
    asked = asked.holding(gift("108000.00")).holding(paid("180000.00"))
    assert gaps(says("R29", asked)) == ["18,000.00"]


def test_v11_v12_v16_v19_v20_in_words():
    assert "本年度尚无项目，有社会力量参与的项目应不少于 1 项" in street(0, 0)()[0].message
    assert "缺 1 项" in street(7, 2)()[0].message
    assert "逾期 1 天" in appointed("服务", "2018-08-31", START, "2018-10-01")()[0].message
    assert "硬" in levels(advanced(2019)())
    assert levels(spent(Source.SELF_RAISED)()) == "提"


def test_every_worked_example_is_a_row_of_some_table():
    told = "\n".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    wanted = [f"{rule}-{n}" for rule, count in EXAMPLES.items() for n in range(1, count + 1)]
    wanted += [f"V{n:02}" for n in range(1, VECTORS + 1)]
    assert len(wanted) == 91
    assert [number for number in wanted if not re.search(rf"\b{number}\b", told)] == []
