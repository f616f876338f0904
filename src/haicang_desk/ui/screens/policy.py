"""政策依据: the whole text of the scheme, and on each paragraph its figures, rules and open findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from haicang_desk.model.findings import Clause
from haicang_desk.model.policy import (
    NUMBER,
    Policy,
    PolicyParagraph,
    RuleSetDraft,
    paragraph_at,
    policy_text,
)
from haicang_desk.model.rules import rules_by_code
from haicang_desk.model.services import (
    PolicyDifference,
    accept_policy_file,
    enact_rule_set,
    policy_differences,
)
from haicang_desk.model.store import ProjectFilter, count_projects
from haicang_desk.model.values import Refused, full_date, matching_form, pinyin_forms
from haicang_desk.paths import policy_folder
from haicang_desk.ui.screens.policy_clause import (
    SCOPES,
    ClausePanel,
    Resting,
    gravest,
    guarded_steps,
    resting_on,
    source_of,
)
from haicang_desk.ui.screens.rule_set_dialog import EDIT, RuleSetDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.drafts import Drafts
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.filter_bar import SearchLine
from haicang_desk.ui.widgets.layouts import RememberedSplitter
from haicang_desk.ui.widgets.policy_reader import ParagraphMark, PolicyReader
from haicang_desk.ui.widgets.table import Table, TableColumn

MOST_LINES = 12  # of what changes in a policy file that a question shows
NARROW = 62  # characters: from here down the panel of a paragraph lies below the text
START = "三(一)¶9"  # the paragraph that most figures rest on


class PolicyScreen(Screen):
    """The scheme, its figures and rules. 条文：C001–C005 C007 C009"""

    title = "政策依据"

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self.add_button("方案原件(&O)", self._open_original, name="original", icon="file-text").setToolTip(
            "打开街道存放的方案 PDF"
        )
        self.add_button("设定以后年度的参数…(&M)", self.edit_parameters, name="edit_parameters", icon="pencil", rank=2)
        self.accept = self.add_button(
            "启用改动过的政策文件…(&F)", self.accept_files, name="accept_policy_files", icon="file-text"
        )
        self._resting: dict[str, Resting] = {}
        self._shown: tuple[str, Resting] | None = None  # what the panel shows: its cards take a moment to make
        self._panel_due = QTimer(self)
        self._panel_due.setSingleShot(True)
        self._panel_due.timeout.connect(self._show_panel)
        self.words = SearchLine("查找条文", "找条文、参数和规则，汉字或拼音首字母")
        self.words.criteria.connect(self._find)
        self.words.returnPressed.connect(self._next)
        self._hits = QLabel()
        set_role(self._hits, "muted")
        self.reader = PolicyReader()
        self.reader.picked.connect(lambda _: self._panel_due.start(0))
        self.panel = ClausePanel()
        self.panel.asked.connect(self._list_projects)
        self.panel.opened.connect(state.project_requested.emit)
        self.split = RememberedSplitter(Qt.Orientation.Horizontal, self.title, state.settings)
        self.split.addWidget(self.reader)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.restore()
        self._tables()
        self._number = _note("muted")
        self.warning = _note("fault")  # what the office should mend in its own files
        row = QHBoxLayout()
        row.addWidget(self.words, 2)
        row.addWidget(self._hits, 1)
        whole = QWidget()
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, em(self, 0.6), 0, 0)
        inside.addLayout(row)
        inside.addWidget(self.split, 1)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("全文、参数和规则")
        self.tabs.addTab(whole, "全文(&1)")
        self.tabs.addTab(self.table, "参数(&2)")
        self.tabs.addTab(self.rules, "规则(&3)")
        self.body.addWidget(self._number)
        self.body.addWidget(self.warning)
        self.body.addWidget(self.tabs, 1)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._go_find)
        state.findings_changed.connect(self._on_findings)

    def _tables(self) -> None:
        columns = (
            TableColumn("参数", lambda r: r[0].label, "", 22, grows=True),
            TableColumn("取值", lambda r: r[0].text, "", 10),
            TableColumn("条文", lambda r: str(r[1]), "", 16),
            TableColumn("来源", lambda r: source_of(r[0]), "", 12),
        )
        rules = (
            TableColumn("规则", lambda r: r.code, "", 4),
            TableColumn("内容", lambda r: r.title, "", 18, grows=True),
            TableColumn("针对", lambda r: SCOPES[r.scope], "", 4),
            TableColumn("办理前核对", guarded_steps, "", 18, grows=True),
        )
        self.table = Table(columns, name="政策参数表", empty="")
        self.rules = Table(rules, name="规则表", empty="")
        self.table.opened.connect(lambda row: self._turn_to(row[0].place))
        self.rules.opened.connect(lambda rule: self._turn_to(rule.clause_in(self.state.policy).place))

    # showing

    def make_ahead(self) -> Iterator[None]:
        """The paragraphs and the panel beside them."""
        self.look_if_stale()
        yield

    def look(self) -> None:
        """Read what is shown from the store again."""
        policy: Policy = self.state.policy
        self.note.setText(f"{self.state.year} 年度")
        self._number.setText(f"{policy.title}（{policy.number}），自 {policy.from_year} 年度起　{_heading(policy)}")
        differing = policy_differences(self.state.workspace)
        faults = self.state.workspace.rule_book.faults
        warnings = [*filter(None, [policy.borrowed_note]), *faults, *(each.message for each in differing)]
        self.accept.setVisible(any(not each.text.shipped for each in differing))
        if policy.number != NUMBER:
            warnings.insert(0, f"下面的全文是{NUMBER}的；{policy.number}的条文请看原件")
        self.warning.setText("\n".join(warnings))
        self.warning.setVisible(bool(warnings))
        self.table.show_rows([(parameter, policy.clause(name)) for name, parameter in policy.parameters.items()])
        self.rules.show_rows([rule for rules in rules_by_code().values() for rule in rules])
        if not self.reader.count():
            self.reader.show_paragraphs(policy_text())
        if not self._resting:
            self._resting = dict(resting_on(policy, ()))
            self._mark()
        if self.reader.currentRow() < 0:
            self.reader.turn_to(START)
        QTimer.singleShot(0, self, self._take_findings)  # the text first, what rules find a moment later

    def _on_findings(self) -> None:
        if self.isVisible():
            self._take_findings()
        else:
            self._stale = True

    def _take_findings(self) -> None:
        self._resting = dict(resting_on(self.state.policy, self.state.findings()))
        self._mark()
        self._panel_due.start(0)

    def _mark(self) -> None:
        marks: dict[str, list[ParagraphMark]] = {}
        for place, resting in self._resting.items():
            found = []
            if resting.findings:
                found.append(ParagraphMark(f"提醒 {len(resting.findings)}", gravest(resting.findings)))
            if resting.parameters:
                found.append(ParagraphMark(f"参数 {len(resting.parameters)}", "info"))
            marks[place] = found
        self.reader.mark(marks)

    def _show_panel(self) -> None:
        """Show what rests on the paragraph selected, unless that is what is shown."""
        if (item := self.reader.currentItem()) is None:
            return
        paragraph: PolicyParagraph = item.data(Qt.ItemDataRole.UserRole)
        resting = self._resting.get(paragraph.place, Resting())
        if self._shown != (paragraph.place, resting):
            self._shown = (paragraph.place, resting)
            where = str(Clause("", paragraph.place)) if paragraph.level >= 0 else paragraph.place.replace("·", "，")
            self.panel.show_paragraph(paragraph, where, resting)

    def show_what(self, what: Any) -> None:
        """Open at a clause: its number (C061), its place (三(一)¶9), or a Clause; or the form of later figures."""
        self.look_if_stale()
        if what == EDIT:
            self.edit_parameters()
            return
        self._turn_to(what.place if isinstance(what, Clause) else str(what))

    def _turn_to(self, where: str) -> None:
        paragraph = paragraph_at(where)
        if paragraph is None:
            self.state.message.emit(f"方案里没有“{where}”这一条")
            return
        self.tabs.setCurrentIndex(0)
        self.reader.turn_to(paragraph.place)
        self.reader.setFocus()

    def retire(self) -> None:
        """Listen to nothing more."""
        self.state.findings_changed.disconnect(self._on_findings)
        super().retire()

    # finding

    def _find(self, words: str) -> None:
        """Go to the first paragraph that holds all words, in 汉字 or pinyin, itself or in what rests on it."""
        self._found = self._holding(words)
        self._hits.setText("" if not words else f"{len(self._found)} 段" if self._found else "没有找到")
        if self._found:
            self.reader.turn_to(self._found[0])

    def _next(self) -> None:
        """Enter: the next paragraph found, behind the one selected."""
        found = self._holding(self.words.words())
        item = self.reader.currentItem()
        here = item.data(Qt.ItemDataRole.UserRole).place if item else ""
        if found:
            self.reader.turn_to(found[(found.index(here) + 1) % len(found)] if here in found else found[0])

    def _holding(self, words: str) -> list[str]:
        wanted = [matching_form(word) for word in words.split()]
        found = []
        for paragraph in policy_text() if wanted else ():
            resting = self._resting.get(paragraph.place, Resting())
            texts = [paragraph.text, *(each.label for each in resting.parameters)]
            texts += [f"{rule.code} {rule.title}" for rule in resting.rules]
            texts += [clause.code for clause in paragraph.clauses]
            whole = matching_form("\n".join(texts))
            if all(word in whole or (word.isascii() and word in pinyin_forms(whole)) for word in wanted):
                found.append(paragraph.place)
        return found

    def _go_find(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def _list_projects(self, ids: tuple[str, ...]) -> None:
        criteria = ProjectFilter(among=tuple(ids))
        self.state.screen_requested.emit("projects", (criteria, f"这一条提醒的 {len(ids)} 项"))

    # parameters of a later year

    def edit_parameters(self) -> None:
        """Open the form of a later year's figures."""
        newest = max(self.state.workspace.year(), self.state.today().year)
        drafts = Drafts(self.state.workspace.path)
        dialog = RuleSetDialog(self, newest + 1, self._enact, drafts, self.state.now)
        dialog.open()
        dialog.keeper.offer(dialog)

    def _enact(self, draft: RuleSetDraft, model: Policy) -> None:
        ws, year = self.state.workspace, draft.from_year
        projects = count_projects(ws.conn, ProjectFilter(year=year))
        question = f"{year} 年度已有 {projects} 个项目，起用后会按新的参数核对。已经作出的审批不变。"
        if projects and not prompts.confirm(self, self.title, question, yes="起用"):
            raise Refused("还没有保存，可以接着改。")
        enact_rule_set(ws, draft, model=model, person=self.state.person, at=self.state.now())
        self.state.year_changed.emit(self.state.year)  # every screen asks the policy again
        self.state.findings_changed.emit()
        self.state.message.emit(f"自 {year} 年度起的参数已经起用")

    def accept_files(self) -> None:
        """Ask of each policy file of the office that differs whether it comes into force, and why."""
        for each in policy_differences(self.state.workspace):
            if each.text.shipped:
                continue
            if (reason := prompts.ask_reason(self, "启用政策文件", _what_changes(each))) is not None:
                accept_policy_file(self.state.workspace, each.name, reason=reason, person=self.state.person)
        self.state.year_changed.emit(self.state.year)  # every screen asks the policy again
        self.state.findings_changed.emit()

    def _open_original(self) -> None:
        path = _original(self.state.policy)
        if path.is_file():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        else:
            prompts.tell(self, "方案原件", f"还没有存放方案原件。请把原件的 PDF 存为“{path}”，以后在这里打开")

    # layout

    def arrange(self) -> None:
        """On a narrow window the panel lies below the text."""
        across = self.width() >= em(self, NARROW)
        self.split.setOrientation(Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical)


def _note(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, role)
    return label


def _heading(policy: Policy) -> str:
    """What the document says of itself."""
    dated = full_date(policy.issued) if policy.issued else ""
    kind = "规范性文件" if policy.normative else "工作方案，不是规范性文件"
    return "　".join(filter(None, (policy.index and f"索引号 {policy.index}", policy.issuer, dated, kind)))


def _original(policy: Policy) -> Path:
    """Where an office keeps the document itself. 条文：C006"""
    return policy_folder() / f"{policy.number}.pdf"


def _what_changes(found: PolicyDifference) -> str:
    """What a person is shown before a policy file comes into force: each figure before and after."""
    lines = found.lines
    more = [f"……另有 {len(lines) - MOST_LINES} 处"] if len(lines) > MOST_LINES else []
    told = (
        "启用后停止使用它，改按其余的政策文件检查"
        if found.now is None
        else "启用后按下面的内容检查，已经作出的审批不变"
    )
    return "\n".join([f"“{found.name}”{found.became.value}。{told}：", *lines[:MOST_LINES], *more, "", "启用的理由："])
