"""The text of the scheme: whole, in its paragraphs, and found by clause."""

from __future__ import annotations

from haicang_desk.model.policy import NUMBER, paragraph_at, policy_for, policy_text, typeset
from haicang_desk.model.rules import rules_by_code


def test_every_clause_is_there_once_and_in_order():
    codes = [clause.code for paragraph in policy_text() for clause in paragraph.clauses]
    assert codes == [f"C{number:03}" for number in range(1, 153)]


def test_a_paragraph_is_joined_from_its_clauses_with_full_width_marks():
    ratios = paragraph_at("三(一)¶9")
    assert ratios is paragraph_at("C061")
    assert ratios.text.startswith("原则上，各村居申报的服务类项目数占比不低于总项目数的40%，服务类项目资金占比")
    assert typeset("按照1:1的“以奖代补”(原则)") == "按照1:1的“以奖代补”（原则）"
    assert [paragraph_at(place).level for place in ("三", "三(一)¶1", "三(一)¶2", "C001")] == [1, 2, 0, -1]
    assert paragraph_at("九") is None


def test_every_parameter_and_every_rule_rests_on_a_paragraph_that_is_there():
    policy = policy_for(2018)
    assert policy.number == NUMBER
    assert all(paragraph_at(each.place) for each in policy.parameters.values())
    rules = [rule for found in rules_by_code().values() for rule in found]
    assert all(paragraph_at(rule.clause_in(policy).place) for rule in rules)
