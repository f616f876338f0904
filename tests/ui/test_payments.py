"""拨付: several projects selected, summed and paid together; a selection that stays; payments that lack something."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtWidgets import QPushButton

from haicang_desk.model.records import Disbursement
from haicang_desk.model.services import take_step
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from tests.services import batches


@pytest.fixture
def visit(window):
    def go(name):
        window.go(name)
        return window.current()

    return go


def test_payments_are_selected_summed_and_paid_together(visit, ws, click, state):
    projects = batches.lodged(ws, 1, 2, 3)
    screen = visit("payments")
    screen.due.choose_ids({project.id for project in projects[:2]})
    assert screen.picked.accessibleName() == "已选（元） 30,000.00 2 项"
    asked_for = []
    state.screen_requested.connect(lambda name, what: asked_for.append((name, what)))
    click(screen, "pay")
    name, (step, ids) = asked_for[0]
    assert (name, step, set(ids)) == ("batch", "disburse", {project.id for project in projects[:2]})


def test_after_the_last_payment_of_a_project_the_next_is_selected(visit, ws, click, state):
    projects = batches.lodged(ws, 1, 2, 3)
    state.now = lambda: datetime(2018, 9, 10, 9)
    screen = visit("payments")
    screen.due.show_id(projects[1].id)
    payment = {"amount": projects[1].special, "payee": "霞阳社区居民委员会", "voucher": "记-1"}
    take_step(ws, projects[1].id, "disburse", on=date(2018, 9, 10), person="陈", answers=payment)
    assert [row.id for row in screen.due.chosen()] == [projects[2].id]


def test_a_payment_without_a_voucher_is_marked_and_opens_to_be_changed(visit, ws, click):
    (project,) = batches.lodged(ws, 1)
    payment = {"amount": project.special, "payee": "霞阳社区居民委员会"}
    take_step(ws, project.id, "disburse", on=date(2018, 9, 10), person="陈", answers=payment)
    screen = visit("payments")
    screen.tabs.setCurrentIndex(1)
    screen.paid.selectRow(0)
    (row,) = screen.paid.chosen()
    voucher = next(column for column in screen.paid.rows.columns if column.order == "voucher")
    assert voucher.icon(row).words == "没有凭证号，请改这一笔补上"
    click(screen, "edit_paid")
    assert screen.findChildren(RecordDialog)[-1].windowTitle().startswith("修改拨付")


def test_a_payment_that_is_changed_asks_for_the_reason_and_keeps_it_in_the_journal(visit, ws, click, asked):
    (project,) = batches.lodged(ws, 1)
    payment = {"amount": project.special, "payee": "霞阳社区居民委员会", "voucher": "记-1"}
    take_step(ws, project.id, "disburse", on=date(2018, 9, 10), person="陈", answers=payment)
    screen = visit("payments")
    screen.tabs.setCurrentIndex(1)
    screen.paid.selectRow(0)
    click(screen, "edit_paid")
    dialog = screen.findChildren(RecordDialog)[-1]
    dialog.form.set_raw({"amount": "9000"})
    asked["ask_reason"] = "多写了一千"
    click(dialog, "yes")
    assert ws.casefile(project.id).disbursed == batches.wan(0.9)
    (action,) = ws.conn.execute("SELECT action FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    assert "多写了一千" in action
    assert [row.id for row in screen.paid.chosen()] == [ws.all(Disbursement)[0].id]  # what was selected stays so


def test_a_payment_is_voided_from_the_ledger_with_a_reason(visit, ws, click, asked):
    (project,) = batches.lodged(ws, 1)
    payment = {"amount": project.special, "payee": "霞阳社区居民委员会", "voucher": "记-1"}
    take_step(ws, project.id, "disburse", on=date(2018, 9, 10), person="陈", answers=payment)
    screen = visit("payments")
    screen.tabs.setCurrentIndex(1)
    screen.paid.selectRow(0)
    screen.findChild(QPushButton, "void_paid").click()  # it may stand in the menu of the head
    assert ws.all(Disbursement) == [] and screen.due.rows.rowCount() == 1
