"""A clerk's morning, from an empty machine to the district's desk, once by keys alone and once by the mouse alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from haicang_desk.model.documents.privacy import mask_numbers
from haicang_desk.model.records import Consulted, Disbursement, Project, Stage, Village
from haicang_desk.model.spreadsheet.write.receipt import write_receipt
from haicang_desk.model.values import Money
from haicang_desk.ui.screens.record_dialogs import StepDialog
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.draft_list import DraftList
from haicang_desk.ui.shell.drafts import Drafts
from haicang_desk.ui.shell.settings import Settings
from tests.plain_audit import accounts, balance
from tests.ui.hands import Keys, Mouse, foreign, wait_until

pytestmark = pytest.mark.slow

NOW = datetime(2018, 9, 3, 9, 30)
STREET, CLERK, APPROVER, RESIDENT, PHONE = "新阳街道", "林锦鸿", "周文彬", "王小明", "13806012345"
VILLAGES = [f"{name}{kind}" for name in "东西南北中前后左右上" for kind in ("霞社区", "坑村")]
HEADS = (
    "资金年度 村居 项目名称 项目类别 内容类型 实施地点 建设服务内容 必要性 区级专项资金(元) 属物业等主体职责 "
    "与政府投资项目重复"
)
BAD = {3: (3, "便民"), 8: (1, "海底社区"), 14: (8, "一万四"), 20: (4, "讲座"), 27: (0, "一八年")}
MEND = {3: "服务类", 8: VILLAGES[8], 14: "14000", 20: "群众生活关爱", 27: "2018"}
BACK = (4, 9, 13, 22, 28)  # rows of the batch that are returned


def copied() -> str:
    """Thirty projects as a spreadsheet copies them: tabs, lines, and quotes around a cell of two lines."""
    lines = [HEADS.replace(" ", "\t")]
    for n in range(30):
        works = f'"开讲座 {n + 1} 场\n联系{PHONE}"' if n == 0 else f"开讲座 {n + 1} 场"
        cells = ["2018", VILLAGES[n % 20], f"讲堂{n + 1:02d}", "服务类", "群众生活关爱", f"{VILLAGES[n % 20]}会堂"]
        cells += [works, "居民反映，议事会通过", str(10_000 + 1000 * n), "否", "否"]
        if n in BAD:
            cells[BAD[n][0]] = BAD[n][1]
        lines.append("\t".join(cells))
    return "\r\n".join(lines) + "\r\n"


class Morning:
    """The desk, the hand that works at it, and what is looked at after every act: words and questions."""

    def __init__(self, app: QApplication, folder: Path, hand: Any, asked: dict[str, Any]) -> None:
        self.app, self.folder, self.hand, self.asked = app, folder, hand, asked
        self.desk = self.seat("新阳")
        self.strokes: dict[str, int] = {}

    def seat(self, name: str) -> Application:
        """A desk with settings of its own."""
        desk = Application(self.app, Settings(self.folder / f"{name}.ini"), "", now=lambda: NOW)
        desk.window.resize(1366, 768)
        desk.window.show()
        desk.window.activateWindow()
        wait_until(desk.window.isActiveWindow, "the window")
        return desk

    def leave(self, desk: Application) -> None:
        """Close the store and the window."""
        desk.window.hide()
        desk.close_store()
        self.app.aboutToQuit.disconnect(desk.close_store)
        desk.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def window(self) -> Any:
        return self.desk.window

    @property
    def screen(self) -> Any:
        return self.window.current()

    @property
    def ws(self) -> Any:
        return self.window.state.workspace

    def rest(self) -> None:
        """Until nothing is read, planned or evaluated any more."""
        state = self.window.state

        def busy() -> bool:
            screen = self.screen
            batch = screen is not None and screen.objectName() == "batch"
            return state.jobs.busy or (batch and (screen._busy or screen._pause.isActive()))

        QApplication.processEvents()
        wait_until(lambda: not busy(), "rest")

    def did(self, step: str) -> None:
        """One step is over: at most one question was asked in it, and no English word is in sight."""
        self.rest() if self.window.state else None
        asked = [said for said in self.asked["log"] if not said[0].startswith("pick_")]
        assert len(asked) <= 1, f"{step}: {asked}"
        open_dialogs = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        assert len(open_dialogs) + len(asked) <= 1, f"{step}: {open_dialogs} {asked}"
        for top in (self.window, *open_dialogs):
            assert list(foreign(top)) == [], step
        self.strokes[step] = self.hand.strokes
        self.hand.strokes = 0
        self.asked["log"].clear()


@pytest.fixture(params=[pytest.param(Keys, id="keys"), pytest.param(Mouse, id="mouse", marks=pytest.mark.soak)])
def morning(request, styled, own_folder, asked) -> Iterator[Morning]:
    story = Morning(styled, own_folder, request.param(), asked)
    yield story
    story.leave(story.desk)


def test_a_morning_at_the_desk(morning):
    begin(morning)
    paste_projects(morning)
    prepare(morning)
    decide(morning)
    print_out(morning)
    lodge(morning)
    pay(morning)
    die(morning)
    come_back(morning)
    hand_over(morning)


def begin(m: Morning) -> None:
    """First run: the guide, with twenty villages from a workbook."""
    book = Workbook()
    book.active.append(["序号", "村居名称"])
    for number, name in enumerate(VILLAGES, 1):
        book.active.append([number, name])
    book.save(m.folder / "名册.xlsx")
    m.asked["pick_open"] = m.folder / "名册.xlsx"
    m.desk.begin(None)
    guide, hand = m.desk.guide, m.hand
    hand.press("next")
    hand.fill("街道", STREET)
    hand.fill("资金年度", "2018")
    hand.press("next")
    hand.press("read_villages")
    print("STR", hand.strokes)
    hand.press("next")
    hand.fill("经办人", CLERK)
    hand.fill("台账文件", str(m.folder / "新阳.db"))
    m.did("开始：填写")
    hand.press("next")
    assert guide.step == 4
    hand.press("next")
    assert [village.name for village in m.ws.all(Village)] == VILLAGES
    m.did("开始：建立")


def paste_projects(m: Morning) -> None:
    """Thirty projects from the clipboard; five bad cells are mended in place, then all go in."""
    hand = m.hand
    QGuiApplication.clipboard().setText(copied())
    hand.go(m.window, "导入与导出")
    hand.paste("paste")
    m.rest()
    assert (m.screen.plan.faulty, len(m.screen.plan.questions)) == (4, 1), m.screen.plan.questions
    source = m.screen.view.source
    for row, (column, _) in BAD.items():
        hand.type_cell(source, row, column, MEND[row])
        m.rest()
    assert (m.screen.plan.faulty, m.screen.plan.questions, m.screen.plan.new) == (0, (), 30), m.screen.plan.errors
    m.did("粘贴和改正")
    hand.press("carry_out")
    m.rest()
    assert len(m.ws.all(Project)) == 30
    hand.press("see_written")
    assert m.screen.objectName() == "projects" and m.screen.table.rows.rowCount() == 30
    m.did("导入")


def batch(m: Morning, step: str, count: int = 30) -> Any:
    """From the list of projects to a batch of them all."""
    m.hand.choose_all(m.screen.table)
    m.hand.press("batch")
    m.rest()
    m.hand.pick(m.screen.chooser.list, step)
    m.rest()
    assert len(m.screen.rows.rows) == count
    return m.screen


def carried(m: Morning, text: str) -> None:
    """The batch is carried out, and says so."""
    m.rest()
    m.hand.carry_out("batch_go")
    m.rest()
    assert m.screen.notice.text() == text, [check and check.bars for check in m.screen.rows.checks][:3]


def prepare(m: Morning) -> None:
    """What must come before an application: opinions, a meeting, five groups, a notice."""
    hand = m.hand
    batch(m, "登记意见")
    hand.fill("日期", "7.2")
    hand.fill("提出人", RESIDENT)
    hand.fill("意见内容", "想听讲座")
    carried(m, "登记意见 30 项，已登记。")
    m.did("意见")
    hand.go(m.window, "项目")
    batch(m, "登记协商")
    hand.fill("日期", "7.9")
    hand.fill("会议名称", "居民议事会")
    hand.fill("实到人数", "9")
    hand.fill("同意", "9")
    carried(m, "登记协商 30 项，已登记。")
    m.did("协商")
    hand.go(m.window, "项目")
    batch(m, "征求意见")
    for number in range(5):
        hand.fill("日期", "8.2")
        hand.fill("人数", "9")
        hand.fill("同意", "9")
        carried(m, "征求意见 30 项，已登记。")
        m.did(f"征求意见 {number + 1}")
    assert {len(m.ws.casefile(project.id).opinions) for project in m.ws.all(Project)} == {len(Consulted)}
    hand.go(m.window, "项目")
    batch(m, "项目公示")
    hand.fill("开始日期", "8.1")
    carried(m, "项目公示 30 项，已登记。")
    m.did("公示")
    hand.go(m.window, "项目")
    batch(m, "申报")
    carried(m, "申报 30 项，已登记。")
    m.did("申报")


def decide(m: Morning) -> None:
    """Twenty-five approved and five returned in one act."""
    hand = m.hand
    hand.go(m.window, "项目")
    screen = batch(m, "批准")
    hand.fill("意见", "同意")
    hand.fill("审批人", APPROVER)
    m.rest()
    step, remark = (screen.table.column(kind) for kind in ("step", "remark"))
    for row in BACK:
        hand.pick_in_cell(screen.table, row, step, "退回补正")
        hand.type_cell(screen.table, row, remark, "请补预算明细")
    m.rest()
    carried(m, "批准 25 项，退回补正 5 项，已登记。")
    stages = [m.ws.casefile(project.id).stage for project in m.ws.all(Project)]
    assert (stages.count(Stage.APPROVED), stages.count(Stage.SENT_BACK)) == (25, 5)
    m.did("审批")


def print_out(m: Morning) -> None:
    """Twenty-five filing forms and a notice on A3 become files; what they say is read from the files."""
    hand = m.hand
    out = m.folder / "印出"
    out.mkdir()
    m.asked["pick_folder"] = out
    hand.go(m.window, "公示与文书")
    wait_until(lambda: m.screen.kinds.count() and m.screen.keeper.ready, "what can be printed")
    hand.pick(m.screen.kinds, "区备案表")
    m.rest()
    hand.press("show_ready")
    m.rest()
    assert m.screen.projects.rows.rowCount() == 25
    hand.press("save_papers")
    m.rest()
    wait_until(lambda: len(list(out.glob("*.pdf"))) == 25, "the filing forms")
    m.did("备案表")
    hand.pick(m.screen.kinds, "项目公示")
    m.rest()
    hand.tick("印成 A3（张贴用）")
    m.rest()
    before = set(out.glob("*.pdf"))
    hand.choose(m.screen.villages, 0)
    hand.press("save_papers")
    wait_until(lambda: set(out.glob("*.pdf")) - before, "the notice")
    m.rest()
    m.did("公示 A3")
    (notice,) = set(out.glob("*.pdf")) - before
    text, size = said_by(notice)
    assert "讲堂01" in text and "公示" in text
    assert RESIDENT not in text and PHONE not in text and f"联系{mask_numbers(PHONE)}" in text
    assert sorted(round(side / 72 * 25.4) for side in size) == [297, 420]
    for form in before:
        text, size = said_by(form)
        assert "备案" in text and STREET in text
        assert sorted(round(side / 72 * 25.4) for side in size) == [210, 297]


def said_by(path: Path) -> tuple[str, tuple[float, float]]:
    """The text of a PDF and the size of its first page in points."""
    with pypdfium2.PdfDocument(path) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf), pdf[0].get_size()


def lodge(m: Morning) -> None:
    """What was approved is filed with the district, and its answer registered."""
    hand = m.hand
    hand.go(m.window, "项目")
    screen = batch(m, "登记备案")
    hand.type_cell(screen.table, first_ticked(screen), screen.table.column("own"), "001")
    m.rest()
    carried(m, "登记备案 25 项，已登记。")
    m.did("备案")


def first_ticked(screen: Any) -> int:
    return next(number for number, row in enumerate(screen.rows.rows) if row.ticked)


def pay(m: Morning) -> None:
    """Three payments; one is more than was approved, which is refused with the yuan, and mended."""
    hand = m.hand
    hand.go(m.window, "拨付")
    m.rest()
    for number, amount in enumerate(("", "", "99999"), 1):
        due = m.screen.due
        hand.choose(due, 0)
        left = due.chosen()[0].undisbursed
        hand.press("pay")
        hand.fill("凭证号", f"J-{number:03d}")
        hand.fill("审批人", APPROVER)
        if amount:
            hand.fill("金额", amount)
            hand.carry_out("yes")
            dialog = m.window.findChild(StepDialog)
            over = Money(int(amount) * 100) - left
            assert any(f"超出 {over} 元" in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
            assert len(m.ws.all(Disbursement)) == number - 1
            hand.fill("金额", str(left.fen // 100))
        hand.carry_out("yes")
        m.rest()
        assert len(m.ws.all(Disbursement)) == number
        m.did(f"拨付 {number}")


def type_draft(hand: str, folder: str) -> None:
    """What the process that is killed does: open the ledger of the last time, and begin a project."""
    app = QApplication([])
    settings = Settings(Path(folder) / "新阳.ini")
    desk = Application(app, settings, "", now=lambda: NOW)
    desk.window.resize(1366, 768)
    desk.window.show()
    desk.window.activateWindow()
    desk.begin(None)
    wait_until(desk.window.isActiveWindow, "the window")
    clerk: Any = {each.name: each for each in (Keys, Mouse)}[hand]()
    clerk.go(desk.window, "项目")
    clerk.press("new_project")
    clerk.fill("项目名称", "写到一半的讲堂")
    while True:
        app.processEvents()
        time.sleep(0.01)


def die(m: Morning) -> None:
    """Another sitting: a project is begun, and the process killed once the draft is on the disk."""
    m.leave(m.desk)
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    code = f"from tests.ui.test_morning import type_draft; type_draft({m.hand.name!r}, {str(m.folder)!r})"
    child = subprocess.Popen([sys.executable, "-c", code], env=env)
    drafts = Drafts(m.folder / "新阳.db")
    try:
        wait_until(lambda: child.poll() is None and drafts.all(), "the draft")
    finally:
        child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        child.wait(20)


def come_back(m: Morning) -> None:
    """The draft is offered and taken; what is saved is undone and redone."""
    hand = m.hand
    m.desk = m.seat("新阳")
    m.desk.begin(None)
    assert m.window.findChild(DraftList).isVisible()
    m.did("重新打开")
    hand.press("open_0")
    page = m.screen
    assert page.form.raw()["title"] == "写到一半的讲堂"
    finish(m, page)
    m.did("接着填写")
    count = len(m.ws.all(Project))
    hand.go(m.window, "项目")
    hand.menu(m.window, "撤销")
    assert len(m.ws.all(Project)) == count - 1
    hand.menu(m.window, "重做")
    assert len(m.ws.all(Project)) == count == 31
    m.did("撤销和重做")


def finish(m: Morning, page: Any) -> None:
    """The rest of the project."""
    m.hand.fill("村居", VILLAGES[0])
    m.hand.press("save")
    m.rest()


def hand_over(m: Morning) -> None:
    """The ledger goes to another desk; both, and a plain audit of the workbook, agree to the fen."""
    hand, book = m.hand, m.folder / "台账.xlsx"
    m.asked["pick_save"] = book
    hand.go(m.window, "导入与导出")
    hand.press("export")
    m.rest()
    wait_until(book.exists, "the workbook")
    m.did("导出")
    sent = m.ws.register(2018)
    m.leave(m.desk)
    m.desk = m.seat("区")
    m.desk.begin(None)
    hand.press("next")
    hand.fill("街道", STREET)
    hand.fill("资金年度", "2018")
    hand.press("next")
    hand.press("next")
    hand.fill("经办人", "区经办")
    hand.fill("台账文件", str(m.folder / "区.db"))
    hand.press("next")
    hand.press("next")
    m.did("区里建立台账")
    m.asked["pick_open"] = book
    hand.go(m.window, "导入与导出")
    hand.press("pick")
    m.rest()
    assert (m.screen.plan.faulty, m.screen.plan.questions) == (0, ()), (m.screen.plan.errors, m.screen.plan.questions)
    hand.press("carry_out")
    m.rest()
    m.did("区里导入")
    got = m.ws.register(2018)
    assert got.street.as_json() == sent.street.as_json() and sent.street.disbursed > Money(0)
    own = accounts(book, 2018)
    plain = balance(own, None)
    assert {key: got.street.as_json()[key] for key in plain} == plain
    assert [each.faults() for each in own] == [set()] * 31
    (village,) = [each for each in m.ws.all(Village) if each.name == VILLAGES[0]]
    write_receipt(m.ws, village, m.folder / "回执.xlsx", today=NOW.date())
    told = [cell.value for cell in load_workbook(m.folder / "回执.xlsx")["项目"][1]]
    assert any(str(heading).startswith("回执：") for heading in told)
