"""Documents through the window: the preview is what is printed and saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel, QPushButton

from haicang_desk.model.documents import DOCUMENTS, save_issued
from haicang_desk.model.documents.issuing import preview_documents
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.records import Category
from haicang_desk.model.services import Workspace, issues_of, save, take_step
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.document_kinds import COUNTS, NAME, figures
from haicang_desk.ui.screens.issued_papers import IssuedPaperDialog
from haicang_desk.ui.screens.outcome_band import OutcomeBand
from haicang_desk.ui.screens.print_plan import PrintPlanDialog
from haicang_desk.ui.screens.project_tabs import PAPERS
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.printing import printer_settings, restore_printer, set_up_paper
from haicang_desk.ui.shell.rendering import page_count, pages
from haicang_desk.ui.shell.theme import em


@pytest.fixture
def screen(window, ready_project):
    window.go("papers")
    return window.current()


@pytest.fixture
def ready_project(ws, ready):
    project = ready(category=Category.SERVICE, special=Money(6_000_000), donated_cash=Money(0))
    take_step(ws, project.id, "submit", on=date(2018, 9, 1), person="陈", answers={})
    return project


@pytest.fixture
def settled(qtbot, window):
    """Waits until the worker has nothing left to do."""

    def wait():
        def rests():
            papers = window.screens.get("papers")
            return not window.state.jobs.busy and not (papers and papers.preview.waiting)

        qtbot.waitUntil(rests, timeout=20_000)

    return wait


def words_in(view):
    return "\n".join(label.text() for label in view.findChildren(QLabel))


def test_the_preview_is_there_without_asking_and_names_the_file(screen, settled):
    screen._pick_kind("application-form")
    settled()
    assert len(screen.view._pages) >= 1
    assert "霞阳社区_楼道照明更换_项目申报表" in screen.view._caption.text()


def test_what_cannot_be_printed_yet_says_why(screen, settled):
    screen._pick_kind("filing-form")
    settled()
    assert not screen.view._pages
    assert "楼道照明更换" in words_in(screen.view) and "：" in words_in(screen.view)


def test_the_preview_follows_the_store_the_options_and_the_row(screen, settled, ws, ready_project, ready, qtbot):
    screen._pick_kind("application-form")
    settled()
    before = screen.view._pages[0]
    save(ws, [replace(ws.street, name="别的街道")], action="改名", person="陈")
    assert screen.view.stale
    settled()
    assert not screen.view.stale and screen.view._pages[0] != before
    ready(title="另一个", code="A-2", category=Category.SERVICE)
    settled()
    assert "楼道照明更换" in screen.view._caption.text()
    qtbot.keyClick(screen.projects, Qt.Key.Key_Up)
    settled()
    assert "另一个" in screen.view._caption.text()
    screen._pick_kind("project-notice")
    settled()
    before = screen.view._pages[0].size()
    screen.large.click()
    settled()
    assert screen.view._pages[0].width() > before.width()


def test_of_two_previews_asked_for_only_the_newer_is_shown(screen, settled, qtbot):
    screen._pick_kind("application-form")
    screen.preview.make()
    screen._pick_kind("opinion-form")
    settled()
    assert "征求意见表" in screen.view._caption.text()


def test_the_list_says_how_many_of_each_could_be_printed(screen, settled, kept, ws, ready_project):
    kept(title="还没申报的", code="A-2")
    settled()
    form = next(
        screen.kinds.item(n) for n in range(screen.kinds.count()) if screen.kinds.item(n).data(NAME) == "approval-form"
    )
    assert (form.data(COUNTS).ready, form.data(COUNTS).issued) == (1, 0)
    assert "可印 1" in form.data(Qt.ItemDataRole.AccessibleTextRole)
    take_step(ws, ready_project.id, "approve", on=date(2018, 9, 2), person="陈", answers={})
    assert figures(screen.keeper.counts(DOCUMENTS["filing-form"]))[0][0] == "可印 1"


def test_a_figure_is_clicked_to_see_its_projects(screen, settled, kept, click, ready_project):
    kept(title="还没申报的", code="A-2")
    screen._pick_kind("approval-form")
    settled()
    click(screen, "show_barred")
    assert [screen.projects.rows.row(n).title for n in range(screen.projects.rows.rowCount())] == ["还没申报的"]
    assert screen.projects.rows.columns[-1].show(screen.projects.rows.row(0)) != "可印"
    click(screen, "show_all")
    assert screen.projects.rows.rowCount() == 2


def test_a_narrow_window_has_the_choice_beside_the_preview(screen, window, qtbot):
    window.resize(1400, 800)
    qtbot.waitUntil(lambda: screen.split.count() == 3)
    window.resize(em(screen, 80), 540)  # in characters of the bare application
    qtbot.waitUntil(lambda: screen.shown.count() == 3)
    assert screen.shown.tabText(0).startswith("选择")
    assert screen.projects.isVisible()
    window.resize(1400, 800)
    qtbot.waitUntil(lambda: screen.split.count() == 3)
    assert screen.projects.isVisible()


def test_a_batch_is_saved_under_its_names(screen, click, settled, asked, tmp_path, window):
    screen._pick_kind("application-form")
    asked["pick_folder"] = tmp_path
    click(screen, "save_papers")
    settled()
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["霞阳社区_楼道照明更换_项目申报表.pdf"]
    assert "已存 1 个文件" in window.status.currentMessage()


def test_a_village_notice_is_made_for_the_village(screen, click, settled, asked, tmp_path):
    screen._pick_kind("project-notice")
    assert not screen.large.isHidden()
    screen.large.setChecked(True)
    asked["pick_folder"] = tmp_path
    click(screen, "save_papers")
    settled()
    (made,) = tmp_path.glob("*.pdf")
    picture = next(iter(pages(made.read_bytes(), 72)))
    assert picture.height() == pytest.approx(1191, abs=3)  # A3 in points


def test_without_a_printer_for_a3_a_notice_comes_on_two_sheets(screen, click, settled, asked, tmp_path):
    screen._pick_kind("application-form")
    assert screen.halved.isHidden()
    screen._pick_kind("project-notice")
    assert not screen.halved.isHidden() and not screen.halved.isEnabled()
    screen.large.setChecked(True)
    assert screen.halved.isEnabled()
    screen.halved.setChecked(True)
    asked["pick_folder"] = tmp_path
    click(screen, "save_papers")
    settled()
    (made,) = tmp_path.glob("*.pdf")
    drawn = [(picture.width(), picture.height()) for picture in pages(made.read_bytes(), 72)]
    assert len(drawn) % 2 == 0
    assert set(drawn) == {(842, 596)}


def test_the_printer_gets_the_pages_of_the_pdf(screen, click, settled, asked, tmp_path, window):
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    asked["pick_printer"] = printer
    screen._pick_kind("application-form")
    click(screen, "print_papers")
    settled()
    assert "已送打印机：1 份" in window.status.currentMessage()
    assert page_count((tmp_path / "打印.pdf").read_bytes()) == int(window.status.currentMessage().split("，")[-1][:-2])


def test_only_the_pages_picked_are_printed_and_what_is_skipped_is_listed(
    screen, click, settled, asked, tmp_path, kept, window
):
    kept(title="还没申报的", code="A-2")
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    printer.setFromTo(2, 2)
    asked["pick_printer"] = printer
    screen._pick_kind("approval-form")
    screen._pick_kind("application-form")
    click(screen, "print_papers")
    settled()
    assert page_count((tmp_path / "打印.pdf").read_bytes()) == 1
    printer.setFromTo(0, 0)
    screen._pick_kind("filing-form")
    click(screen, "print_papers")
    settled()
    (dialog,) = screen.findChildren(PrintPlanDialog)
    assert dialog.findChild(QPushButton, "go_on") is None
    assert {row.name for row in dialog.table.rows._source.rows} == {"楼道照明更换", "还没申报的"}
    dialog.reject()


def test_what_is_left_out_is_told_before_with_a_way_to_mend_it(
    screen, click, settled, asked, tmp_path, ready_project, ws, ready, window, qtbot
):
    other = ready(title="另一个", code="A-2")
    asked["pick_folder"] = tmp_path
    screen._pick_kind("approval-form")
    settled()
    click(screen, "save_papers")
    (dialog,) = screen.findChildren(PrintPlanDialog)
    assert not list(tmp_path.glob("*.pdf"))
    assert "有 1 份现在还不能印" in words_in(dialog)
    assert "项目尚未申报" in dialog.table.rows.columns[1].show(dialog.table.rows.row(0))
    qtbot.keyClick(dialog.findChild(QPushButton, "go_on"), Qt.Key.Key_Return)
    settled()
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["霞阳社区_楼道照明更换_街道审批表.pdf"]
    assert "已存 1 个文件" in window.status.currentMessage()
    click(screen, "save_papers")
    dialog = screen.findChildren(PrintPlanDialog)[-1]
    click(dialog, "mend")
    assert window.current().objectName() == "project"
    assert window.current().case.project.id == other.id


def test_ctrl_p_prints_what_is_in_view(screen, settled, asked, tmp_path, window, qtbot):
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    asked["pick_printer"] = printer
    screen._pick_kind("application-form")
    window.activateWindow()
    screen.print_now()
    settled()
    assert "已送打印机：1 份" in window.status.currentMessage()


def test_the_printer_is_remembered_for_each_kind_of_document(screen, click, settled, asked, tmp_path, state):
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    printer.setCopyCount(3)
    printer.setPaperSource(QPrinter.PaperSource.Manual)
    asked["pick_printer"] = printer
    screen._pick_kind("application-form")
    click(screen, "print_papers")
    settled()
    again = QPrinter()
    restore_printer(again, state.settings.structure("打印/application-form"))
    assert (again.copyCount(), again.paperSource()) == (3, QPrinter.PaperSource.Manual)
    assert state.settings.structure("打印/dossier") is None
    click(screen, "print_papers")
    settled()
    assert asked["kept"] == state.settings.structure("打印/application-form")


@pytest.mark.parametrize("kept", [None, [], {"copies": "多", "tray": "没有", "printer": 7}, {"copies": 0}])
def test_a_remembered_printer_that_makes_no_sense_is_forgotten(dressed, kept):
    printer = QPrinter()
    before = printer_settings(printer)
    restore_printer(printer, kept)
    assert printer_settings(printer) == before


def test_how_a_document_is_wanted_is_remembered_for_it(qtbot, screen):
    screen._pick_kind("project-notice")
    screen.large.click()
    screen._pick_kind("application-form")
    assert not screen.large.isChecked()
    screen._pick_kind("project-notice")
    assert screen.large.isChecked()


def test_projects_picked_in_the_list_come_along(window, ready_project, kept, click):
    kept(title="另一个", code="A-2")
    window.go("projects")
    window.current().table.selectRow(1)
    click(window.current(), "print_chosen")
    screen = window.current()
    assert screen.objectName() == "papers"
    assert screen.projects.rows.rowCount() == 1


def test_what_may_be_edited_is_saved_as_a_document(screen, click, settled, asked, tmp_path):
    screen._pick_kind("application-form")
    screen.editable.setChecked(True)
    asked["pick_folder"] = tmp_path
    click(screen, "save_papers")
    settled()
    assert [path.name for path in tmp_path.glob("*.*") if path.suffix in (".pdf", ".docx")] == [
        "霞阳社区_楼道照明更换_项目申报表.docx"
    ]


# ---- what was issued


def save_picked(screen, click, settled, asked, folder):
    """Save what is picked; gives the bytes of the one file."""
    folder.mkdir()
    asked["pick_folder"] = folder
    click(screen, "save_papers")
    settled()
    return next((path.read_bytes() for path in folder.glob("*.pdf")), None)


def questions(asked):
    return [entry for entry in asked["log"] if entry[0] == "ask_reason"]


def test_what_is_signed_off_is_listed_and_saved_again_without_a_question(
    screen, click, settled, asked, tmp_path, state, ws
):
    screen._pick_kind("application-form")
    first = save_picked(screen, click, settled, asked, tmp_path / "一")
    state.now = lambda: datetime(2018, 11, 5, 9)
    assert save_picked(screen, click, settled, asked, tmp_path / "二") == first
    assert questions(asked) == []
    screen.shown.setCurrentIndex(screen.shown.count() - 1)
    (held,) = screen.shown.issued.table.rows._source.rows
    assert (held.number, held.handler, ws.read_blob(held.digest)) == (1, "陈", first)
    asked["pick_save"] = tmp_path / "原件"
    screen.shown.issued.table.selectRow(0)
    click(screen, "save_issue")
    assert (tmp_path / "原件.pdf").read_bytes() == first


def test_a_correction_asks_why_and_can_be_thought_better_of(screen, click, settled, asked, tmp_path, ws, ready_project):
    screen._pick_kind("application-form")
    first = save_picked(screen, click, settled, asked, tmp_path / "一")
    save(ws, [replace(ws.project(ready_project.code), title="楼道灯更换")], action="修改", person="陈")
    asked["ask_reason"] = None
    assert save_picked(screen, click, settled, asked, tmp_path / "二") is None
    ((_, title, text),) = questions(asked)
    assert title == "再次印发" and "《霞阳社区 楼道灯更换 项目申报表》" in text and "第1次印发" in text
    asked["ask_reason"] = "名称有误"
    second = save_picked(screen, click, settled, asked, tmp_path / "三")
    latest, held = issues_of(ws)
    assert (latest.number, latest.reason, held.number) == (2, "名称有误", 1)
    assert [ws.read_blob(each.digest) for each in (held, latest)] == [first, second]
    settled()
    assert "第2次印发的原件" in screen.view._caption.text()


def test_a_cancelled_batch_issues_nothing(screen, settled, asked, tmp_path, state, ws, click):
    screen._pick_kind("application-form")
    asked["pick_folder"] = tmp_path
    state.jobs.progressed.connect(lambda *_: state.jobs.cancel())
    state.jobs.started.connect(lambda _: state.jobs.cancel())
    click(screen, "save_papers")
    settled()
    assert issues_of(ws) == [] and not list(tmp_path.glob("*.pdf"))


def test_an_original_is_shown_and_printed_from_the_projects_page(
    window, ready_project, click, settled, asked, tmp_path, ws
):
    save_issued(
        ws, preview_documents(ws, "application-form", project=ready_project.code, as_of=date(2018, 9, 1)), person="陈"
    )
    window.go("project", ready_project.id)
    page = window.current()
    papers = page.tabs.page(PAPERS)
    page.tabs.setCurrentIndex([page.tabs.tabText(n) for n in range(page.tabs.count())].index(PAPERS))
    assert papers.issued.table.rows.rowCount() == 1
    assert papers.table.rows.row(0).issued.startswith("第1次印发")
    papers.show_issued()
    papers.issued.table.selectRow(0)
    click(page, "open_issue")
    settled()
    dialog = page.findChild(IssuedPaperDialog)
    assert len(dialog.view._pages) == 2 and "第1次印发" in dialog.windowTitle()
    dialog.close()
    printer = set_up_paper(QPrinter(QPrinter.PrinterMode.HighResolution), large=False)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    asked["pick_printer"] = printer
    click(page, "print_issue")
    settled()
    assert page_count((tmp_path / "打印.pdf").read_bytes()) == 2
    assert len(issues_of(ws)) == 1


def test_what_cannot_be_printed_is_said_before_and_the_rest_is_saved(
    screen, click, settled, asked, tmp_path, kept, ws, ready
):
    ready(title="水渠😀改造", code="A-2", submitted_on=date(2018, 9, 1))
    asked["pick_folder"] = tmp_path
    screen._pick_kind("application-form")
    asked["confirm"] = False
    click(screen, "save_papers")
    settled()
    name, title, said = asked["log"][-1]
    assert (name, title) == ("confirm", "存为文件") and "有 1 份不能印" in said and "😀" in said
    assert "其余 1 份可以照印" in said and not list(tmp_path.glob("*.pdf"))
    asked["confirm"] = True
    click(screen, "save_papers")
    settled()
    assert [path.name for path in tmp_path.glob("*.pdf")] == ["霞阳社区_楼道照明更换_项目申报表.pdf"]
    assert "已存 1 个文件" in asked["log"][-1][2] and "😀" in asked["log"][-1][2]


def test_a_folder_where_a_file_may_not_be_replaced_is_refused_before_anything_is_issued(
    screen, click, settled, asked, tmp_path, ws
):
    (tmp_path / "霞阳社区_楼道照明更换_项目申报表.pdf").mkdir()
    screen._pick_kind("application-form")
    asked["pick_folder"] = tmp_path
    click(screen, "save_papers")
    settled()
    assert asked["log"][-1][0] == "tell" and "是文件夹" in asked["log"][-1][2]


def test_a_save_dialog_refuses_a_store_and_asks_again(qtbot, monkeypatch, tmp_path):
    store = tmp_path / "新阳.db"
    with Workspace.create(store, street="新阳街道", year=2026, actor="陈"):
        pass
    answers, told = iter([str(store), str(tmp_path / "台账"), ""]), []
    monkeypatch.setattr(prompts.QFileDialog, "getSaveFileName", lambda *_: (next(answers), ""))
    monkeypatch.setattr(prompts, "tell", lambda _, __, text, **___: told.append(text))
    picked = prompts.pick_save(None, "导出", tmp_path / "a.xlsx", "所有文件 (*)")
    assert picked == tmp_path / "台账" and "是台账或台账的备份" in told[0]
    assert prompts.pick_save(None, "导出", tmp_path / "a.xlsx", "工作簿 (*.xlsx)") is None


@pytest.mark.parametrize(
    ("name", "kinds", "expected"),
    [
        ("台账", "工作簿 (*.xlsx)", "台账.xlsx"),
        ("台账.XLSX", "工作簿 (*.xlsx)", "台账.XLSX"),
        ("台账.db", "工作簿 (*.xlsx)", "台账.db.xlsx"),
        ("图", "图片 (*.png *.jpg)", "图"),
        ("无", "原来的格式 (*)", "无"),
    ],
)
def test_a_saved_file_gets_the_ending_of_its_kind(tmp_path, name, kinds, expected):
    assert prompts.with_ending(tmp_path / name, kinds) == tmp_path / expected


def test_a_project_is_found_by_pinyin_and_picked_with_enter(screen, settled, kept, qtbot):
    kept(title="公园座椅", code="A-2")
    screen._pick_kind("application-form")
    qtbot.keyClicks(screen.words, "gyzy")
    qtbot.keyClick(screen.words, Qt.Key.Key_Return)
    assert [row.title for row in screen.projects.chosen()] == ["公园座椅"]
    settled()
    assert "公园座椅" in screen.view._caption.text()
    assert "印选中的 1 项" in screen._plan.text()


def test_what_a_paper_leaves_blank_stands_above_the_screen_until_it_is_read(screen, click, settled, asked, tmp_path):
    asked["pick_folder"] = tmp_path
    screen._pick_kind("project-notice")
    click(screen, "save_papers")
    settled()
    band = screen.findChild(OutcomeBand)
    assert band.isVisible() and "项目公示：没有登记" in words_in(band) and "联系电话" in words_in(band)
    click(band, "notes_read")
    assert not band.isVisible()
    click(screen, "save_papers")
    settled()
    assert band.isVisible()
    screen._pick_kind("application-form")
    click(screen, "save_papers")
    settled()
    assert not band.isVisible()  # these have nothing blank


def test_the_project_page_says_what_its_paper_leaves_blank(
    window, ready_project, click, settled, asked, tmp_path, kept, monkeypatch
):
    monkeypatch.setattr(DocumentType, "note", lambda *_: "没有登记日期，留了空")
    asked["pick_folder"] = tmp_path
    window.go("project", ready_project.id)
    page = window.current()
    page.tabs.page(PAPERS)
    page.tabs.setCurrentIndex([page.tabs.tabText(n) for n in range(page.tabs.count())].index(PAPERS))
    click(page, "save_paper")
    settled()
    band = page.findChild(OutcomeBand)
    assert band.isVisible() and "没有登记" in words_in(band)
    window.go("project", kept(title="另一个", code="A-2").id)
    assert not band.isVisible()


def test_equal_notes_stand_once_with_their_papers(dressed, qtbot, asked):
    band = OutcomeBand()
    qtbot.addWidget(band)
    band.show_notes([*((f"表{n}", "日期留空") for n in range(5)), ("图", "第 2 页空"), ("信", "字" * 200)])
    assert words_in(band) == "表0、表1、表2等 5 份：日期留空\n图：第 2 页空"
    qtbot.mouseClick(band.findChild(QPushButton, "all_notes"), Qt.MouseButton.LeftButton)
    assert "表3、表4：日期留空" in asked["more"] and "字" * 200 in asked["more"]
    band.show_notes([])
    assert band.isHidden()
