"""Importing what people send: what a table leaves open is decided with clicks, bad cells are mended in place."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import save
from haicang_desk.paths import mapping_folder

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
