"""Telephones and accounts on screens: masked, shown when somebody asks, and every look is in the access log."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QWidget

from haicang_desk.model.records import RECORDS, Suggestion, Village
from haicang_desk.model.services import save
from haicang_desk.model.store import access_log_of
from haicang_desk.ui.screens.access_dialog import AccessDialog
from haicang_desk.ui.screens.records_panel import column_of
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.draft_list import entries_told
from haicang_desk.ui.shell.drafts import Draft
from haicang_desk.ui.shell.private_view import private_view
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.table import Table, TableColumn

PHONE, ACCOUNT = "13800138000", "9020110100100001234"


@pytest.fixture
def log(window, ws):
    yield lambda: [(each.kind, each.about, each.person) for each in access_log_of(ws.street.id).read().lines]
    private_view().mask_again()


@pytest.fixture
def village(ws):
    whole = replace(ws.all(Village)[0], phone=PHONE, account=ACCOUNT, contact="杨志强")
    return save(ws, [whole], action="改", person="陈")[0]


def texts_of(widget):
    """All that stands in a widget for eyes and for screen readers."""
    found = [widget.accessibleName(), widget.toolTip()]
    for each in widget.findChildren(QWidget):
        found += [each.accessibleName(), each.toolTip(), each.accessibleDescription()]
        if callable(text := getattr(each, "text", None)):
            found.append(str(text()))
        if callable(texts := getattr(each, "texts", None)):
            found.append(str(texts()))
    return "\n".join(found)


def test_every_field_for_a_telephone_or_an_account_is_private():
    """But those of the street, which stand on its notices."""
    labels = {"联系电话", "账号"}
    named = {(cls, name) for cls in RECORDS for name, field in cls.fields.items() if field.label in labels}
    private = {(cls, name) for cls in RECORDS for name, field in cls.fields.items() if field.private}
    assert {(cls.table, name) for cls, name in named - private} == {("street", "phone")}
    assert private <= named


def test_a_village_shows_neither_telephone_nor_account_until_asked(window, village, log):
    window.go("villages")
    screen = window.current()
    screen.table.selectRow(0)
    told = texts_of(screen)
    assert "138****8000" in told and "****1234" in told and PHONE not in told and ACCOUNT not in told
    window.show_numbers()
    assert log() == [("显示整屏", "“村居与额度”页，5 分钟", "陈")]
    assert PHONE in texts_of(screen) and ACCOUNT in texts_of(screen)
    assert window.menus.numbers.isChecked()
    window.show_numbers()
    assert PHONE not in texts_of(screen) and not window.menus.numbers.isChecked()


def test_a_table_masks_numbers_in_any_text_and_copies_what_it_shows(window, log, qtbot):
    columns = (
        column_of(Suggestion.fields["phone"]),
        TableColumn("意见", lambda each: each.text, second_line=lambda e: e.text),
    )
    table = Table(columns, name="意见表", empty="无")
    qtbot.addWidget(table)
    table.show_rows([Suggestion(id="x", phone="6051234", text=f"灯坏了，请打{PHONE}")])
    table.selectRow(0)
    row = table.rows.row(0)
    assert [column.show(row) for column in columns] == ["****", "灯坏了，请打138****8000"]
    assert PHONE not in columns[1].told(row)
    table.copy()
    assert QGuiApplication.clipboard().text() == "联系电话\t意见\n****\t灯坏了，请打138****8000"
    assert log() == []
    private_view().show("意见")
    table.copy()
    assert PHONE in QGuiApplication.clipboard().text()
    assert log()[0] == ("复制", "意见表 1 行", "陈")


def test_a_column_of_codes_shows_them_whole(qapp):
    written = "abcde13800138000"
    assert TableColumn("存证码", lambda _: written, code=True).show(None) == written
    assert TableColumn("意见", lambda _: written).show(None) != written


@pytest.fixture
def form(window, ws, village, qtbot):
    form = RecordForm(Village, Choices(ws))
    qtbot.addWidget(form)
    form.show_record(village)
    form.show()
    return form


def line_of(form, name="phone"):
    return form.findChild(QLineEdit, f"{name}_entry")


def test_a_form_is_masked_and_reads_the_value_all_the_same(form, village):
    assert line_of(form).text() == "138****8000" and line_of(form, "account").text() == "****1234"
    assert PHONE not in texts_of(form) and ACCOUNT not in texts_of(form)
    assert form.read_record() == village and not form.changed


def test_the_eye_shows_one_field_and_is_logged(form, log, qtbot):
    eye = form.findChild(QToolButton, "phone_eye")
    qtbot.mouseClick(eye, Qt.MouseButton.LeftButton)
    assert line_of(form).text() == PHONE and line_of(form, "account").text() == "****1234"
    assert log() == [("显示", "村居“霞阳社区”的联系电话", "陈")]
    assert eye.isHidden() and not form.changed


def test_what_is_typed_is_seen_while_the_keyboard_is_there_and_masked_after(form, village, log, qtbot):
    line = line_of(form)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    assert line.text() == "" and form.read_record() == village  # nothing typed yet: the value stands
    qtbot.keyClicks(line, "13912345678")
    assert line.text() == "13912345678"
    line_of(form, "contact").setFocus()
    assert line.text() == "139****5678" and form.read_record().phone == "13912345678"
    assert log() == []


def test_who_only_passes_through_a_field_changes_nothing(form, village):
    line_of(form).setFocus(Qt.FocusReason.TabFocusReason)
    line_of(form, "contact").setFocus()
    assert line_of(form).text() == "138****8000" and form.read_record() == village and not form.changed


def test_where_the_log_cannot_be_written_nothing_is_shown(form, ws, window, asked, own_folder):
    (own_folder / "data" / "haicang-desk").mkdir(parents=True, exist_ok=True)
    (own_folder / "data" / "haicang-desk" / "access").write_bytes(b"")
    window.go("villages")
    window.show_numbers()
    assert not private_view().shown and "查看记录写不成" in asked["log"][-1][2]
    form.findChild(QToolButton, "phone_eye").click()
    assert line_of(form).text() == "138****8000"


def test_the_next_ledger_opens_masked(window, ws, log):
    private_view().show("村居")
    window.drop_store()
    assert not private_view().shown


def test_the_log_is_read_in_the_settings(window, ws, log, qtbot):
    private_view().show("村居与额度")
    window.go("settings")
    window.current().findChild(QPushButton, "show_access").click()
    dialog = window.findChild(AccessDialog)
    row = dialog.table.rows.row(0)
    assert [column.show(row) for column in dialog.table.rows.columns][1:] == [
        "陈",
        "显示整屏",
        "“村居与额度”页，5 分钟",
    ]
    assert "共 1 条" in dialog.faults.text()
    dialog.close()


def test_a_log_that_was_cut_is_told(window, ws, log):
    for _ in range(2):
        private_view().show("村居与额度")
    path = access_log_of(ws.street.id).folder / f"{window.state.now().year}.jsonl"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    dialog = AccessDialog(window, private_view().log.read())
    assert "这份记录不完整：记录到第 2 条为止" in dialog.faults.text()
    dialog.deleteLater()


def test_an_export_is_in_the_log(window, ws, log, asked, tmp_path, qtbot):
    asked["pick_save"] = tmp_path / "台账.xlsx"
    window.go("exchange")
    window.current()._export()
    qtbot.waitUntil(lambda: not window.state.jobs.busy, timeout=20_000)
    assert (tmp_path / "台账.xlsx").exists() and log()[0][0] == "导出" and "台账.xlsx" in log()[0][1]


def test_a_draft_is_told_masked():
    draft = Draft(slot="s", subject="x", what="村居", at="9:30", typed={"phone": PHONE, "text": f"打{PHONE}"}, shown={})
    assert entries_told(draft) == "138****8000，打138****8000"
