"""The agenda: findings of one kind are one item, the gap stands first, and what cannot wait comes before the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.records import (
    Appointment,
    Approval,
    Filing,
    FilingResult,
    ImplementerKind,
    Link,
    Notice,
    NoticeKind,
)
from haicang_desk.model.rules import RULES
from haicang_desk.model.services import Deadline, agenda_of, check_with_carried_over, deadlines_of, save
from haicang_desk.model.services.agenda import of_deadlines, of_findings
from haicang_desk.model.services.agenda_words import amiss
from haicang_desk.model.store import sums_by_stage
from haicang_desk.model.values import Money

TODAY = date(2018, 11, 29)


def found(title="渔村讲解员培养", **unlike):
    usual = {
        "severity": Severity.BLOCK,
        "rule": "R01",
        "check": "单项上限",
        "scope": "project",
        "title": title,
        "project_id": title,
        "message": "专项资金合计 210,000.00 元，单项上限 200,000.00 元，超出 10,000.00 元，应改由村居自筹解决",
        "shortfall": Money(1_000_000),
    }
    return Finding(**{**usual, **unlike})


def late(title, due, *, check="尚未完工", today=TODAY):
    return found(
        title, severity=Severity.WARN, rule="R12", check=check, shortfall=None, message="",
        measured=today.isoformat(), limit=due.isoformat(),
    )  # fmt: skip


@pytest.fixture
def agenda(ws):
    def ask(today=TODAY, year=2018):
        findings = check_with_carried_over(ws, year, today)
        return agenda_of(
            ws, year, today, findings=findings, deadlines=deadlines_of(ws, year), sums=sums_by_stage(ws.conn, year)
        )

    return ask


def test_one_finding_has_its_project_and_its_missing_yuan_first_and_its_whole_sentence_below():
    (item,) = of_findings([found()], TODAY)
    assert item.title == "渔村讲解员培养：超出单项上限 10,000.00 元"
    assert item.detail == found().message and item.action == "去改" and item.level == "block"


def test_a_verb_that_a_sum_follows_falls_away_where_there_is_no_sum():
    unlike = {"rule": "R14", "check": "专项资金禁止用途", "message": "预算行含“补贴”"}
    (item,) = of_findings([found(**unlike, shortfall=None)], TODAY)
    assert item.title == "渔村讲解员培养：预算含禁止或易混淆的用途"
    (item,) = of_findings([found(**unlike)], TODAY)
    assert item.title == "渔村讲解员培养：预算含禁止或易混淆的用途，涉及 10,000.00 元"


def test_findings_of_one_kind_are_one_item_with_their_sum_and_the_largest_first():
    (item,) = of_findings([found(), found("亲子阅读", shortfall=Money(2_000_000))], TODAY)
    assert item.title == "2 项超出单项上限，共 30,000.00 元"
    assert item.detail == "亲子阅读 20,000.00 元 · 渔村讲解员培养 10,000.00 元"
    assert item.projects == ("亲子阅读", "渔村讲解员培养") and item.action == "看这 2 项"


def test_a_warning_is_another_kind_than_what_bars():
    titles = {item.title for item in of_findings([found(), found("亲子阅读", severity=Severity.WARN)], TODAY)}
    assert titles == {
        "渔村讲解员培养：超出单项上限 10,000.00 元",
        "亲子阅读：总资金超出单项上限，超出的由村居自筹 10,000.00 元",
    }


def test_a_sum_follows_its_verb_in_one_and_in_several():
    one = found("下埭村", rule="R06", check="服务类项目资金占比", scope="village", project_id="", subject="下埭村")
    two = replace(one, title="枫林社区", subject="枫林社区")
    assert of_findings([one], TODAY)[0].title == "下埭村：服务类资金不够，差 10,000.00 元"
    assert of_findings([one, two], TODAY)[0].title == "2 个村居服务类资金不够，共差 20,000.00 元"


def test_a_missing_count_is_said_as_the_rule_says_it():
    short = found(
        shortfall=None, rule="R05", check="服务类项目数占比", message="服务类 1 项，共 4 项，缺 1 项，可增服务类"
    )
    assert of_findings([short], TODAY)[0].title == "渔村讲解员培养：服务类项目数不够，缺 1 项"


def test_days_are_told_of_one_and_the_worst_of_several_and_a_project_counts_once():
    one, two = late("步道", date(2018, 9, 27)), late("管网", date(2018, 10, 11))
    assert of_findings([one], TODAY)[0].title == "步道：尚未完工，逾期 63 天"
    (item,) = of_findings([one, two, late("步道", date(2018, 10, 30))], TODAY)
    assert item.title == "2 项尚未完工，最久逾期 63 天" and item.detail == "步道 63 天 · 管网 49 天"
    assert item.due == date(2018, 9, 27)
    ahead = [late(name, date(2018, 12, 6), check="临近完工") for name in "甲乙丙丁"]
    (item,) = of_findings(ahead, TODAY)
    assert item.title == "4 项临近完工期限，最近的还有 7 天"
    assert item.detail == "甲 7 天 · 乙 7 天 · 另 2 项"


def test_what_is_only_listed_and_what_is_excused_asks_for_nothing():
    assert of_findings([found(severity=Severity.INFO), found(excused_by="纪要 3 号")], TODAY) == []


def test_what_a_deadline_says_is_not_said_twice(ws, agenda):
    items = agenda(date(2018, 11, 1))
    assert [item.title for item in items if "季度" in item.title] == ["第 3 季度报告：逾期 27 天"]


def test_duties_from_before_the_ledger_are_folded_into_one():
    early = [Deadline(f"第 {n} 季度报告", date(2018, 3 * n, 5), "R26", before_ledger=True) for n in (1, 2)]
    ahead = Deadline("下半年自查", date(2018, 12, 31), "R22")
    folded, ahead_item = sorted(
        of_deadlines([*early, ahead], date(2018, 12, 20)), key=lambda item: item.due is not None
    )
    assert folded.title == "2 件事在本台账建立前到期，如已办请登记" and folded.level == "info" and folded.due is None
    assert ahead_item.title == "下半年自查：还有 11 天"
    assert not any("238" in item.title or item.level == "exception" for item in (folded, ahead_item))


def test_a_project_waits_for_one_step_after_the_other(ws, village, kept, agenda):
    def titles():
        return [item.title for item in agenda() if item.step or item.kind == "待拨付"]

    projects = [kept(code=f"A-{n}", title=f"项目{n}") for n in (1, 2)]
    posted = [
        Notice(
            kind=NoticeKind.PROJECT,
            project=Link(each.id),
            village=Link(village.id),
            posted_on=date(2018, 10, 1),
            ends_on=date(2018, 10, 8),
        )
        for each in projects
    ]
    save(ws, posted, action="公示", person="陈")
    assert titles() == ["2 项公示期满，可以申报"]
    save(ws, [replace(each, submitted_on=date(2018, 10, 9)) for each in projects], action="申报", person="陈")
    assert titles() == ["2 项已申报，待审批"]
    save(ws, [Approval(project=Link(p.id), decided_on=date(2018, 10, 10)) for p in projects], action="批", person="陈")
    assert titles() == ["2 项已审批，待报送备案"]
    (sent,) = save(ws, [Filing(project=Link(projects[0].id), sent_on=date(2018, 10, 11))], action="报", person="陈")
    assert titles() == ["1 项已审批，待报送备案", "1 项已报送，待登记备案"]
    lodged = replace(sent, result=FilingResult.LODGED, lodged_on=date(2018, 10, 12))
    save(ws, [lodged], action="备案", person="陈")
    assert "1 项待拨付，共 6.00 万元" in titles()
    appointed = Appointment(
        project=Link(projects[0].id), appointed_on=date(2018, 10, 15), implementer="社", kind=ImplementerKind.SOCIAL
    )
    save(ws, [appointed], action="定", person="陈")
    assert "1 项已备案，待确定实施主体" not in [item.title for item in agenda()]


def test_what_stops_a_step_comes_first_then_what_is_due(ws, kept, agenda):
    kept(code="A-1", special=Money(45_000_000), submitted_on=date(2018, 8, 1))
    items, today = agenda(), TODAY
    order = [(item.level not in ("block", "exception"), item.due is None) for item in items]
    assert order == sorted(order) and items[0].pressing(today)
    assert not items[-1].pressing(today)


def test_every_check_is_said_in_words_of_its_own_and_a_new_one_by_its_title():
    for rule in RULES:
        if (rule.code, rule.title) in {("R12", "开展、完工时限"), ("R12", "逾期原因")} or rule.scope == "street":
            continue
        assert "“" not in amiss(found(rule=rule.code, check=rule.title)), rule.title
    assert amiss(found(rule="R99", check="遮阴")) == "“遮阴”要处理"
