"""Importing what people send: what a table leaves open is decided with clicks, bad cells are mended in place."""

from __future__ import annotations

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import save
from haicang_desk.paths import mapping_folder
from haicang_desk.ui.shell import prompts

HEADINGS = ("序号", "项目名称", "建设地点", "本次分配金额（万元）", "责任单位")
ROWS = ((1, "道路提升", "霞阳社区", 20, "交通局"), (2, "口袋公园", "霞阳社区", 7.5, "城管局"))


@pytest.fixture
def settled(qtbot, window):
    """Waits until nothing is being read or planned."""
    return lambda: qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)


@pytest.fixture
def read(window, settled, tmp_path):
    """Drops a book with these rows on the window and waits for its preview."""

    def drop(*rows, title="Sheet1"):
        made = Workbook()
        sheet = made.active
        sheet.title = title
        for row in rows:
            sheet.append(row)
        made.save(tmp_path / "某镇报来.xlsx")
        window.go("exchange", tmp_path / "某镇报来.xlsx")
        settled()
        return window.current()

    return drop


def decisions(screen):
    return {decision.found: dict(decision.answers) for decision in screen.view._decisions()}


def decide(screen, settled, found, answer):
    decisions(screen)[found][answer]()
    settled()


def test_a_foreign_table_goes_in_with_clicks_and_its_mapping_is_used_the_next_time(read, settled, ws, village, click):
    screen = read(("某区2023年资金分配表",), HEADINGS, *ROWS)
    assert list(decisions(screen)) == ["表“Sheet1”"]
    decide(screen, settled, "表“Sheet1”", "是项目")
    decide(screen, settled, "缺「项目类别」", "全部填“工程类”")
    decide(screen, settled, "缺「内容类型」", "全部填“村居环境整治”")
    decide(screen, settled, "缺「资金年度」", "全部填“2023”")
    screen.view._target("Sheet1", "本次分配金额（万元）", "区级专项资金(元)")
    settled()
    assert screen.plan.questions == () and screen.plan.new == 2
    screen.view.keep.setChecked(True)
    screen.view.sender_name.setText("某区")
    click(screen, "carry_out")
    assert {(p.title, p.special.fen, p.fund_year) for p in ws.all(Project)} == {
        ("道路提升", 20_000_000, 2023),
        ("口袋公园", 7_500_000, 2023),
    }
    assert (mapping_folder() / "某区.toml").is_file()
    screen = read(("某区2023年资金分配表",), HEADINGS, (1, "排水沟", "霞阳社区", 3, "水务局"), title="第二批")
    assert screen.plan.questions == () and screen.plan.new == 1


def test_a_bad_cell_is_mended_in_place_and_alike_ones_with_it(read, settled, village, qtbot):
    head = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)")
    rows = [(2023, "霞阳社区", f"项目{n}", "服务类", "环境整治", 5000 + n) for n in range(3)]
    screen = read(head, *rows, title="项目")
    assert screen.plan.faulty == 3
    model = screen.view.source.source
    at = model.index(0, 4)
    assert model.data(at, Qt.ItemDataRole.ToolTipRole)
    model.setData(at, "村居环境整治")
    settled()
    assert screen.plan.faulty == 2
    assert "还有 2 处“环境整治”" in screen.view._banner_text.text()
    screen.view._banner_yes.click()
    settled()
    assert screen.plan.faulty == 0 and screen.plan.new == 3
    screen.view.undo.click()
    settled()
    assert screen.plan.faulty == 2


def test_good_rows_go_in_alone_after_the_others_are_named(read, settled, ws, village, asked, click, window):
    head = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)")
    screen = read(
        head,
        (2023, "霞阳社区", "甲", "服务类", "群众生活关爱", 5),
        (2023, "霞阳社区", "乙", "服务", "没有", 6),
        title="项目",
    )
    click(screen, "good_rows")
    ((_, _, text),) = [said for said in asked["log"] if said[0] == "confirm"]
    assert "乙" in text and "写入 1 行" in text
    assert [project.title for project in ws.all(Project)] == ["甲"]
    see = screen.findChild(QPushButton, "see_written")
    assert see.text() == "看这 1 项"
    see.click()
    assert window.current().objectName() == "projects"


def test_a_unit_that_nobody_stated_is_asked_with_both_answers(read, settled, village):
    head = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金")
    screen = read(head, (2023, "霞阳社区", "甲", "服务类", "群众生活关爱", 5.8), title="项目")
    (found,) = decisions(screen)
    decide(screen, settled, found, "万元")
    assert screen.plan.questions == () and screen.plan.records[0].special.fen == 5_800_000
    assert any("58,000.00" in figure.figure for figure in screen.view._figures())


def test_a_village_in_other_words_is_taken_with_one_click_for_all(read, settled, ws, village):
    save(ws, [Village(name="元山社区")], action="登记", person="陈")
    head = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)")
    rows = [(2023, "元山", f"项目{n}", "服务类", "群众生活关爱", 5000) for n in range(3)]
    screen = read(head, *rows, title="项目")
    (found,) = decisions(screen)
    decide(screen, settled, found, "元山社区")
    assert screen.plan.questions == () and screen.plan.new == 3


FULL = ("资金年度", "村居", "项目名称", "项目类别", "内容类型")


def test_an_answer_says_the_amount_that_will_be_read(read, settled, village):
    rows = [
        (2023, "霞阳社区", "甲", "服务类", "群众生活关爱", "约3"),
        (2023, "霞阳社区", "乙", "服务类", "群众生活关爱", 2),
    ]
    screen = read((*FULL, "区级专项资金（万元）"), *rows, title="项目")
    (answers,) = decisions(screen).values()
    assert next(iter(answers)) == "读作 30,000.00 元"
    answers["读作 30,000.00 元"]()
    settled()
    assert sorted(project.special.fen for project in screen.plan.records) == [2_000_000, 3_000_000]


def test_only_what_the_table_leaves_out_is_offered_for_the_whole_table(read, settled, village):
    screen = read(
        ("2023年项目",),
        ("项目类别", "村居", "项目名称", "区级专项资金(元)"),
        ("服务类", "霞阳社区", "甲", 5),
        title="项目",
    )
    offered = {editor.objectName() for editor in screen.view.findChildren(QComboBox) if editor.isVisible()}
    assert {"constant 资金年度", "constant 内容类型"} <= offered
    assert "constant 项目类别" not in offered


def test_each_row_of_the_preview_tells_village_category_and_amount_and_the_last_line_the_total(read, settled, village):
    rows = [(2023, "霞阳社区", f"项目{n}", "服务类", "群众生活关爱", 5000 + n) for n in range(2)]
    screen = read((*FULL, "区级专项资金(元)"), *rows, title="项目")
    model = screen.table.model()
    shown = {
        model.headerData(n, Qt.Orientation.Horizontal): model.index(1, n).data() for n in range(model.columnCount())
    }
    wanted = {"名称": "项目1", "村居": "霞阳社区", "类别": "服务类", "金额（元）": "5,001.00"}
    assert wanted.items() <= shown.items()
    assert screen.findChild(QLabel, "totals").text() == "“项目”2 行，金额合计 10,001.00 元"


def test_pasted_rows_go_back_as_a_coloured_workbook(window, settled, village, asked, click, tmp_path):
    window.go("exchange")
    screen = window.current()
    QGuiApplication.clipboard().setText(
        "\t".join((*FULL, "区级专项资金(元)")) + "\n2023\t霞阳社区\t甲\t服务类\t没有这一类\t6\n"
    )
    screen.paste()
    settled()
    assert screen.plan.faulty == 1
    asked["pick_save"] = tmp_path / "退回.xlsx"
    click(screen, "marked")
    settled()
    (sheet,) = load_workbook(tmp_path / "退回.xlsx").worksheets
    assert "没有这一类" in str([cell.value for cell in sheet[2]][-1])


def test_a_second_mended_word_changes_only_its_own_alike_cells(read, settled, village):
    words = ("环境整治", "环境整治", "关爱", "关爱")
    rows = [(2023, "霞阳社区", f"项目{n}", "服务类", word, 5000 + n) for n, word in enumerate(words)]
    screen = read((*FULL, "区级专项资金(元)"), *rows, title="项目")
    model = screen.view.source.source
    model.setData(model.index(0, 4), "村居环境整治")
    settled()
    model.setData(model.index(2, 4), "群众生活关爱")
    settled()
    screen.view._banner_yes.click()
    settled()
    assert [fault.row for fault in screen.plan.errors] == [3]


def test_keys_find_the_next_bad_cell_and_open_the_fields_of_a_column_under_its_heading(read, settled, village, qtbot):
    rows = [(2023, "霞阳社区", f"项目{n}", "服务类", "环境整治", 5000 + n) for n in range(2)]
    screen = read((*FULL, "区级专项资金(元)"), *rows, title="项目")
    source = screen.view.source
    assert (source.currentIndex().row(), source.currentIndex().column()) == (0, 4)
    assert screen.window().focusWidget() is source
    qtbot.keyClick(source, Qt.Key.Key_F8)
    assert (source.currentIndex().row(), source.currentIndex().column()) == (1, 4)
    qtbot.keyClick(source, Qt.Key.Key_F4)
    (menu,) = [menu for menu in screen.view.findChildren(QMenu) if menu.isVisible()]
    assert menu.x() == source.below_heading(4).x()
    menu.close()


def test_who_answers_by_key_goes_on_with_the_next_decision(read, settled, village, window):
    screen = read(("某区2023年资金分配表",), HEADINGS, *ROWS, title="项目")
    button = screen.view.panel.findChild(QPushButton)
    button.setFocus()
    before = len(decisions(screen))
    button.click()
    settled()
    assert 0 < len(decisions(screen)) < before
    assert screen.view.panel.isAncestorOf(window.focusWidget()) and isinstance(window.focusWidget(), QPushButton)


def test_alike_faults_are_one_decision_and_mended_with_one_click(read, settled, village):
    rows = [
        (2023, "霞阳社区", f"项目{n}", "服务类", word, 5000 + n) for n, word in enumerate(("环境整治",) * 3 + ("没有",))
    ]
    screen = read((*FULL, "区级专项资金(元)"), *rows, title="项目")
    assert list(decisions(screen)) == ["3 处“环境整治”", "“没有”"]
    decide(screen, settled, "3 处“环境整治”", "改为“村居环境整治”")
    assert [fault.row for fault in screen.plan.errors] == [5]


def test_what_is_wrong_with_the_current_cell_is_told_without_a_mouse(read, settled, village):
    screen = read((*FULL, "区级专项资金(元)"), (2023, "霞阳社区", "甲", "服务类", "环境整治", 5), title="项目")
    reason = screen.findChild(QLabel, "reason")
    assert reason.isVisible() and "不在可选范围" in reason.text()
    screen.view.source.setCurrentIndex(screen.view.source.source.index(0, 2))
    assert not reason.isVisible()


def test_a_fault_of_a_column_that_the_table_lacks_is_answered_for_every_row(read, settled, ws, village, monkeypatch):
    for name in ("霞阳社区", "元山社区"):
        if name != village.name:
            save(ws, [Village(name=name)], action="登记", person="陈")
    rows = [("甲", "2023-5-1", "某公司", "村居党员", 28, 1, 0)]
    screen = read(("项目名称", "日期", "第三方机构", "对象组", "满意", "基本满意", "不满意"), *rows, title="测评")
    assert "全部填…" in decisions(screen)["「村居」是空的"]
    monkeypatch.setattr(prompts, "ask_text", lambda *_: "霞阳社区")
    decide(screen, settled, "「村居」是空的", "全部填…")
    assert "「村居」是空的" not in decisions(screen)


def test_the_screen_with_a_book_fits_a_small_window(read, settled, village, styled):
    screen = read((*FULL, "区级专项资金(元)"), (2023, "霞阳社区", "甲", "服务类", "环境整治", 5), title="项目")
    assert screen.minimumSizeHint().width() <= 800


def test_a_column_is_as_wide_as_what_it_is_read_as(read, settled, village):
    screen = read(("村居名称", "项目名称", "类别", "实施地点", "受益人数"), ("霞阳社区", "甲", "服务类", "村部", 5))
    source = screen.view.source
    for number in range(source.source.columnCount()):
        source.setColumnWidth(number, 20)
    decide(screen, settled, "缺「资金年度」", "全部填“2018”")
    for number in range(source.source.columnCount()):
        heading = str(source.source.headerData(number, Qt.Orientation.Horizontal)).split("\n")
        assert source.columnWidth(number) > max(map(source.fontMetrics().horizontalAdvance, heading))
