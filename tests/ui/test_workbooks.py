"""Import through the window: a dry run first, nothing written while a row is faulty, one change that can be undone."""

from __future__ import annotations

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Project
from haicang_desk.model.spreadsheet.template import write_template

HEADINGS = ("资金年度", "村居", "项目名称", "项目类别", "内容类型", "区级专项资金(元)")
GOOD = (2018, "霞阳社区", "老人大配餐", "服务类", "群众生活关爱", 50000)
BAD = (2018, "没有社区", "邻里文化节", "服务类", "文化体育娱乐", "几万")


@pytest.fixture
def book(tmp_path):
    def write(*rows):
        made = Workbook()
        sheet = made.active
        sheet.title = "项目"
        for row in (HEADINGS, *rows):
            sheet.append(row)
        made.save(tmp_path / "村居报来.xlsx")
        return tmp_path / "村居报来.xlsx"

    return write


@pytest.fixture
def settled(qtbot, window):
    """Waits until nothing is being read or planned."""
    return lambda: qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)


@pytest.fixture
def read(qtbot, window):
    """Drops a workbook on the window and waits until its dry run is shown."""

    def drop(path):
        window.go("exchange", path)
        screen = window.current()
        qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
        return screen

    return drop


def off(screen, name):
    return not screen.findChild(QPushButton, name).isEnabled()


def test_a_sound_workbook_is_shown_then_written_then_undone_whole(window, read, book, ws, click):
    screen = read(book(GOOD, (2018, "霞阳社区", "邻里文化节", "服务类", "文化体育娱乐", 80000)))
    assert "新增 2 行" in screen._summary.text()
    assert ws.all(Project) == []
    click(screen, "carry_out")
    assert {p.title for p in ws.all(Project)} == {"老人大配餐", "邻里文化节"}
    assert "撤销：导入《村居报来.xlsx》" in window.menus.undo.text()
    window.menus.undo.trigger()
    assert ws.all(Project) == []


def test_a_faulty_row_holds_back_all_and_is_named(read, book, ws):
    screen = read(book(GOOD, BAD))
    assert off(screen, "carry_out")
    told = [
        (row[0].row, row[1], row[2]) for row in (screen.table.rows.row(n) for n in range(screen.table.rows.rowCount()))
    ]
    assert told == [(3, "村居", "没有社区"), (3, "区级专项资金(元)", "几万")]  # what is to be mended is shown first
    screen.only.setCurrentIndex(0)
    assert screen.table.rows.rowCount() == 3
    assert ws.all(Project) == []


def test_the_workbook_comes_back_with_its_faults_marked(qtbot, window, read, book, asked, tmp_path, click):
    screen = read(book(GOOD, BAD))
    asked["pick_save"] = tmp_path / "需改正.xlsx"
    click(screen, "marked")
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    marked = load_workbook(tmp_path / "需改正.xlsx").active
    assert "几万" in str([cell.value for cell in marked[3]][-1])
    assert marked["F3"].fill.fgColor.rgb == "FFFFC7CE"
    assert "需改正.xlsx" in window.status.currentMessage()


def pasted(*rows):
    return "\n".join("\t".join(map(str, row)) for row in (HEADINGS, *rows))


def test_rows_copied_from_a_spreadsheet_are_pasted_after_a_dry_run(window, ws, click, settled):
    window.go("exchange")
    screen = window.current()
    QGuiApplication.clipboard().setText(pasted(GOOD, BAD))
    click(screen, "paste")
    settled()
    assert "新增 1 行、更新 0 行、未变 0 行、有误 1 行" in screen._summary.text()
    assert off(screen, "carry_out") and not off(screen, "marked")
    QGuiApplication.clipboard().setText(pasted(GOOD))
    click(screen, "paste")
    settled()
    click(screen, "carry_out")
    assert [p.title for p in ws.all(Project)] == ["老人大配餐"]
    assert "撤销：导入《粘贴的内容》" in window.menus.undo.text()


def test_what_is_pasted_and_no_table_is_refused(window, click, settled):
    window.go("exchange")
    QGuiApplication.clipboard().setText("随便一段话")
    click(window.current(), "paste")
    settled()
    assert "没有可识别的" in window.current()._summary.text()


def test_a_blank_template_has_nothing_to_import(read, tmp_path):
    screen = read(write_template(tmp_path / "申报模板.xlsx"))
    assert "没有可以导入的行" in screen._summary.text()


def test_the_same_workbook_again_changes_nothing(read, book, ws, click):
    path = book(GOOD)
    click(read(path), "carry_out")
    screen = read(path)
    assert "完全相同" in screen._summary.text()
    assert off(screen, "carry_out")


def test_what_is_no_workbook_is_refused_in_one_sentence(read, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"not a zip")
    screen = read(tmp_path / "坏.xlsx")
    assert "坏.xlsx" in screen._summary.text()
    assert off(screen, "carry_out")
    assert screen.table.rows.rowCount() == 0


def test_the_dry_run_is_made_anew_when_the_store_changes(read, book, kept, settled):
    screen = read(book(GOOD))
    kept(title="老人大配餐")
    settled()
    assert "更新 1 行" in screen._summary.text()


def test_ledger_and_blank_workbook_go_out(window, read, asked, tmp_path, kept, click):
    kept()
    window.go("exchange")
    screen = window.current()
    asked["pick_save"] = tmp_path / "台账.xlsx"
    click(screen, "export")
    assert load_workbook(tmp_path / "台账.xlsx")["项目"].max_row == 2
    asked["pick_save"] = tmp_path / "模板.xlsx"
    click(screen, "template")
    assert "项目" in load_workbook(tmp_path / "模板.xlsx").sheetnames
