"""Lists of projects, payments and changes: filters, orders and pages."""

from __future__ import annotations

from datetime import date

import pytest

from haicang_desk.model.records import Category, Disbursement, Link, Stage, Village
from haicang_desk.model.services import save, undo, void
from haicang_desk.model.store import (
    ProjectFilter,
    count_by_stage,
    count_changes,
    count_each,
    count_projects,
    events_of_change,
    group_projects,
    list_changes,
    list_payments,
    list_projects,
    project_ids_of,
    project_with_code,
    sorted_project_ids,
    sum_payments,
    sums_by_category,
    sums_by_stage,
)
from haicang_desk.model.store.payments import PAYMENT_ORDERS
from haicang_desk.model.store.queries import PROJECT_ORDERS
from haicang_desk.model.store.repository import SUMS_BY_VILLAGE
from haicang_desk.model.values import Money


@pytest.fixture
def three(ws, kept, village):
    """Two projects of 霞阳社区, one filed, and one of 祥露社区."""
    (other,) = save(ws, [Village(name="祥露社区", code="XLSQ")], action="登记村居", person="陈")
    lamps = kept(title="楼道照明更换", code="A-1")
    kept(
        title="老人 100% 大配餐",
        code="A-2",
        category=Category.SERVICE,
        special=Money(9_000_000),
        submitted_on=date(2018, 9, 1),
    )
    kept(title="绿化提升", code="B_1", village=Link(other.id), fund_year=2019)
    return lamps, village, other


def titles(ws, **criteria):
    return [found.title for found in list_projects(ws.conn, ProjectFilter(**criteria))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("照明", ["楼道照明更换"]),
        ("ldzm", ["楼道照明更换"]),
        ("XYSQ 配餐", ["老人 100% 大配餐"]),
        ("a-1", ["楼道照明更换"]),
        ("100%", ["老人 100% 大配餐"]),
        ("b_1", ["绿化提升"]),
        ("_", ["绿化提升"]),
        ("照明 配餐", []),
        ("' OR 1=1 --", []),
    ],
)
def test_words_are_searched_in_title_code_village_and_initials(ws, three, text, found):
    assert titles(ws, text=text) == found


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("ＡＥＤ培训", "aed"),
        ("ＡＥＤ培训", "aedpeixun"),
        ("老人(一期)照料", "老人（一期）"),
        ("\u2f7c\u2f08活动", "老人"),
        ("老\u200b人活动", "老人"),
        ("绿化提升", "lvhua"),
        ("音乐活动进社区", "yinyue"),
        ("曾厝垵路灯", "zca"),
        ("曾厝垵路灯", "cengcuo"),
        ("单大爷工作室", "sdy"),
        ("单大爷工作室", "shandaye"),
        ("乐龄食堂", "yl"),
        ("乐龄食堂", "ll"),
        ("重阳节活动", "cyj"),
        ("长庚路口袋公园", "cg lukou"),
    ],
)
def test_a_title_is_found_however_it_is_written_or_read(ws, kept, three, title, typed):
    kept(title=title, code="C-9", village=three[0].village)
    assert title in titles(ws, text=typed)


def test_another_reading_finds_no_other_title(ws, kept, three):
    """Only readings that people use are searched: 路 is not luò, 灯 not dīng."""
    kept(title="路灯", code="C-9", village=three[0].village)
    assert titles(ws, text="luodeng") == titles(ws, text="luding") == []


def test_conditions_of_a_filter_must_all_hold(ws, three):
    _, _, other = three
    assert titles(ws, year=2018) == ["楼道照明更换", "老人 100% 大配餐"]
    assert titles(ws, village=other.id) == ["绿化提升"]
    assert titles(ws, stages=(Stage.SUBMITTED,)) == ["老人 100% 大配餐"]
    assert titles(ws, categories=(Category.WORKS,), year=2018) == ["楼道照明更换"]
    assert titles(ws, only=("undisbursed",)) == []
    assert titles(ws, among=(three[0].id,)) == ["楼道照明更换"]
    assert titles(ws, among=()) == []


@pytest.mark.parametrize("order", PROJECT_ORDERS)
def test_every_order_can_be_descending(ws, three, order):
    there = [p.id for p in list_projects(ws.conn, ProjectFilter(), order=order)]
    back = [p.id for p in list_projects(ws.conn, ProjectFilter(), order=order, descending=True)]
    assert len(there) == 3
    assert set(there) == set(back)


def test_amounts_are_ordered_as_amounts(ws, three):
    found = list_projects(ws.conn, ProjectFilter(), order="special", descending=True)
    assert found[0].special == Money(9_000_000)


def test_stages_sort_in_the_order_of_the_workflow(ws, three):
    found = list_projects(ws.conn, ProjectFilter(year=2018), order="stage", descending=True)
    assert [p.stage for p in found] == [Stage.SUBMITTED, Stage.DRAFT]


def test_the_pages_hold_as_many_rows_as_are_counted(ws, three):
    pages = [list_projects(ws.conn, ProjectFilter(), offset=n, limit=2) for n in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert count_projects(ws.conn, ProjectFilter()) == 3
    assert [p.id for page in pages for p in page] == project_ids_of(ws.conn, ProjectFilter())


def test_stages_are_counted(ws, three):
    assert count_by_stage(ws.conn, ProjectFilter(year=2018)) == {Stage.DRAFT: 1, Stage.SUBMITTED: 1}


def test_a_void_project_is_not_listed(ws, three):
    void(ws, three[0], reason="重复登记", person="陈")
    assert titles(ws, year=2018) == ["老人 100% 大配餐"]


@pytest.fixture
def two_paid(ws, three):
    lamps = three[0]
    for amount, voucher in ((Money(100_000), "记-7"), (Money(250_000), "记-8")):
        paid = Disbursement(
            project=Link(lamps.id), paid_on=date(2018, 9, 3), amount=amount, payee="霞阳社区居民委员会", voucher=voucher
        )
        save(ws, [paid], action="拨付", person="李会计")
    return lamps


@pytest.mark.parametrize(
    ("text", "vouchers"), [("", ["记-8", "记-7"]), ("记-7", ["记-7"]), ("ldzm", ["记-8", "记-7"]), ("绿化", [])]
)
def test_payments_are_found_and_summed(ws, two_paid, text, vouchers):
    found = list_payments(ws.conn, ProjectFilter(year=2018, text=text), order="amount")
    assert [paid.voucher for paid in found] == vouchers
    assert sum_payments(ws.conn, ProjectFilter(year=2018, text=text)) == (
        len(found),
        sum((p.amount for p in found), Money(0)),
    )
    assert list_payments(ws.conn, ProjectFilter(year=2019)) == []


@pytest.mark.parametrize("order", PAYMENT_ORDERS)
def test_payments_are_paged_in_every_order(ws, two_paid, order):
    first, second = (list_payments(ws.conn, ProjectFilter(), order=order, offset=n, limit=1) for n in (0, 1))
    assert {first[0].voucher, second[0].voucher} == {"记-7", "记-8"}


def test_changes_are_listed_latest_first_with_what_they_touched(ws, two_paid):
    undo(ws, person="陈")
    listed = list_changes(ws.conn)
    assert [each.action for each in listed[:3]] == ["撤销：拨付", "拨付", "拨付"]
    assert [each.undone for each in listed[:3]] == [False, True, False]
    assert len(listed) == count_changes(ws.conn)
    assert [each.action for each in list_changes(ws.conn, "李会计 拨付", offset=1)] == ["拨付"]
    code = listed[1].seal[:16].upper()
    assert list_changes(ws.conn, code) == list_changes(ws.conn, f"{code} {listed[1].actor}") == [listed[1]]
    assert count_changes(ws.conn, code[:7]) == count_changes(ws.conn, code[1:]) == 0
    (touched,) = events_of_change(ws.conn, listed[2].seq)
    assert ("金额", "1,000.00") in {(edit.label, edit.after) for edit in touched.edits}


def test_the_sums_by_stage_are_read_from_their_index_alone_and_those_by_village_from_theirs(ws, three):
    sums = sums_by_stage(ws.conn, 2018)
    assert [(each.stage, each.projects, each.unpaid) for each in sums] == [(Stage.DRAFT, 1, 0), (Stage.SUBMITTED, 1, 0)]
    village = ws.all(Village)[0].id
    heard = []
    ws.conn.set_trace_callback(heard.append)
    sums_by_stage(ws.conn, 2018)
    count_by_stage(ws.conn, ProjectFilter(year=2018, village=village))
    count_by_stage(ws.conn, ProjectFilter(year=2018, village=village, stages=(Stage.DRAFT, Stage.SUBMITTED)))
    ws.conn.set_trace_callback(None)
    plans = [
        " ".join(row[3] for row in ws.conn.execute(f"EXPLAIN QUERY PLAN {query}"))
        for query in (*heard, SUMS_BY_VILLAGE.replace("?", "2018"))
    ]
    assert "COVERING INDEX register_line_of_stage" in plans[0]
    assert all("INDEX register_line_of_village" in plan for plan in plans[1:])


def test_projects_of_a_village_are_summed_by_category(ws, three, village, kept):
    kept(code="A-9", category=Category.SERVICE, submitted_on=date(2018, 9, 1))
    (service,) = sums_by_category(ws.conn, 2018, village.id)
    assert (service.category, service.projects) == (Category.SERVICE, 2)
    assert (service.disbursed, service.undisbursed) == (0, 0)
    assert service.total == sum(case.funding.total for case in ws.casefiles(2018) if case.project.submitted_on)


def test_groups_hold_what_their_projects_add_up_to(ws, three):
    _, village, other = three
    every = ProjectFilter()
    for grouping, keys in (("village", [other.id, village.id]), ("stage", ["draft", "submitted"])):
        groups = group_projects(ws.conn, every, grouping)
        assert [group.key for group in groups] == keys
        assert sum(group.count for group in groups) == count_projects(ws.conn, every) == 3
        rows = list_projects(ws.conn, every)
        assert sum(group.special for group in groups) == sum(row.special for row in rows)
    assert [group.label for group in group_projects(ws.conn, every, "village")] == ["祥露社区", "霞阳社区"]
    ids = sorted_project_ids(ws.conn, every, order="title", grouping="village")
    assert [ws.casefile(each).project.title for each in ids] == ["绿化提升", "楼道照明更换", "老人 100% 大配餐"]


def test_several_filters_are_counted_at_once(ws, three):
    filters = [ProjectFilter(year=2018), ProjectFilter(text="照明"), ProjectFilter(villages=(three[2].id,))]
    assert count_each(ws.conn, filters) == [count_projects(ws.conn, each) for each in filters] == [2, 1, 1]
    assert count_each(ws.conn, []) == []


def test_a_project_is_found_by_its_number_in_any_width_and_year(ws, three):
    assert project_with_code(ws.conn, "Ａ－１") == three[0].id
    assert ws.casefile(project_with_code(ws.conn, " b_1 ")).project.fund_year == 2019
    assert project_with_code(ws.conn, "A") == project_with_code(ws.conn, "") == ""
