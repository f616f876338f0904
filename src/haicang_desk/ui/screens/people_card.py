"""人员与权限: the card of 设置 on who signs in, with which roles, and the office's leave from keeping duties apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from haicang_desk.model.records import Account, Duty, DutyWaiver
from haicang_desk.model.services import (
    SignedIn,
    Workspace,
    accounts,
    add_account,
    asks_sign_in,
    disable_account,
    enable_account,
    end_duty_waiver,
    is_person,
    operators,
    renew_recovery_code,
    reset_account,
    set_roles,
    set_up_sign_in,
    waive_duties,
)
from haicang_desk.model.store import duty_waiver_of
from haicang_desk.model.values import DeskError, Refused
from haicang_desk.paths import key_folder
from haicang_desk.ui.screens.settings_cards import button
from haicang_desk.ui.shell import prompts
from haicang_desk.ui.shell.app_state import AppState
from haicang_desk.ui.shell.lock import LEAST, MINUTES, MOST, idle_minutes
from haicang_desk.ui.shell.sign_in import RULES, choose_password, show_recovery_code
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card
from haicang_desk.ui.widgets.entry_dialog import EntryDialog
from haicang_desk.ui.widgets.password_line import PasswordLine
from haicang_desk.ui.widgets.spin_box import SpinBox
from haicang_desk.ui.widgets.table import Table, TableColumn

DOES = {
    Duty.CLERK: "登记、申报、导入、公示、打印",
    Duty.REVIEWER: "退回补正、验收、办结",
    Duty.APPROVER: "批准、不予批准、批复变更、终止",
    Duty.FINANCE: "拨付、退款、决算",
    Duty.AUDITOR: "只看、只核验，不兼任",
    Duty.ADMIN: "人员、设置、备份，不办业务",
}
ONLY_ADMIN = "需由管理员办理"
_ABOUT = (
    "现在只记经办人姓名，谁都能以任何姓名办理。设置登录以后，写入台账要密码；"
    "登记、审批、拨付由不同的人办，每一笔都有签名。设了就不再取消。"
)


class RoleTicks(QWidget):
    """The roles as ticks, each with what it does."""

    def __init__(self, held: Iterable[Duty] = ()) -> None:
        super().__init__()
        self._ticks = {duty: QCheckBox(f"{duty.label}（{DOES[duty]}）") for duty in Duty}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for duty, tick in self._ticks.items():
            tick.setAccessibleName(duty.label)
            tick.setObjectName(f"role_{duty.code}")
            tick.setChecked(duty in set(held))
            column.addWidget(tick)
        self.setFocusProxy(self._ticks[Duty.CLERK])

    def chosen(self) -> list[Duty]:
        """The roles ticked."""
        return [duty for duty, tick in self._ticks.items() if tick.isChecked()]


class PeopleCard(Card):
    """人员与权限: setting sign-in up, and managing people where it is."""

    def __init__(self, state: AppState) -> None:
        super().__init__("人员与权限", "谁可以登录、办什么")
        self._state = state
        columns = (
            TableColumn("姓名", lambda each: each.name, "", 6, grows=True),
            TableColumn("角色", lambda each: each.roles, "", 12, grows=True),
            TableColumn("状态", lambda each: each.state.label, "", 6,
                        pill=lambda each: "good" if each.active else "warn"),
        )  # fmt: skip
        self.about = _muted(_ABOUT)
        self.start = button("设置登录(&L)…", self.set_up, name="set_up_sign_in", role="primary")
        self.table = Table(columns, name="登录账户", empty="还没有人")
        self.table.picked.connect(self._allow)
        self._who = button("添加(&A)…", self.add, name="add_account")
        self._roles = button("角色…", self.change_roles, name="change_roles")
        self._disable = button("停用", self.disable, name="disable_account")
        self._reset = button("重设密码…", self.reset, name="reset_account")
        self._password = button("改我的密码…", self.change_password, name="own_password", role="quiet")
        self._code = button("换我的恢复码…", self.renew_code, name="own_code", role="quiet")
        self._leave = _muted("")
        self._waive = button("登记例外…", self.waive, name="waive_duties", role="quiet")
        self.minutes = SpinBox()
        self.minutes.setRange(LEAST, MOST)
        self.minutes.setSuffix(" 分钟")
        self.minutes.setAccessibleName("几分钟没有操作就锁定")
        self.minutes.setValue(idle_minutes(state.settings))
        self.minutes.valueChanged.connect(lambda value: state.settings.keep(MINUTES, value))
        self._fill()

    def _fill(self) -> None:
        self._managing = QWidget()
        column = QVBoxLayout(self._managing)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        column.addLayout(_row(self._who, self._roles, self._disable, self._reset))
        column.addLayout(_row(self._password, self._code))
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(self, 1))
        grid.addWidget(QLabel("没有操作时锁定"), 0, 0)
        grid.addWidget(self.minutes, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel("职责分离例外"), 1, 0)
        grid.addWidget(self._leave, 1, 1)
        grid.addWidget(self._waive, 1, 2)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self.body.addWidget(self.about)
        self.body.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._managing)
        self.fit()

    def fit(self) -> None:
        """Room for five people at any size of type."""
        self.table.setFixedHeight(em(self, 2.4) * 5 + em(self, 3))

    @property
    def _ws(self) -> Workspace:
        return self._state.workspace

    def look(self) -> None:
        """Read the people again."""
        there = asks_sign_in(self._ws)
        self.about.setVisible(not there)
        self.start.setVisible(not there)
        self._managing.setVisible(there)
        if not there:
            return
        self.table.show_rows(accounts(self._ws))
        leave = duty_waiver_of(self._ws.conn)
        self._leave.setText(
            f"在用：{leave.number}，{leave.authority}，{leave.reason}。用到时印在文书上"
            if leave
            else "没有。人手不足的，凭批准文号登记后，一人可以兼办"
        )
        self._waive.setText("停止例外" if leave else "登记例外…")
        self._allow()

    def _allow(self) -> None:
        chosen, admin = self._chosen(), self._is_admin()
        for made, needs in (
            (self._who, False), (self._roles, True), (self._disable, True), (self._reset, True), (self._waive, False),
        ):  # fmt: skip
            made.setEnabled(admin and (chosen is not None or not needs))
            made.setToolTip("" if admin else ONLY_ADMIN)
        self._disable.setText("启用" if chosen is not None and not chosen.active else "停用")

    def _is_admin(self) -> bool:
        signer, people = self._ws.signer, accounts(self._ws)
        return signer is not None and any(each.id == signer.account and Duty.ADMIN in each.duties for each in people)

    def _chosen(self) -> Account | None:
        return next(iter(self.table.chosen()), None)

    # setting up

    def set_up(self) -> None:
        """The guided step: the first account, a password or the system's user, and the recovery code."""
        name, password, again = QComboBox(), PasswordLine(), PasswordLine("再填一次")
        name.setEditable(True)
        name.setAccessibleName("姓名")
        known = [each.name for each in operators(self._ws)]
        name.addItems(known if known or not is_person(self._state.person) else [self._state.person])
        bound = QCheckBox("不设密码，用本机用户登录")
        bound.setToolTip("适合一个人、一台电脑的办公室；换了电脑或本机用户，要凭恢复码登录")
        alone = QCheckBox("只有我一个人办理，兼全部角色")
        alone.setToolTip("要有批准文号；每用到一次，项目里就记一条例外，印在审批表上")
        leave = LeaveLines()
        leave.setEnabled(False)
        alone.toggled.connect(leave.setEnabled)
        bound.toggled.connect(password.setDisabled)
        bound.toggled.connect(again.setDisabled)
        made: list[tuple[SignedIn, str]] = []

        def act() -> None:
            """Make the account."""
            if not bound.isChecked() and password.text() != again.text():
                raise Refused("两次填的密码不一样，没有设置。请再填一次")
            waiver = leave.waiver() if alone.isChecked() else None
            secret = None if bound.isChecked() else password.text()
            made.append(set_up_sign_in(self._ws, name.currentText(), secret, keys=key_folder(), alone=waiver))

        text = f"设置登录。第一个账户是管理员，管人员、设置和备份；其他人由管理员添加。密码{RULES}"
        rows = [("管理员", name), ("密码", password), ("再填一次", again), ("", bound), ("", alone), ("", leave)]
        dialog = EntryDialog(self, "设置登录", text, rows, yes="设置(&S)", act=act, icon="lock")
        if dialog.done_by_person():
            show_recovery_code(self, self._ws, made[0][0].name, made[0][1])
        self.look()

    # people

    def add(self) -> None:
        """Add a person."""
        name, roles, password = QComboBox(), RoleTicks([Duty.CLERK]), PasswordLine("第一次登录的密码")
        name.setEditable(True)
        name.setAccessibleName("姓名")
        there = {each.name for each in accounts(self._ws)}
        name.addItems([each.name for each in operators(self._ws) if each.name not in there])
        self._ask(
            "添加人员",
            f"添加一位。密码当面告诉本人，第一次登录时要换成自己的。{RULES}",
            [("姓名", name), ("角色", roles), ("密码", password)],
            "添加(&S)",
            lambda: add_account(self._ws, name.currentText(), roles.chosen(), password.text()),
        )

    def change_roles(self) -> None:
        """Give the chosen person other roles."""
        if (chosen := self._chosen()) is not None:
            roles = RoleTicks(chosen.duties)
            act = lambda: set_roles(self._ws, chosen, roles.chosen())  # noqa: E731
            self._ask("角色", f"“{chosen.name}”的角色。以后的办理按新的角色。", [("角色", roles)], "改定(&S)", act)

    def disable(self) -> None:
        """Disable the chosen person, or enable one who is disabled."""
        chosen = self._chosen()
        if chosen is None:
            return
        if not chosen.active:
            self._attempt(lambda: enable_account(self._ws, chosen))
        elif prompts.confirm(self, "停用", f"停用“{chosen.name}”的账户。以前的办理不变，可以再启用。", yes="停用"):
            self._attempt(lambda: disable_account(self._ws, chosen))

    def reset(self) -> None:
        """Give the chosen person a password for one sign-in."""
        if (chosen := self._chosen()) is not None:
            password = PasswordLine("新密码")
            self._ask(
                "重设密码",
                f"“{chosen.name}”原来的密码和恢复码随即作废，签名密钥换新，以前的签名仍可核对。{RULES}",
                [("新密码", password)],
                "重设(&S)",
                lambda: reset_account(self._ws, chosen, password.text()),
            )

    def waive(self) -> None:
        """Enter leave from keeping duties apart, or end the one in force."""
        if duty_waiver_of(self._ws.conn) is not None:
            if prompts.confirm(self, "停止例外", "停止以后，登记、审批、拨付又要由不同的人办理。", yes="停止"):
                self._attempt(lambda: end_duty_waiver(self._ws))
            return
        leave = LeaveLines()
        text = "人手不足，经批准由一人兼办的，在这里登记。每用到一次，项目里就记一条例外，印在审批表上。"
        self._ask("职责分离例外", text, [("", leave)], "登记(&S)", lambda: waive_duties(self._ws, leave.waiver()))

    # one's own

    def change_password(self) -> None:
        """Change one's own password."""
        if isinstance(person := self._ws.signer, SignedIn):
            choose_password(self, self._ws, person)

    def renew_code(self) -> None:
        """Make a new recovery code."""
        person = self._ws.signer
        if not isinstance(person, SignedIn):
            return
        password = PasswordLine()
        made: list[str] = []

        def act() -> None:
            """Make it."""
            made.append(renew_recovery_code(self._ws, person, password.text()))

        text = "生成新的恢复码，以前的随即作废。请先填密码。"
        if EntryDialog(
            self, "恢复码", text, [("密码", password)], yes="生成(&S)", act=act, icon="lock"
        ).done_by_person():
            show_recovery_code(self, self._ws, person.name, made[0])

    def _ask(self, title: str, text: str, rows: list[tuple[str, QWidget]], yes: str, act: Callable[[], object]) -> None:
        EntryDialog(self, title, text, rows, yes=yes, act=act, icon="users").done_by_person()
        self.look()

    def _attempt(self, act: Callable[[], object]) -> None:
        try:
            act()
        except DeskError as refused:
            prompts.tell(self, "人员与权限", str(refused), level="exception")
        self.look()


class LeaveLines(QWidget):
    """The lines of leave from keeping duties apart."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, QLineEdit] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, name in enumerate(("reason", "authority", "number", "granted_on")):
            declared, line = DutyWaiver.fields[name], QLineEdit()
            line.setAccessibleName(declared.label)
            line.setObjectName(f"leave_{name}")
            label = QLabel(declared.label)
            label.setBuddy(line)
            grid.addWidget(label, number, 0)
            grid.addWidget(line, number, 1)
            self._lines[name] = line
        self._lines["granted_on"].setPlaceholderText("如 2026年9月1日")
        self.setFocusProxy(self._lines["reason"])

    def waiver(self) -> DutyWaiver:
        """What is typed. Raises Refused for a day that cannot be read."""
        from haicang_desk.model.values import parse_day

        texts = {name: line.text().strip() for name, line in self._lines.items()}
        try:
            day = parse_day(texts["granted_on"]) if texts["granted_on"] else None
        except ValueError as wrong:
            raise Refused(f"批准日期：{wrong}") from None
        return DutyWaiver(reason=texts["reason"], authority=texts["authority"], number=texts["number"], granted_on=day)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "muted")
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
