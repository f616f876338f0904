"""R13 R14: worked examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from haicang_desk.model.policy import Ban, PolicyText, ReferenceTables, book_of_files
from haicang_desk.model.policy.word_lists import Wording
from haicang_desk.model.records import PublicProject, Source, Spending
from haicang_desk.model.values import Money, Refused
from tests.model.rules.asking import approval, budget_line, case, day, gaps, levels, policy, says, yuan

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
    found = banned(budget_line(content, "6000", source=source))
    assert (levels(found), gaps(found)) == (level, gap)
    assert all((f.measured, f.limit) == (600_000, 0) for f in found)


def banned(*lines, spending=()):
    """What R14 says of the words of lines that add up to the plan."""
    plan = {s.code: Money(sum(line.amount for line in lines if line.source is s)) for s in Source}
    return says("R14", case("服务", **plan, budget_lines=lines, spending=spending))


def test_r14_a_line_of_nothing_is_banned_by_its_words():
    (found,) = banned(budget_line("办公经费", "0"))
    assert (found.severity.label, found.shortfall) == ("硬", None)


def test_r14_reads_the_subject_too_and_a_note_clears_what_is_unclear():
    assert levels(banned(budget_line("十二月", "1", subject="奖金"))) == "硬"
    explained = budget_line("外请讲师课酬", "3000", note="社区教育学院讲师，每课时 300 元")
    assert banned(explained) == []
    unexcused = budget_line("年终奖", "3000", note="说明不免除禁止用途")
    assert levels(banned(unexcused)) == "硬"


NEVER = ["工资", "薪酬", "绩效", "社保", "社会保险", "高温费", "购物卡", "慰问金", "助学金", "奖学金", "体检费"]
EXPLAINED = ["办公用品", "办公桌", "电脑", "打印机", "水电费", "话费", "差旅费", "办公室装修"]


@pytest.mark.parametrize("word", NEVER)
def test_r14_bonuses_and_welfare_are_banned_whatever_is_explained(word):
    for note in ("", "发给困难群众"):
        (found,) = banned(budget_line(f"三月{word}", "100", note=note))
        assert (found.severity.label, f"含“{word}”" in found.message) == ("硬", True)
    (found,) = banned(budget_line(f"三月{word}", "100", source=Source.SELF_RAISED))
    assert found.severity.label == "提"


@pytest.mark.parametrize("word", EXPLAINED)
def test_r14_what_an_office_uses_may_serve_residents_if_that_is_said(word):
    content = f"阅览室{word}"
    for said, level in (
        ({}, "硬"),
        ({"note": " "}, "硬"),
        ({"note": "供居民查阅资料"}, "提"),
        ({"source": Source.SELF_RAISED}, "提"),
        ({"source": Source.SELF_RAISED, "note": "供居民查阅资料"}, ""),
    ):
        assert levels(banned(budget_line(content, "100", **said))) == level, said
    for own in (f"居委会{word}", f"村委会{word}", f"两委{word}"):
        assert levels(banned(budget_line(own, "100", note="供居民查阅资料"))) == "硬"


@pytest.mark.parametrize("word", ["旅游", "参观考察", "参观学习", "外地考察"])
def test_r14_travel_is_told_until_it_is_explained(word):
    assert levels(banned(budget_line(word, "100"))) == "提"
    assert banned(budget_line(word, "100", note="骨干学习外地做法，行程附后")) == []


@pytest.mark.parametrize("content", ["第三方绩效评价", "社保宣传折页", "社会保险政策宣讲", "楼道灯", "活动室桌椅"])
def test_r14_words_that_only_look_alike_are_left_alone(content):
    assert banned(budget_line(content, "100")) == []


def with_own(path):
    """The word lists of the program with those of an office's file."""
    shipped = next(each for each in book_of_files().texts if each.name == "words.toml" and each.shipped)
    return Wording.of_texts(shipped, PolicyText(path.name, False, path.read_text(encoding="utf-8"), path.parent))


def test_r14_an_office_may_add_words(tmp_path):
    own = tmp_path / "words.toml"
    own.write_text("", encoding="utf-8")
    assert with_own(own).judge("广场舞服") is None
    own.write_text('unclear = ["广场舞服"]\noverhead = ["协调费"]\n[banned]\n"福利补助" = ["月饼"]\n', encoding="utf-8")
    added = with_own(own)
    assert added.judge("广场舞服").ban is Ban.UNCLEAR
    assert added.judge("中秋月饼") == (Ban.BANNED, "福利补助", "月饼")
    assert "协调费" in added.overhead and "管理费" in added.overhead
    own.write_text('exempt = ["工资"]\n', encoding="utf-8")
    assert with_own(own).judge("农民工工资") is None  # 街道写明的优先


@pytest.mark.parametrize(
    "text", ["banned = 3", 'unclear = "月饼"', "unclear = [1]", "unclear = [", '[banned]\nx = "月饼"']
)
def test_r14_a_word_list_of_another_form_is_named(tmp_path, text):
    own = tmp_path / "words.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=r"请仿照随程序的 words\.toml 改正，或移走它"):
        with_own(own)


def test_r14_the_lines_of_each_source_are_its_figure_in_the_plan():
    """专项 60,000、捐赠 40,000；预算行 65,000 和 40,000。"""
    plan = {"special": yuan("60000"), "donated_cash": yuan("40000"), **FILED}
    given = budget_line("物料", "40000", source=Source.DONATED_CASH)
    for amount, gap in (("60000", []), ("65000", ["5,000.00"]), ("59999.99", ["0.01"])):
        asked = case("服务", **plan, budget_lines=(budget_line("材料", amount), given))
        found = says("R14", asked)
        assert (levels(found), gaps(found)) == ("提" if gap else "", gap)
        decided = replace(asked, approvals=(approval(),))
        assert levels(says("R14", decided)) == ("提" if gap else "")
        being_approved = replace(asked, approvals=(replace(approval(), id=""),))
        assert levels(says("R14", being_approved)) == ("硬" if gap else "")
        assert all((f.measured, f.limit) == (int(yuan(amount)), 6_000_000) for f in found)


def test_r14_a_source_without_lines_is_missing():
    asked = case("服务", special=yuan("60000"), matching=Money(1), budget_lines=(budget_line("材料", "60000"),))
    assert gaps(says("R14", asked)) == ["0.01"]


def test_r14_a_plan_without_any_lines_is_told_once_it_is_filed():
    assert says("R14", case("服务", special=yuan("60000"))) == []
    filed = case("服务", special=yuan("60000"), **FILED)
    being_approved = replace(filed, approvals=(replace(approval(), id=""),))
    for asked in (filed, being_approved):
        (found,) = says("R14", asked)
        assert (found.severity.label, found.measured, found.limit) == ("提", 0, 6_000_000)
    assert says("R14", case("服务", **FILED)) == []


def test_r14_looks_at_what_was_spent_as_well():
    spent = Spending(id="x", content="过节费", amount=yuan("500"), source=Source.SPECIAL)
    (found,) = banned(spending=(spent,))
    assert found.field == "spending"
    assert found.message == (
        "支出“过节费”500.00 元含“过节费”，属福利补助，资金来源为区级专项资金，专项资金不得列支，应删除或改由村居自筹"
    )


def test_of_several_unclear_words_the_longest_is_named():
    assert book_of_files().words().judge("误餐和评委劳务费") == (Ban.UNCLEAR, "", "评委劳务费")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("以奖代补资金", None),
        ("误餐补助", ""),
        ("志愿者补贴", ""),
        ("困难补助", "福利补助"),
        ("评委劳务费", ""),
        ("办公室", None),
        ("办公室办公用品", "办公经费"),
        ("补贴和津贴", "津贴"),
        ("", None),
    ],
)
def test_words_are_read_longest_first_and_once(text, kind):
    judged = book_of_files().words().judge(text)
    assert (judged.kind if judged else None) == kind
