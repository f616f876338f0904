"""The project list: keys, groups with sums, saved views, what a filter hides, and the side panel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt

from haicang_desk.model.findings import Clause, Finding, Severity
from haicang_desk.model.records import Category, Link, Stage, Village
from haicang_desk.model.services import save, take_step
from haicang_desk.model.store import ProjectFilter, list_projects, sorted_project_ids
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.project_source import ProjectSource
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.saved_views import keep_views, own_views, views_with_counts
from haicang_desk.ui.widgets.table import GroupRow


def titles(screen):
    rows = (screen.table.rows.row(number) for number in range(screen.table.rows.rowCount()))
    return [row.label if isinstance(row, GroupRow) else row.title for row in rows]


@pytest.fixture
def four(ws, kept, village):
    """Three projects of 霞阳社区, one of them a filed service, and one of 祥露社区."""
    (other,) = save(ws, [Village(name="祥露社区")], action="登记村居", person="陈")
    return (
        kept(title="楼道照明更换", code="A-1", category=Category.WORKS),
        kept(title="四点半课堂", code="A-2", category=Category.SERVICE, submitted_on=date(2018, 9, 1)),
        kept(title="老人大配餐", code="A-3", category=Category.SERVICE, special=Money(9_000_000)),
        kept(title="楼道清洗", code="B-1", category=Category.SERVICE, village=Link(other.id)),
    )


@pytest.fixture
def screen(window, four):
    window.resize(1400, 800)
    window.go("projects")
    return window.current()


@pytest.fixture
def asked_for(state):
    """The projects whose page was asked for."""
    found: list[str] = []
    state.project_requested.connect(found.append)
    return found


def test_enter_opens_the_first_and_a_number_its_own_project(qtbot, window, screen, four, asked_for):
    qtbot.keyClicks(screen.filter.words, "ldqx")
    qtbot.keyClick(screen.filter.words, Qt.Key.Key_Return)
    assert asked_for == [four[3].id]
    window.go("projects")
    screen.filter.seek(ProjectFilter(stages=(Stage.CLOSED,)))
    screen.filter.words.setText("ａ-2")  # a scan: whatever the filter, in full width
    qtbot.keyClick(screen.filter.words, Qt.Key.Key_Return)
    assert asked_for[-1] == four[1].id


def test_down_goes_from_the_line_into_the_list(qtbot, screen, four):
    screen.filter.words.setFocus()
    qtbot.keyClick(screen.filter.words, Qt.Key.Key_Down)
    assert screen.table.hasFocus()
    assert screen.table.chosen_ids() == [four[0].id]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("照明", ["楼道照明更换"]),
        ("loudaozhaoming", ["楼道照明更换"]),
        ("ldzm", ["楼道照明更换"]),
        ("a-3", ["老人大配餐"]),
        ("Ａ－３", ["老人大配餐"]),
        ("祥露", ["楼道清洗"]),
        ("楼道 祥露", ["楼道清洗"]),
    ],
)
def test_words_find_by_chinese_pinyin_number_and_full_width(screen, words, found):
    screen.filter.seek(ProjectFilter(text=words))
    assert titles(screen) == found


def test_what_a_condition_hides_is_told_and_shown_by_one_click(qtbot, screen):
    screen.filter.seek(ProjectFilter(text="楼道", categories=(Category.WORKS,)))
    assert titles(screen) == ["楼道照明更换"]
    qtbot.waitUntil(screen.filter.hidden.isVisible)
    assert "另有 1 项" in screen.filter.hidden.text()
    qtbot.mouseClick(screen.filter.hidden, Qt.MouseButton.LeftButton)
    assert titles(screen) == ["楼道照明更换", "楼道清洗"]
    qtbot.wait(150)
    assert not screen.filter.hidden.isVisible()


def test_an_empty_list_speaks_of_what_is_set(window, state, screen):
    screen.filter.seek(ProjectFilter(text="没有的"))
    assert "“没有的”" in screen.table._empty.text()
    screen.filter.seek(ProjectFilter(stages=(Stage.CLOSED,)))
    assert "清除全部条件" in screen.table._empty.text()
    state.turn_to(2019)
    screen.filter.clear()
    assert screen.table._empty.text().startswith("2019 年度还没有项目")
    assert "新建项目" in screen.table._empty.text()


def test_several_villages_stand_on_one_chip(screen, four, village):
    screen.filter.seek(ProjectFilter(villages=(village.id, four[3].village)))
    assert screen.filter.chips()[0].text() == "霞阳社区、祥露社区"
    assert len(titles(screen)) == 4


def test_groups_have_counts_and_sums_and_fold(qtbot, screen, four):
    screen.group_by("village")
    assert titles(screen) == ["祥露社区", "楼道清洗", "霞阳社区", "楼道照明更换", "四点半课堂", "老人大配餐"]
    heading = screen.table.rows.row(2)
    assert (heading.count, heading.figures["total"]) == (3, str(sum_of(four[:3])).removesuffix(".00"))
    screen.table.folded.emit(heading)
    assert titles(screen) == ["祥露社区", "楼道清洗", "霞阳社区"]
    screen.table.selectAll()
    assert screen.table.chosen_ids() == [four[3].id]
    screen.group_by("stage")
    assert titles(screen)[0] == "草稿"
    screen.group_by("")
    assert len(titles(screen)) == 4


def sum_of(projects):
    return sum((p.special + p.donated_cash for p in projects), Money(0))


def test_a_view_is_saved_counted_renamed_and_deleted(qtbot, monkeypatch, window, screen, state):
    monkeypatch.setattr(prompts, "ask_text", lambda *_: "我的服务类")
    screen.filter.seek(ProjectFilter(categories=(Category.SERVICE,)))
    screen.views.save()
    qtbot.waitUntil(lambda: rail_views(window).get("我的服务类") == 3)
    screen.filter.clear()
    what = next(view.what for view in views_with_counts(state) if view.label == "我的服务类")
    window.go("projects", what)
    assert len(titles(screen)) == 3
    screen.views._fill()
    monkeypatch.setattr(prompts, "ask_text", lambda *_: "服务")
    screen.views._rename(0)
    assert [view.name for view in own_views(state.settings)] == ["服务"]
    again = AppState(state.workspace, person="李", settings=state.settings)
    assert [view.label for view in views_with_counts(again) if view.label == "服务"] == ["服务"]
    again.let_go()
    screen.views._delete(0)
    qtbot.waitUntil(lambda: "服务" not in rail_views(window))


def rail_views(window):
    return {window.nav.item(n).text(): window.nav.item(n).data(COUNT) for n in range(window.nav.count())}


COUNT = Qt.ItemDataRole.UserRole + 2


def test_views_that_cannot_be_read_are_left_out(state):
    state.settings.keep_structure("项目/视图", [{"name": "坏", "filter": {"never": 1}}, 7, {"name": ""}])
    assert own_views(state.settings) == []
    keep_views(state, ())
    assert own_views(state.settings) == []


def test_built_in_views_name_what_waits_and_what_is_due(state, ws, ready, policy, monkeypatch):
    project = ready()
    take_step(ws, project.id, "submit", on=date(2018, 9, 1), person="陈", answers={})
    due = Finding(
        rule="R12",
        severity=Severity.WARN,
        message="",
        project_id=project.id,
        limit=state.today().isoformat(),
        clause=Clause("", ""),
    )
    later = replace(due, project_id="x", limit=(state.today() + timedelta(days=8)).isoformat())
    excused = replace(due, project_id="y", severity=Severity.EXCEPTION, excused_by="文号")
    wrong = replace(due, rule="R01", severity=Severity.BLOCK)
    monkeypatch.setattr(type(state), "findings_ready", True)
    monkeypatch.setattr(state, "findings", lambda: [due, later, excused, wrong])
    assert {v.label: v.count for v in views_with_counts(state)} == {"本周到期": 1, "待审批": 1, "须纠正": 1}


def test_the_panel_follows_the_selection_and_sums_several(qtbot, screen, four):
    screen.table.selectRow(2)
    qtbot.waitUntil(lambda: screen.inspector.title.text() == "老人大配餐")
    assert screen.inspector.figures.texts()[-1][:2] == ("合计", str(sum_of(four[2:3])).removesuffix(".00"))
    assert screen.inspector.go.text().startswith("申报（还差")
    screen.table.selectAll()
    qtbot.waitUntil(lambda: screen.inspector.title.text() == "已选 4 项")
    assert screen.inspector.figures.texts()[-1][:3] == ("合计", "4", str(sum_of(four)).removesuffix(".00"))
    assert screen.inspector.go.text() == "成批办理"
    screen.table.clearSelection()
    qtbot.waitUntil(lambda: screen.inspector.title.text() == "列出的项目")
    screen.filter.seek(ProjectFilter(text="没有的"))
    qtbot.waitUntil(lambda: screen.inspector.title.text() == "没有选中项目")


def test_a_button_of_the_panel_keeps_the_focus_when_the_panel_is_read_anew(qtbot, screen, four):
    screen.table.selectRow(1)
    qtbot.waitUntil(screen.inspector.go.isVisible)
    screen.inspector.go.setFocus()
    screen.inspector.look()
    assert screen.inspector.go.hasFocus()


def test_the_panel_shows_what_is_wrong_with_a_project(qtbot, screen, ws, four):
    save(ws, [replace(four[0], special=Money(90_000_000))], action="改", person="陈")
    screen.table.selectRow(0)
    qtbot.waitUntil(lambda: any("上限" in notice.text() for notice in screen.inspector.notices if notice.isVisible()))
    mark = screen.table.rows.columns[0].icon(screen.table.rows.row(0))
    assert mark.level in ("block", "exception")
    assert mark.words in screen.table.rows.data(screen.table.rows.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)


def test_the_panel_stands_in_place_of_the_list_where_there_is_little_room(qtbot, window, screen):
    assert screen.inspector.isVisible() and screen.table.isVisible()
    window.resize(700, 600)
    qtbot.waitUntil(lambda: not screen.inspector.isVisible())
    screen.table.selectRow(0)
    screen.toggle_panel()
    assert screen.inspector.isVisible() and not screen.table.isVisible()
    screen.toggle_panel()
    assert screen.table.isVisible() and not screen.inspector.isVisible()
    window.resize(1400, 800)
    qtbot.waitUntil(screen.inspector.isVisible)


def test_batch_takes_what_is_selected_or_all_that_is_listed(screen, state, four):
    requested = []
    state.screen_requested.disconnect()
    state.screen_requested.connect(lambda name, what: requested.append((name, what)))
    screen.filter.seek(ProjectFilter(categories=(Category.WORKS,)))
    screen.batch()
    screen.table.selectRow(0)
    screen.batch()
    assert requested == [("batch", ("", [four[0].id]))] * 2


def test_pages_follow_the_ids_that_were_fetched_once(ws, four):
    for order, descending in (("code", False), ("title", True), ("total", False), ("stage", True)):
        source = ProjectSource(ws, ProjectFilter(year=2018))
        rows = list_projects(ws.conn, ProjectFilter(year=2018), order=order, descending=descending)
        ids = sorted_project_ids(ws.conn, ProjectFilter(year=2018), order=order, descending=descending)
        assert source.ids(order, descending) == ids == [row.id for row in rows]
        assert [row.id for row in source.page(order, descending, 1, 2)] == ids[1:3]


def test_a_change_that_leaves_every_row_in_its_place_reads_no_list(ws, four):
    source = ProjectSource(ws, ProjectFilter(year=2018))
    assert not source.follow({four[1].id})  # nothing is known of the order yet
    source.ids("code", False)
    save(ws, [replace(four[1], place="别处")], action="改", person="陈")
    assert source.follow({four[1].id})
    save(ws, [replace(four[1], place="别处", code="C-9")], action="改", person="陈")
    assert not source.follow({four[1].id})
    drafts = ProjectSource(ws, ProjectFilter(year=2018, categories=(Category.WORKS,)))
    drafts.ids("title", True)
    save(ws, [replace(four[0], category=Category.GOODS)], action="改", person="陈")
    assert not drafts.follow({four[0].id})


def test_the_selection_outlives_a_save(qtbot, screen, ws, four):
    screen.table.choose_ids({four[1].id, four[3].id})
    save(ws, [replace(four[0], code="Z-1")], action="改", person="陈")
    assert titles(screen)[-1] == "楼道照明更换"
    assert set(screen.table.chosen_ids()) == {four[1].id, four[3].id}
