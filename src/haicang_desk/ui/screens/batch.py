"""One step for many projects: what all share typed once, each project's own in its row, carried out as one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from haicang_desk.model.services import (
    Batch,
    BatchRow,
    RowCheck,
    batch_of,
    batch_steps_of,
    form_of,
    name_of_batch,
    read_rows_of_batch,
    take_batch,
    taken_under,
)
from haicang_desk.model.store import FinishedChange
from haicang_desk.model.values import BatchRefused, ChangedMeanwhile, DeskError, Refused
from haicang_desk.model.workflow import STEPS, Step
from haicang_desk.ui.screens.batch_check import BatchCheck
from haicang_desk.ui.screens.batch_chooser import StepChooser
from haicang_desk.ui.screens.batch_drafts import draft_key, draft_of, projects_of_draft, take_draft
from haicang_desk.ui.screens.batch_facts import BatchFacts
from haicang_desk.ui.screens.batch_notice import BatchNotice
from haicang_desk.ui.screens.batch_result import undo_batch, what_next
from haicang_desk.ui.screens.batch_row_form import ask_apart
from haicang_desk.ui.screens.batch_rows import CHECK, OWN, REMARK, TICK, BatchRows
from haicang_desk.ui.screens.batch_sums import BatchFigure, SumStrip, moved_shares
from haicang_desk.ui.screens.batch_table import BatchTable
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.backup_keeper import backed_up_before
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.drafts import Draft, Drafts, written_at
from haicang_desk.ui.shell.slices import Slices
from haicang_desk.ui.shell.theme import em
from haicang_desk.ui.shell.waiting import wait_until_verified
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.layouts import ElidedLabel

PAUSE = 150  # ms after the last key in what is typed once before the rows are evaluated again
KEEP = 2000  # ms after an entry before the draft is written
MOMENT = 0.02  # seconds that the window may stand still
LOW, LOWEST = 42, 32  # characters: a window that is less high shows no list of keys, no sums
REMEMBERED = ("approver", "assessor")  # typed once, and proposed the next time
KEYS = "空格 勾选　回车 向下　Ctrl+D 往下填　.. 同上一行　F8 下一处要改的　Ctrl+E 这一项另填　Ctrl+回车 办理"


_TO_PROJECTS = ("到“项目”里选(&L)", "list", ("projects", None))


class BatchScreen(Screen):
    """成批办理: a step over many projects, or the steps that fit the projects given."""

    title = "成批办理"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._ids: list[str] = []
        self._name, self._key, self._slot = "", "", ""
        self._carry_next = self._carrying = self._touched = False
        self._drafts = Drafts(state.workspace.path)
        choices = Choices(state.workspace)
        back = self.add_button("返回(&B)", self._leave, name="batch_back", icon="arrow-left", rank=3)
        back.setToolTip("填了没有办的会留着，下次接着办")
        self._apart = self.add_button("这一项另填(&E)", self._own_form, name="batch_own", icon="pencil", rank=2)
        self._barred = self.add_button("", self.next_barred, name="batch_barred", icon="circle-alert", rank=1)
        self._go = self.add_button("办理(&S)", self.carry_out, role="primary", name="batch_go", icon="stamp")
        self._go.setToolTip("Ctrl+回车")
        self._barred.setToolTip("F8")
        self._apart.setToolTip("Ctrl+E：日期、意见等与别的项目不同时用")
        self.notice = BatchNotice()
        self.facts = BatchFacts(state.workspace, choices)
        self.figure = BatchFigure()
        self.rows = BatchRows(choices)
        self.table = BatchTable(self.rows)
        self.facts.after_last = self.table
        self.sums = SumStrip()
        self.chooser = StepChooser()
        self._told, self._mend = ElidedLabel("", role="muted"), QPushButton("去改(&G)")
        self._mend.setAccessibleName("去改")
        self._keys = ElidedLabel(KEYS, role="small")
        self._mend.setObjectName("batch_mend")
        self._reading, self._check = Slices(self), BatchCheck(self, state.workspace, self.rows)
        self._check.finished.connect(self._on_checked)
        self._pause, self._keep = self._timer(PAUSE, self._on_once), self._timer(KEEP, self.keep_draft)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.chooser)
        self._pages.addWidget(self._work())
        self.body.addWidget(self.notice)
        self.body.addWidget(self._pages, 1)
        self._connect()

    @property
    def _busy(self) -> bool:
        """Whether projects are being read or evaluated."""
        return self._reading.busy or self._check.busy

    def _timer(self, ms: int, act: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(act)
        return timer

    def _work(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(em(self, 0.8))
        card, row = Card(), QHBoxLayout()
        row.setSpacing(em(self, 1.2))
        row.addWidget(self.facts, 1)
        row.addWidget(self.figure)
        card.body.addLayout(row)
        foot = QHBoxLayout()
        foot.addWidget(self._told, 1)
        foot.addWidget(self._mend)
        for part in (card, self.sums):
            whole.addWidget(part)
        whole.addWidget(self.table, 1)
        whole.addLayout(foot)
        whole.addWidget(self._keys)
        return page

    def _connect(self) -> None:
        self.chooser.chosen.connect(lambda name: self._open(name, self._ids))
        self.facts.edited.connect(self._pause.start)
        self.facts.carry.connect(self.carry_out)
        self.rows.moved.connect(self._on_moved)
        self.table.carry.connect(self.carry_out)
        self.table.next_barred.connect(self.next_barred)
        self.table.row_shown.connect(self._show_told)
        self.table.mend.connect(self._go_mend)
        self.table.apart.connect(lambda _: self._own_form())
        self._mend.clicked.connect(lambda: self._go_mend(self.table.currentIndex().row()))
        self.notice.acted.connect(self._on_notice)
        for keys, act in (("F8", self.next_barred), ("Ctrl+Return", self.carry_out), ("Ctrl+E", self._own_form)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # opening

    def show_what(self, what: Any) -> None:
        """A step and ids of projects, or ids alone: then the steps that fit are offered."""
        with_step = isinstance(what, Sequence) and len(what) == 2 and not isinstance(what[1], str)
        name, ids = what if with_step else ("", what)
        if self._name and self._touched:
            self.keep_draft()
        self.notice.clear()
        self._stale = False
        if name:
            self._open(name, list(ids))
        else:
            self._offer(list(ids))

    def _offer(self, ids: list[str]) -> None:
        self._close()
        self._ids = ids
        self.chooser.show_steps(batch_steps_of(self.state.workspace, ids))
        self.note.setText(f"选中 {len(ids)} 项")
        self._pages.setCurrentIndex(0)
        self.heading.setText(self.title)
        self._allow()
        if not self.chooser.focus_likely():
            why = "所选的项目没有可以一起办的步骤。" if ids else "还没有选项目。"
            self.notice.say("info", f"{why}请在“项目”里选好，再按“成批办理”。", [_TO_PROJECTS])

    def _open(self, name: str, ids: Sequence[str], own: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Read the projects, a few at a time, and show the step over them. ``own``: answers known by project."""
        form_of(STEPS[name])
        self._close()
        self._name, self._ids, self._key, self._slot = name, list(ids), str(uuid4()), uuid4().hex
        self.heading.setText(f"{self.title}：{STEPS[name].label}")
        self.note.setText(f"正在读入 {len(self._ids)} 项…")
        self._pages.setCurrentIndex(1)
        self._allow()
        self._reading.start(self._opening(own or {}), self._opened)

    def _close(self) -> None:
        self._reading.stop()
        self._check.forget()
        self._pause.stop()
        self._keep.stop()
        self._name, self._touched, self._carry_next = "", False, False
        self.rows.clear()
        self.sums.show_shares([])

    def _opening(self, own: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
        """Read the projects, then make rows and fields: each a piece that holds the window up for a moment only."""
        ws, found = self.state.workspace, list[BatchRow]()
        yield from _into(found, read_rows_of_batch(ws, self._name, self._ids))
        if not found:
            return
        found = [replace(row, own=own.get(row.case.project.id, {})) for row in found]
        batch = batch_of(ws, self._name, found, on=self.state.today(), person=self.state.person)
        kept = self.state.settings.structure(draft_key(self._name))
        if isinstance(kept, dict):
            known = {name: text for name, text in kept.items() if name in batch.once and not batch.once[name]}
            batch = replace(batch, once={**batch.once, **known})
        yield
        self.rows.show_batch(batch)
        yield
        self.facts.show_batch(batch)

    def _opened(self) -> None:
        """Go on with a draft, evaluate, and put the keyboard on the first field that is empty and may not be."""
        batch = self.rows.batch
        if batch is None:
            self._offer([])
            return
        self._take_draft()
        touched = self._touched
        self.rows.set_once(self.facts.once())
        self._touched = touched
        self._check.check_from(0)
        self.table.go_to(0, self.table.column(OWN, REMARK, TICK))
        fields, form = batch.step.record.fields, batch.form
        asked = (name for name in batch.once if fields[name].required or name in form.needs)
        empty = next((name for name in asked if not str(self.facts.once().get(name) or "").strip()), "")
        if empty:
            self.facts.focus_on(empty)
        else:
            self.table.setFocus()
        self._allow()

    # evaluating

    def _on_once(self) -> None:
        self._touch()
        self.rows.set_once(self.facts.once())

    def _on_moved(self, first: int) -> None:
        self._touch()
        self._check.check_from(first)

    def _touch(self) -> None:
        if self.rows.batch is not None:
            self._touched = True
            self._keep.start()

    def _on_checked(self) -> None:
        self._show_sums()
        self._allow()
        self._show_told(self.table.currentIndex().row())
        if self._carry_next:
            self._carry_next = False
            self.carry_out()

    def _show_sums(self) -> None:
        batch = self.rows.batch
        if batch is None or not self.rows.checks:
            return
        year = batch.rows[0].case.project.fund_year
        after = next((c.after for c in reversed(self.rows.checks) if c is not None and c.after.year == year), None)
        before = self._check.before.get(year)
        if after is None or before is None:
            return
        homes = list(dict.fromkeys(row.case.village.id for row in batch.rows if row.case.project.fund_year == year))
        self.sums.show_shares(moved_shares(before, after, self.state.workspace.policy(year), homes, batch.step.record))
        going = [check for row, check in zip(batch.rows, self.rows.checks, strict=True) if _is_summed(check, row)]
        self.figure.show_batch(batch, going, after)

    # telling

    def _allow(self) -> None:
        batch = self.rows.batch
        going = self._going()
        barred = [number for number in range(len(self.rows.rows)) if self.rows.is_barred(number)]
        self._go.setVisible(bool(self._name))
        self._apart.setVisible(batch is not None and bool(self.rows.rows))
        self._barred.setVisible(bool(barred))
        self._barred.setText(f"{len(barred)} 项要改")
        self._barred.setAccessibleName(f"{len(barred)} 项要改")
        self._go.setEnabled(going is not None and bool(going.rows))
        usual = STEPS[self._name].label if self._name else ""
        label = name_of_batch(going) if going is not None and going.rows else usual
        self._go.setText(f"{label}(&S)")
        self._go.setAccessibleName(label)
        if batch is not None:
            unticked = sum(not row.ticked for row in batch.rows)
            parts = [
                f"选中 {len(batch.rows)} 项",
                *([f"{len(barred)} 项要改"] if barred else []),
                *([f"{unticked} 项不办"] if unticked else []),
            ]
            self.note.setText("，".join(parts))

    def _going(self) -> Batch | None:
        """The batch with the rows that go along alone."""
        batch = self.rows.batch
        if batch is None:
            return None
        return replace(batch, rows=tuple(row for number, row in enumerate(batch.rows) if self.rows.goes(number)))

    def _show_told(self, number: int) -> None:
        known = 0 <= number < len(self.rows.rows)
        text = self.rows.told(number) if known else ""
        title = self.rows.rows[number].case.project.title if known else ""
        self._told.setText(f"{title}：{' '.join(text.split(chr(10)))}" if text else "")
        check = self.rows.checks[number] if known else None
        self._mend.setVisible(bool(check and (check.bars or check.findings)))

    def next_barred(self) -> None:
        """Go to the next row that is wanted and barred, at the entry that is to be mended."""
        self.table.take_entry()
        count, here = len(self.rows.rows), self.table.currentIndex().row()
        for step in range(1, count + 1):
            number = (here + step) % count
            if self.rows.is_barred(number):
                self.table.go_to(number, self.rows.place_to_mend(number))
                self.table.setFocus()
                return

    def _go_mend(self, number: int) -> None:
        """Lead to where a finding is put right: the entry here, else the project."""
        if not 0 <= number < len(self.rows.rows):
            return
        place, check = self.rows.place_to_mend(number), self.rows.checks[number]
        if self.rows.columns[place].kind != CHECK:
            self.table.go_to(number, place)
            self.table.setFocus()
            return
        found = next(iter(check.findings), None) if check else None
        if found is not None and found.project_id:
            self.state.screen_requested.emit("project", found)
        else:
            self.state.project_requested.emit(self.rows.rows[number].case.project.id)

    def _own_form(self) -> None:
        """Ask for all answers of the current row in a form of its own."""
        number = self.table.currentIndex().row()
        if self.rows.batch is not None and 0 <= number < len(self.rows.rows):
            ask_apart(self, self.rows, number, self.state.workspace)

    # carrying out

    def carry_out(self) -> None:
        """Carry out the rows that are wanted and not barred, as one change."""
        self.table.take_entry()
        if self._pause.isActive():
            self._pause.stop()
            self._on_once()
        if self._busy:
            self._carry_next = True
            return
        going = self._going()
        if going is None or not self._name:
            return
        try:
            going = replace(going, once={**going.once, **self.facts.whole()})
            if not going.rows:
                raise Refused("没有可以办理的项目，没有写入。请勾选项目，标出的先改好（F8 逐个看）")
            self._carrying = True
            if not backed_up_before(self, self.state, "成批办理"):
                return
            if self.state.workspace.must_wait(going.step.record):
                wait_until_verified(self, self.state.workspace.condition)
            done = take_batch(self.state.workspace, going, person=self.state.person, key=self._key)
        except (BatchRefused, ChangedMeanwhile) as refused:
            self.notice.say("block", str(refused))
            self._reread()
        except (ValueError, DeskError) as refused:
            level, said = "block", str(refused)
            if done := taken_under(self.state.workspace, self._key):  # it was carried out, though that was not clear
                level, said = "good", f"{done}，已经登记过，没有重复办理。"
                self._drafts.drop(self._slot)
                self._open(self._name, self._ids)
            self.notice.say(level, said)
        else:
            self._on_done(going, done)
        finally:
            self._carrying = False

    def _on_done(self, going: Batch, done: str) -> None:
        kept = {name: going.once[name] for name in REMEMBERED if going.once.get(name)}
        if kept:
            self.state.settings.keep_structure(draft_key(self._name), kept)
        self._drafts.drop(self._slot)
        ids = {row.case.project.id for row in going.rows}
        again = going.step.repeatable  # such as 征求意见: the next of the five groups
        self._ids = self._ids if again else [each for each in self._ids if each not in ids]
        self._key, self._slot, self._touched = str(uuid4()), uuid4().hex, False
        self._keep.stop()
        self.notice.say("good", f"{done}，已登记。", what_next(self.state.workspace, going, done))
        self.state.message.emit(f"{done}，已登记")
        if again:
            self._open(self._name, self._ids)
        else:
            self._reread()
            self.notice.focus_first()

    def _on_notice(self, what: Any) -> None:
        name, about = what
        if name == "undo" and backed_up_before(self, self.state, "撤销"):
            self.attempt(self.title, lambda: self.notice.say("info", undo_batch(self.state, about)))
        elif name == "answer":
            self.notice.clear()
            self._open(about[0], list(about[1]), about[1])
        elif name == "restart":
            self._drafts.drop(self._slot)
            self.notice.clear()
            self._open(self._name, self._ids)
        else:
            self.state.screen_requested.emit(name, about)

    def _leave(self) -> None:
        self.state.screen_requested.emit("back", None)

    # reading again

    def look(self) -> None:
        """Read the projects again, keeping what was typed."""
        if self._carrying:
            return
        if self._name:
            self._reread()
        else:
            self._offer(self._ids)

    def _reread(self) -> None:
        batch, kept = self.rows.batch, dict[str, tuple[BatchRow, dict[str, str]]]()
        if batch is None:
            return
        for row, typed in zip(self.rows.rows, self.rows.typed, strict=True):
            kept[row.case.project.id] = (row, typed)
        found: list[BatchRow] = []

        def show() -> None:
            """Put the new casefiles under the old answers."""
            rows = [replace(kept[r.case.project.id][0], case=r.case) if r.case.project.id in kept else r for r in found]
            here = self.table.currentIndex()
            self.rows.show_batch(
                replace(batch, rows=tuple(rows), once=self.facts.once()),
                [kept[r.case.project.id][1] if r.case.project.id in kept else {} for r in rows],
            )
            self._check.forget()
            self._check.check_from(0)
            if rows:
                self.table.go_to(min(max(here.row(), 0), len(rows) - 1), here.column())
            self._allow()

        self._reading.start(_into(found, read_rows_of_batch(self.state.workspace, self._name, self._ids)), show)

    def concerns(self, done: FinishedChange) -> bool:
        """Any change of a project moves the sums; the batch's own is shown by itself."""
        return not self._carrying and bool(self._ids) and bool(done.projects)

    def save_and_new(self) -> None:
        """F12: carry out; a step that is taken several times begins the next at once."""
        self.carry_out()

    def print_now(self) -> None:
        """Print the documents of the step for the projects in view."""
        step: Step | None = STEPS.get(self._name)
        self.state.screen_requested.emit("papers", (step.document, self._ids) if step and step.document else self._ids)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the table comes before the list of keys, and then before the sums."""
        super().resizeEvent(event)
        above = self.parentWidget()
        room = (above.height() if above is not None else self.height()) / em(self, 1)
        self._keys.setVisible(room > LOW)
        self.sums.setMaximumHeight(16777215 if room > LOWEST else 0)

    def retire(self) -> None:
        """Keep the draft, stop what runs."""
        if self._touched:
            self.keep_draft()
        self._reading.stop()
        self._check.forget()
        super().retire()

    def may_leave(self) -> bool:
        """Going elsewhere loses nothing: the draft is kept."""
        self.table.take_entry()
        if self._touched:
            self.keep_draft()
        return True

    # drafts

    def keep_draft(self) -> None:
        """Write what was typed to disk, with the key under which it would be carried out."""
        if self._touched and self._ids:  # an entry that is set right when it is left is no work to go on with
            what, at = f"成批{STEPS[self._name].label} {len(self._ids)} 项", written_at(self.state.now())
            typed = draft_of(self.rows, self.facts, self._key)
            request = [self._name, self._ids]
            self._drafts.keep(
                Draft(self._slot, draft_key(self._name), what, at, typed, screen="batch", request=request)
            )

    def _take_draft(self) -> None:
        """Go on with what was typed about these projects and not carried out."""
        for draft in self._drafts.of(draft_key(self._name)):
            if key := take_draft(self.rows, self.facts, draft.typed):
                if set(projects_of_draft(draft.typed)) <= set(self._ids):
                    self._slot, self._key = draft.slot, key
                self._touched = True
                again = [("从头填(&R)", "rotate-ccw", ("restart", None))]
                self.notice.say("info", f"已接上 {draft.at} 没有办完的填写内容。", again)
                return


def _is_summed(check: RowCheck | None, row: BatchRow) -> TypeGuard[RowCheck]:
    """Whether the amount of a row is part of the sum: it is wanted, and at most an entry beside it is missing."""
    if check is None or check.record is None or not row.ticked or row.faults:
        return False
    return not any(found.stops for found in check.findings)


def _into(found: list[BatchRow], pieces: Iterator[BatchRow]) -> Iterator[None]:
    """Collect pieces one after the other."""
    for piece in pieces:
        found.append(piece)
        yield
