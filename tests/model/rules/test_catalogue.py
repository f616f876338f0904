"""The catalogue of rules as a whole: declarations, codes, clauses that the policy has, and the wording of findings."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from haicang_desk.model.balances import Balance, Register
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.findings import Finding, Severity
from haicang_desk.model.policy import ReferenceTables, policy_for
from haicang_desk.model.records import (
    RULE_CODES,
    Category,
    Consulted,
    ImplementerKind,
    Inspection,
    InspectionKind,
    NoticeKind,
    PaidFrom,
    Prose,
    Settlement,
    TakingPart,
    Urgency,
    Waiver,
    YearPlan,
)
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.rules import (
    CANDIDATES,
    RULES,
    RuleContext,
    SplitCandidate,
    StreetRuleContext,
    VillageRuleContext,
    engine,
    project_findings,
    street_findings,
    village_findings,
)
from haicang_desk.model.rules.engine import CONVENTIONS, SCOPES, answering_record, needs_of, rule
from haicang_desk.model.rules.funding_limits import within_cap
from haicang_desk.model.values import Money
from haicang_desk.model.workflow import STEPS
from tests.model.rules import asking
from tests.model.rules.asking import (
    STREET,
    VILLAGE,
    appointment,
    approval,
    case,
    filing,
    gift,
    notice,
    paid,
    places,
    progress,
    settlement,
    sums,
    yuan,
)
from tests.model.rules.test_guards import GUARDS

CODES = sorted({code for code, _ in GUARDS} | set(CONVENTIONS))
RULES_FOLDER = Path(__file__).parents[3] / "src/haicang_desk/model/rules"


def test_every_code_has_a_rule_or_a_reason():
    assert {r.code for r in RULES} | set(CONVENTIONS) == set(RULE_CODES) >= set(CODES)
    assert not {r.code for r in RULES} & set(CONVENTIONS)


@pytest.mark.parametrize("entered", RULES, ids=lambda r: f"{r.code}-{r.check.__name__}")
def test_a_rule_guards_steps_that_exist_and_has_a_scope(entered):
    assert entered.before <= set(STEPS)
    assert entered.scope in SCOPES
    assert entered.title and entered.title == entered.title.strip()


@pytest.fixture
def catalogue(monkeypatch):
    """An empty catalogue of rules in place of the program's."""
    rules = []
    monkeypatch.setattr("haicang_desk.model.rules.engine.RULES", rules)
    monkeypatch.setattr("haicang_desk.model.rules.engine.RULE_CODES", [])
    yield rules
    needs_of.cache_clear()


def silent(context):
    """A check that finds nothing."""
    return iter(())


def test_a_check_is_declared_once_for_each_code_and_scope(catalogue):
    for code, scope in (("R01", "project"), ("R01", "village"), ("R02", "project")):
        assert rule(code, "单项上限", scope=scope, clause="五")(silent) is silent
        with pytest.raises(ValueError, match=f"rule {code} silent is already declared"):
            rule(code, "单项上限", scope=scope, clause="五")(silent)

    def other(context):
        return iter(())

    rule("R01", "单项上限", clause="五", before=("submit",))(other)
    assert [(r.code, r.scope, r.before) for r in catalogue] == [
        ("R01", "project", frozenset()),
        ("R01", "village", frozenset()),
        ("R02", "project", frozenset()),
        ("R01", "project", {"submit"}),
    ]


def test_the_rules_of_a_code_stand_in_one_module(catalogue):
    """The approval form prints the titles of a code in the order of declaration, whatever is imported first."""
    rule("R01", "单项上限", clause="五")(silent)
    with pytest.raises(ValueError, match="rules of R01 must stand in one module"):
        rule("R01", "核定总资金容得下财政资金", clause="五")(within_cap)


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({}, "either a parameter or a clause"),
        ({"clause": "五", "parameter": "cap_works"}, "either a parameter or a clause"),
        ({"clause": "五", "about": ("settlement",)}, "settlement"),
        ({"clause": "五", "scope": "street", "before": ("approve",), "collects": (Inspection,)}, "guards no step"),
        ({"clause": "五", "collects": (Inspection,)}, "is for no project"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(catalogue, declared, fault):
    with pytest.raises(ValueError, match=fault):
        rule("R01", "单项上限", **declared)(silent)
    assert not catalogue


def test_a_new_rule_has_a_clause_a_waiver_code_and_a_place_to_be_put_right(catalogue):
    rule("R35", "新规则", parameter="cap_works", answered_by=Settlement)(silent)
    assert [str(each.clause_in(asking.POLICY)) for each in catalogue] == ["厦海政办〔2018〕63号三（三）第2段"]
    assert answering_record("R35") is Settlement and answering_record("R35", "street") is None
    assert engine.RULE_CODES == ["R35"]
    assert Waiver.fields["rule"].among is RULE_CODES
    assert Waiver.fields["rule"].hint_text == f"{RULE_CODES[0]} 至 {RULE_CODES[-1]}"


@pytest.mark.parametrize("declared", RULES, ids=lambda r: f"{r.code}-{r.check.__name__}")
def test_a_rule_rests_on_a_parameter_or_a_clause_of_the_policy(declared):
    assert declared.clause_in(asking.POLICY).place in places()


def test_a_rule_is_not_run_where_what_it_collects_was_not_collected():
    """Else a street without known inspections or starts would be told that it has none."""
    common = {"street": STREET, "register": Register(2018, Balance(name="新阳街道"), {}), "policy": asking.POLICY}
    year = {"today": date(2018, 12, 31), "year": 2018}
    known = StreetRuleContext(**common, **year, collected=asking.NOTHING_COLLECTED)
    unknown = StreetRuleContext(**common, **year)
    assert {f.rule for f in street_findings(known)} >= {"R08", "R26", "R27", "R28"}
    assert {f.rule for f in street_findings(unknown)} == {"R08"}
    assert street_findings(unknown, one_project=True) == []


@pytest.mark.parametrize("declared", [r for r in RULES if r.collects], ids=lambda r: f"{r.code}-{r.check.__name__}")
def test_a_rule_reads_only_what_it_declares_to_collect(declared):
    nothing = {need: None if getattr(need, "join", None) else () for need in declared.collects}
    common = {"policy": asking.POLICY, "year": 2018, "collected": nothing}
    register = Register(2018, Balance(name="新阳街道"), {})
    for today in (date(2018, 5, 2), date(2018, 12, 31), date(2019, 2, 1)):
        context = (
            StreetRuleContext(street=STREET, register=register, today=today, **common)
            if declared.scope == "street"
            else VillageRuleContext(village=VILLAGE, balance=register.street, today=today, **common)
        )
        list(declared.check(context))


@pytest.mark.parametrize(
    ("number", "granted", "named"),
    [
        (" 会议纪要 3 号", "2018-08-25", "会议纪要 3 号"),
        ("会议纪要 3 号", "2018-09-01", "会议纪要 3 号"),  # 审批当日
        ("会议纪要 3 号", "2018-09-02", None),  # 审批之后才批准的例外
        ("会议纪要 3 号", "2018-12-31", None),
        ("会议纪要 3 号", None, None),
        (" ", "2018-08-25", None),
    ],
)
def test_leave_excuses_by_its_number_from_its_day_on_and_before_the_step_that_it_is_for(number, granted, named):
    leave = Waiver(rule="R13", authority="新阳街道办事处", number=number, granted_on=granted and asking.day(granted))
    asked = case(
        "服务",
        submitted_on=date(2018, 8, 20),
        others_duty=True,
        waivers=(leave,),
        approvals=(approval("2018-09-01"),),
    )
    found = project_findings(RuleContext(case=asked, policy=asking.POLICY, today=asking.TODAY))
    excused = {f.excused_by for f in found if f.severity is Severity.EXCEPTION}
    assert excused == {named}
    warned = [f.message for f in found if f.rule == "R34" and f.severity is Severity.WARN]
    assert any("例外批准" in message and "不起作用" in message for message in warned) == (named is None)
    unasked = [f.message for f in found if f.severity is Severity.EXCEPTION and "请登记例外批准" in f.message]
    assert bool(unasked) == (named is None)
    assert {f.excused_by for f in found if f.severity is not Severity.EXCEPTION} <= {None}
    assert {(f.scope, f.subject, f.title, f.project_id) for f in found} == {
        ("project", asked.project.code, asked.project.title, "p1")
    }


def test_every_place_a_parameter_rests_on_is_in_the_policy():
    known = places()
    assert {p.place for p in policy_for(2018).parameters.values()} <= known


def test_every_place_a_rule_cites_is_in_the_policy():
    cited = set()
    for path in RULES_FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                cited |= set(re.findall(r"^[一二三四五](?:\([一二三四五六]\))?¶\d+$", node.value))
    assert cited and cited <= places()


def test_no_figure_of_the_policy_stands_in_a_rule():
    """Small counts are arithmetic; a limit, a share or a term is the rule set's to say."""
    for path in RULES_FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value not in SMALL:
                raise AssertionError(f"{path.name}:{node.lineno} {node.value}")


SMALL = {0, 1, 2, 3, 4, 5, 6, 12, 31}  # 5, 6, 12, 31: first days of phases and months


def worst() -> Casefile:
    """A works project with everything wrong at once."""
    return case(
        "工程",
        **sums(special="500000", matching="300000", other_fiscal="1", donated_goods="5", labour="10", self_raised="1"),
        submitted_on=date(2018, 8, 9),
        fund_year=2019,
        advance_paid=True,
        mandatory_standard=True,
        others_duty=True,
        duplicates_public=None,
        urgency=Urgency.URGENT,
        opinions=(asking.opinion(Consulted.RESIDENTS, people=2, opposed=2),),
        notices=(
            notice("2018-08-01", "2018-08-09", shown_total=Money(1), objection=Prose("不妥")),
            notice(
                "2018-12-01", "2018-12-02", kind=NoticeKind.COMPLETION, shown_total=Money(1), objection=Prose("不妥")
            ),
            notice("2018-12-01", "2018-12-02", kind=NoticeKind.SURVEY),
        ),
        approvals=(approval("2018-09-03", handler="林", approver="林"),),
        filings=(filing("2018-09-01", "2018-08-30"),),
        appointments=(
            appointment(
                "2018-08-29", basis="", price=yuan("9000000"), kind=ImplementerKind.ENTERPRISE, due_on=date(2018, 9, 1)
            ),
        ),
        participations=(gift("10", None, TakingPart.LABOUR, people=1, workdays=2, price=yuan("1")),),
        progress=tuple(
            progress(event, "2018-08-01" if event is ProgressEvent.START else "2019-12-31")
            for event in (ProgressEvent.START, ProgressEvent.COMPLETE, ProgressEvent.ACCEPT, ProgressEvent.CLOSE)
        ),
        disbursements=(
            paid("900000", "2018-08-01", "某公司", handler="林", approver="林"),
            paid("900000", "2019-12-31", source=PaidFrom.MATCHING),
        ),
        settlements=(settlement(special="500000", matching="1", labour="10"),),
        budget_lines=(
            asking.budget_line("居委会办公电脑", "1", category=Category.GOODS),
            asking.budget_line("误餐", "1", category=Category.SERVICE),
        ),
    )


def everything_said() -> list[Finding]:
    """Findings of every rule that the worst project, village and street bring out, before and after each stage."""
    said: list[Finding] = []
    whole = worst()
    drafted = replace(whole, approvals=(replace(whole.approvals[0], id=""),), filings=(), progress=(), settlements=())
    balance = Balance(
        name="霞阳社区", quota=Money(1), projects=5, works_projects=5, committed=Money(9), special=Money(9),
        total=Money(9), works_goods_total=Money(9), works_goods_fiscal=Money(9),
    )  # fmt: skip
    register = Register(2019, balance, {VILLAGE.id: balance})
    service = case(
        "服务", **sums(special="200000", other_fiscal="60000", overhead="30000"), submitted_on=date(2018, 8, 9)
    )
    for policy in (asking.POLICY, asking.policy(works_ratio_scope="village_year", self_raised_counts=False)):
        common = {"policy": policy, "today": date(2020, 1, 10)}
        for one in (whole, drafted, service, replace(whole, filings=(), appointments=())):
            scene = RuleContext(case=one, street=STREET, register=register, **common)
            said += project_findings(scene)
        pieces = tuple(SplitCandidate(f"东社路灯{n}期", "", Category.WORKS, yuan("300000")) for n in "一二")
        village = VillageRuleContext(
            village=VILLAGE, balance=balance, year=2019, collected={CANDIDATES: pieces}, **common
        )
        said += village_findings(village)
        for year, plan in ((2019, None), (2018, YearPlan(fund_year=2018, closed_on=date(2018, 12, 31)))):
            checks = tuple(
                Inspection(
                    id=kind.code, kind=kind, inspected_on=date(year, 9, 1), problem=Prose("乱"), due_on=date(year, 9, 2)
                )
                for kind in InspectionKind
            )
            street = StreetRuleContext(
                street=STREET, register=Register(year, replace(balance, quota=None if year == 2018 else Money(1)), {}),
                policy=policy, today=date(year, 12, 31) if year == 2018 else date(2020, 1, 10), year=year,
                collected={**asking.NOTHING_COLLECTED, Inspection: checks}, standing=ReferenceTables(plan=plan),
            )  # fmt: skip
            said += street_findings(street)
    return said


SAID = everything_said()


def test_the_worst_brings_out_nearly_every_rule():
    assert set(CODES) - set(CONVENTIONS) - {f.rule for f in SAID} <= {"R25", "R26"} | {"R33"}


@pytest.mark.parametrize("code", sorted({f.rule for f in SAID}))
def test_a_message_is_one_sentence_with_figures_and_a_cure(code):
    for found in (f for f in SAID if f.rule == code):
        message = found.message
        assert not re.search(r"[!！。\n]", message), message
        assert not re.search(r"错误|失败|非法|None|True|False|R\d\d", message), message
        assert message == message.strip() and not message.endswith(("，", "；", "、")), message
        assert found.clause.place in places()
        if found.shortfall is not None:
            assert f"{found.shortfall} 元" in message, message
        assert re.search(r"应|请|可|须", message), message


def test_a_finding_names_the_check_that_gave_it():
    declared = {(rule.code, rule.title) for rule in RULES}
    closer = {
        ("R12", amiss) for amiss in ("尚未开展", "尚未完工", "尚未完成", "逾期办成", "临近完工", "临近按约定完工")
    }
    assert {(found.rule, found.check) for found in SAID} <= declared | closer


def test_measured_and_limit_are_plain_values_of_one_kind():
    for found in SAID:
        assert type(found.measured) in (int, str, bool), found
        assert type(found.limit) is type(found.measured), found
        if isinstance(found.measured, str) and "/" in found.measured:
            assert re.fullmatch(r"\d+/\d+", str(found.limit)), found


OF_MONEY = ("R01", "R02", "R03", "R04", "R07", "R09", "R10", "R11", "R14", "R19", "R29")


@pytest.mark.parametrize("code", OF_MONEY)
def test_of_money_measured_and_limit_are_of_one_unit_and_differ(code):
    """Fen and fen, a share and a share, a day and a day; nothing is left out."""
    said = [found for found in SAID if found.rule == code]
    assert said
    for found in said:
        assert type(found.measured) is type(found.limit) and found.measured != found.limit, found.message


def test_a_field_to_mark_is_a_field_of_some_record():
    assert {found.field for found in SAID} <= asking.MARKED


def test_levels_are_those_of_the_domain():
    """硬 for what the policy forbids, 例外 for what it holds in principle, 提 for what no one project can mend."""
    seen = {code: {f.severity for f in SAID if f.rule == code} for code in CODES}
    assert Severity.BLOCK in seen["R01"] & seen["R02"] & seen["R14"] & seen["R29"]
    for code in ("R05", "R06"):
        assert seen[code] == {Severity.WARN, Severity.EXCEPTION}
    for code in ("R10", "R12", "R22", "R30"):
        assert seen[code] == {Severity.WARN}
    assert seen["R23"] == {Severity.WARN, Severity.INFO}
    assert seen["R28"] == {Severity.INFO}
