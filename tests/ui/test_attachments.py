"""材料: files come in by button, by dropping and by what is missing; they are seen, opened and saved as they were."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton

from haicang_desk.model.documents.dossier import signed_document
from haicang_desk.model.records import Attachment, Dossier, Link, Phase
from haicang_desk.model.scans import scan_of
from haicang_desk.model.services import attach, entry_to_undo, save, undo
from haicang_desk.ui.screens.attachments import NO_FILE, AddFilesDialog
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.rendering import how_many, name_outside, pictures_of
from tests.conftest import TODAY
from tests.scanning import A4, pdf, photograph

PHOTO, SCAN = photograph(size=(400, 300)), pdf(A4, A4)


@pytest.fixture
def project(ws, kept):
    return kept(submitted_on=TODAY)


@pytest.fixture
def shown(window, project):
    """The materials of a project that misses all papers of its first phase."""
    window.go("project", project.id)
    page = window.current()
    page.tabs.setCurrentWidget(page.tabs.materials)
    return page.tabs.materials


@pytest.fixture
def files(tmp_path):
    for name, data in (("前.jpg", PHOTO), ("合同.pdf", SCAN), ("坏.pdf", SCAN[:200])):
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def idle(qtbot, state):
    def wait():
        qtbot.waitUntil(lambda: not state.jobs.busy, timeout=20_000)

    return wait


def dialog_of(shown):
    return shown.findChildren(AddFilesDialog)[-1]


def rows(shown):
    table = shown.panel.table.model()
    return [[table.index(r, c).data() for c in range(table.columnCount())] for r in range(table.rowCount())]


def held(ws, project):
    return ws.casefile(project.id).attachments


@pytest.fixture
def added(ws, project):
    return attach(
        ws,
        project.id,
        [scan_of("前.jpg", PHOTO), scan_of("合同.pdf", SCAN)],
        phase=Phase.CARRYING,
        item="合同",
        on=date(2018, 9, 1),
        person="陈",
    )


def test_files_are_added_by_clicks_as_what_is_missing(ws, project, shown, files, asked, click, idle):
    asked["pick_files"] = [files / "前.jpg", files / "合同.pdf"]
    click(shown, "添加文件材料")
    idle()
    dialog = dialog_of(shown)
    assert dialog.findChild(QLabel, "files").text() == "2 个文件：前.jpg、合同.pdf（2 页）"
    assert dialog.form.read_record().phase is Phase.CALLING
    assert dialog.form.read_record().item == "意见登记"
    click(dialog, "yes")
    assert [(each.item, each.name, each.added_on) for each in held(ws, project)] == [
        ("意见登记", "前.jpg", TODAY),
        ("意见登记", "合同.pdf", TODAY),
    ]
    assert [ws.read_blob(each.digest) for each in held(ws, project)] == [PHOTO, SCAN]
    assert [row[2:4] for row in rows(shown)] == [["前.jpg", "2 KB"], ["合同.pdf", "1 KB"]]
    assert entry_to_undo(ws).action == "添加材料：意见登记（2 个文件）"
    undo(ws, person="陈")
    assert rows(shown) == []


def test_what_is_missing_has_a_button_each(ws, project, shown, files, asked, click, idle):
    chips = [each.text() for each in shown.lacking.findChildren(QPushButton) if each.objectName()]
    assert chips == ["＋ 征集：意见登记", "＋ 征集：协商记录", "＋ 征集：项目公示"]
    asked["pick_files"] = [files / "合同.pdf"]
    click(shown, "lacks_协商记录")
    idle()
    click(dialog_of(shown), "yes")
    assert held(ws, project)[0].item == "协商记录"
    left = [each.objectName() for each in shown.lacking.findChildren(QPushButton) if each.objectName()]
    assert left == ["lacks_意见登记", "lacks_项目公示"]


def test_signed_documents_are_offered_by_their_titles(shown, files, idle):
    shown.add([files / "合同.pdf"])
    idle()
    dialog = dialog_of(shown)
    offers = [offer.data for offer in dialog.form.cells["item"].editor.suggestions.offers_for("")]
    assert "项目申报表（盖章扫描件）" in offers and "合同" in offers
    assert all(signed_document(Attachment(item=each)) for each in offers if each.endswith("（盖章扫描件）"))
    assert any("代替没有签章的" in each.text() for each in dialog.findChildren(QLabel))


def test_the_number_of_the_dossier_is_shown(ws, project, shown):
    assert shown.dossier_number.text() == "档号：项目办结或终止后，印档案时编档号"
    save(ws, [Dossier(project=Link(project.id), number="0123-WS·2018-Y-MW-0001", serial=1)], action="编", person="陈")
    shown.show_case(ws.casefile(project.id))
    assert shown.dossier_number.text() == "档号：0123-WS·2018-Y-MW-0001"


def test_no_file_picked_is_nothing_done(ws, project, shown, asked, click, idle):
    click(shown, "添加文件材料")
    idle()
    assert shown.findChildren(AddFilesDialog) == [] and held(ws, project) == ()


def drop(shown, *urls):
    data = QMimeData()
    data.setUrls(list(urls))
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    shown.dragEnterEvent(enter)
    if enter.isAccepted():
        shown.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))
    return enter.isAccepted()


def test_files_are_added_by_dropping_them(ws, project, shown, files, idle, click, state):
    told = []
    state.message.connect(told.append)
    assert drop(shown, *(QUrl.fromLocalFile(str(files / name)) for name in ("前.jpg", "合同.pdf")))
    idle()
    assert told == ["松开鼠标，添加 2 个文件"]
    dialog = dialog_of(shown)
    dialog.form.cells["item"].editor.set_value("公示照片")
    dialog.form.cells["phase"].editor.set_value(Phase.CHOOSING)
    click(dialog, "yes")
    assert [(each.phase, each.item) for each in held(ws, project)] == [(Phase.CHOOSING, "公示照片")] * 2


def test_a_link_to_the_net_is_not_taken(ws, project, shown):
    assert not drop(shown, QUrl("https://example.org/a.pdf"))


def test_a_file_that_cannot_be_used_is_told_and_none_is_kept(ws, project, shown, files, asked, idle):
    shown.add([files / "前.jpg", files / "坏.pdf", files / "无.pdf"])
    idle()
    (told,) = [said for said in asked["log"] if said[0] == "tell"]
    assert "“坏.pdf”不完整" in told[2] and "“无.pdf”打不开（文件或文件夹不存在）" in told[2]
    assert shown.findChildren(AddFilesDialog) == [] and held(ws, project) == ()


def test_a_file_that_is_there_already_is_refused_in_its_form(ws, project, added, shown, files, idle, click):
    shown.add([files / "合同.pdf"], Phase.CARRYING, "合同")
    idle()
    dialog = dialog_of(shown)
    click(dialog, "yes")
    assert dialog.isVisible() and "已经在“合同”里了" in dialog.refusal.text()
    dialog.reject()
    assert len(held(ws, project)) == 2


def test_the_file_picked_is_shown(added, shown, idle):
    assert shown.view.findChildren(QLabel, "") and not shown.view._pages
    shown.panel.table.selectRow(1)
    idle()
    assert [page.width() > page.height() for page in shown.view._pages] in ([False, False], [True])
    shown.panel.table.selectRow(0)
    idle()
    assert len(shown.view._pages) in (1, 2)


def test_a_paper_without_its_file_says_so(ws, project, shown, asked):
    save(
        ws,
        [Attachment(project=Link(project.id), phase=Phase.CARRYING, item="合同", name="正本.pdf")],
        action="导入",
        person="陈",
    )
    shown.panel.table.selectRow(0)
    assert rows(shown)[0][3] == NO_FILE
    said = [label.text() for label in shown.view.findChildren(QLabel)]
    assert any("不在本台账里（只登记了文件名）" in text for text in said)
    buttons = {name: shown.panel.findChild(QPushButton, f"{name}材料").isEnabled() for name in ("打开", "另存为")}
    assert buttons == {"打开": False, "另存为": False}


def test_a_copy_to_read_is_opened_outside(monkeypatch, added, shown, asked, click):
    opened = []
    monkeypatch.setattr(prompts, "open_outside", lambda path: opened.append(path) or len(opened) < 2)
    shown.panel.table.selectRow(0)
    click(shown.panel, "打开材料")
    assert opened[0].name == shown.panel.table.chosen()[0].name and opened[0].read_bytes() in (PHOTO, SCAN)
    assert not opened[0].stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    click(shown.panel, "打开材料")
    assert any("没有能打开这种文件的程序" in said[2] for said in asked["log"] if said[0] == "tell")


def test_a_file_is_saved_as_the_very_same_bytes(ws, added, shown, asked, click, tmp_path):
    shown.panel.table.selectRow(0)
    record = shown.panel.table.chosen()[0]
    asked["pick_save"] = tmp_path / "取出" / "文件"
    click(shown.panel, "另存为材料")
    assert (tmp_path / "取出" / "文件").read_bytes() == ws.read_blob(record.digest)
    asked["pick_save"] = tmp_path / "取出"
    click(shown.panel, "另存为材料")
    assert any("是文件夹，没有写出" in said[2] for said in asked["log"] if said[0] == "tell")


def test_a_damaged_original_is_told_when_looked_at(ws, added, shown, asked):
    ws.conn.execute("DROP TRIGGER original_bytes_no_update")
    ws.conn.execute("UPDATE original_bytes SET bytes = substr(bytes, 2)")
    shown.panel.table.selectRow(0)
    assert any("已损坏" in label.text() for label in shown.view.findChildren(QLabel))


def test_names_are_such_as_every_system_takes():
    assert name_outside("a/b:c?.pdf", SCAN) == "a_b_c_.pdf"
    assert name_outside("照片.exe", PHOTO) == "照片.jpg"
    assert name_outside("照片.JPEG", PHOTO) == "照片.JPEG"
    assert name_outside("扫描", SCAN) == "扫描.pdf"


def test_pictures_are_shown_upright_and_no_larger_than_a_window():
    from io import BytesIO

    from PIL import Image

    large, out = Image.new("RGB", (4000, 2000), "red"), BytesIO()
    exif = large.getexif()
    exif[0x0112] = 6
    large.save(out, "JPEG", exif=exif)
    (picture,), _ = pictures_of(out.getvalue())
    assert (picture.width(), picture.height()) == (800, 1600)
    long = pdf(*[A4] * 15)
    pictures, count = pictures_of(long)
    assert (len(pictures), count) == (12, 15) and how_many(12, 15) == "前 12 页，共 15 页"


def test_a_note_is_kept_by_the_form(ws, project, added, shown, click):
    shown.panel.table.selectRow(0)
    click(shown.panel, "修改材料")
    from haicang_desk.ui.screens.record_dialogs import RecordDialog

    dialog = shown.window().findChildren(RecordDialog)[-1]
    record = dialog.form.read_record()
    dialog.form.cells["note"].editor.set_value("施工前")
    click(dialog, "yes")
    assert replace(record, note="施工前") in held(ws, project)
