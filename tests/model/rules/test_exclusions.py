"""R13 R14: worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.policy import UNCLEAR, ReferenceTables, wording
from haicang_desk.model.records import PublicProject, Source, Spending
from tests.model.rules.asking import budget_line, case, day, gaps, levels, policy, says, yuan

FILED = {"submitted_on": day("2018-08-20")}


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"others_duty": True}, "例外"),  # R13-1 物业职责
        ({"others_duty": False, "duty_note": "老旧小区无物业"}, ""),  # R13-2
        ({"duplicates_public": True}, "例外"),  # R13-3 确认重复
        ({"others_duty": True, "duplicates_public": True}, "例外 例外"),
        ({"others_duty": None}, "硬"),
        ({"others_duty": None, "duplicates_public": None}, "硬 硬"),
    ],
)
def test_r13_two_questions(answers, level):
    assert levels(says("R13", case("服务", **FILED, **answers))) == level


def test_r13_tells_the_answer_and_the_one_wanted():
    told = [says("R13", case("服务", **FILED, others_duty=answer))[0] for answer in (True, None)]
    assert [(f.measured, f.limit, f.field) for f in told] == [
        (True, False, "others_duty"),
        (0, 1, "others_duty"),
    ]


def test_r13_many_hits_are_counted_and_three_named():
    roads = tuple(replace(ROAD, name=f"霞阳路人行道改造{n}标") for n in "一二三四")
    asked = case("工程", **FILED, title="霞阳路人行道改造")
    (found,) = says("R13", asked, standing=ReferenceTables(public_projects=roads))
    assert (found.measured, found.limit, found.message.count("标”")) == (4, 0, 3)
    assert found.field == "duplicate_note"
    assert says("R13", case("工程", title="霞阳路人行道改造"), standing=ReferenceTables(public_projects=roads)) == []


def test_r13_how_like_is_a_parameter():
    alike = ReferenceTables(public_projects=(PublicProject(name="甲乙丙丁戊"),))
    asked = case("工程", **FILED, title="甲乙丙子丑", place="别处")
    assert levels(says("R13", asked, standing=alike)) == "硬"  # 恰为五分之三
    assert says("R13", asked, standing=alike, by=policy(duplicate_similarity="4/5")) == []


def test_r13_a_draft_may_leave_them_unanswered():
    assert says("R13", case("服务", others_duty=None, duplicates_public=None)) == []
    assert levels(says("R13", case("服务", others_duty=True))) == "例外"


ROAD = PublicProject(name="霞阳路人行道提升改造工程", place="霞阳路", state="在建")


@pytest.mark.parametrize(
    ("public", "said", "level"),
    [
        (ROAD, {"title": "霞阳路人行道改造"}, "硬"),  # R13-3 须人工结论
        (ROAD, {"title": "霞阳路人行道改造", "duplicate_note": "不同路段，陈某核对"}, ""),
        (ROAD, {"title": "霞阳路人行道改造", "duplicates_public": True}, "例外"),
        (ROAD, {"title": "老人灶", "place": "霞阳路 12 号"}, "硬"),  # 同地点
        (ROAD, {"title": "老人灶"}, ""),
        (PublicProject(name="霞阳路人行道改造", state="建成"), {"title": "霞阳路人行道改造"}, ""),
        (PublicProject(name="新垵村排水沟整治"), {"title": "新垵村排水沟整修"}, "硬"),
    ],
)
def test_r13_hits_on_the_list_are_cleared_by_a_person(public, said, level):
    standing = ReferenceTables(public_projects=(public,))
    assert levels(says("R13", case("工程", **FILED, **said), standing=standing)) == level


@pytest.mark.parametrize(
    ("content", "source", "level", "gap"),
    [
        ("居委会办公电脑", Source.SPECIAL, "硬", ["6,000.00"]),  # R14-1
        ("居委会办公电脑", Source.SELF_RAISED, "提", []),  # R14-2
        ("节日慰问金", Source.SPECIAL, "硬", ["6,000.00"]),  # R14-3
        ("外请讲师课酬", Source.SPECIAL, "提", []),  # R14-4
        ("外请讲师课酬", Source.SELF_RAISED, "", []),
        ("办公经费", Source.SPECIAL, "硬", ["6,000.00"]),  # V20
        ("办公经费", Source.SELF_RAISED, "提", []),
        ("办公经费", Source.MATCHING, "硬", ["6,000.00"]),
        ("办公经费", Source.OTHER_FISCAL, "提", []),
        ("志愿者补贴", Source.SPECIAL, "提", []),
        ("更换楼道灯", Source.SPECIAL, "", []),
        ("福利院慰问演出", Source.SPECIAL, "", []),
    ],
)
def test_r14_special_money_and_banned_expenses(content, source, level, gap):
    line = budget_line(content, "6000", source=source)
    found = says("R14", case("服务", budget_lines=(line,)))
    assert (levels(found), gaps(found)) == (level, gap)
    assert all(f.limit == (0 if level == "硬" else None) for f in found)


def test_r14_a_line_of_nothing_is_banned_by_its_words():
    (found,) = says("R14", case("服务", budget_lines=(budget_line("办公经费", "0"),)))
    assert (found.severity.label, found.shortfall) == ("硬", None)


def test_r14_reads_the_subject_too_and_a_note_clears_what_is_unclear():
    assert levels(says("R14", case("服务", budget_lines=(budget_line("十二月", "1", subject="奖金"),)))) == "硬"
    explained = budget_line("外请讲师课酬", "3000", note="社区教育学院讲师，每课时 300 元")
    assert says("R14", case("服务", budget_lines=(explained,))) == []
    unexcused = budget_line("年终奖", "3000", note="说明不免除禁止用途")
    assert levels(says("R14", case("服务", budget_lines=(unexcused,)))) == "硬"


def test_r14_looks_at_what_was_spent_as_well():
    spent = Spending(id="x", content="过节费", amount=yuan("500"), source=Source.SPECIAL)
    (found,) = says("R14", case("服务", spending=(spent,)))
    assert found.field == "spending"
    assert found.message == (
        "支出“过节费”500.00 元属福利补助，资金来源为区级专项资金，专项资金不得列支，应删除或改由村居自筹"
    )


def test_of_several_unclear_words_the_longest_is_named():
    assert wording().judge("误餐和评委劳务费") == (UNCLEAR, "评委劳务费")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("以奖代补资金", None),
        ("误餐补助", UNCLEAR),
        ("志愿者补贴", UNCLEAR),
        ("困难补助", "福利补助"),
        ("评委劳务费", UNCLEAR),
        ("办公室", None),
        ("办公室办公用品", "办公经费"),
        ("补贴和津贴", "津贴"),
        ("", None),
    ],
)
def test_words_are_read_longest_first_and_once(text, kind):
    judged = wording().judge(text)
    assert (judged[0] if judged else None) == kind
