"""Signing in to a ledger that has accounts: the dialog at opening, choosing a password, and the recovery code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget

from haicang_desk.model.services import (
    SignedIn,
    SignInRecord,
    Workspace,
    account_named,
    accounts,
    change_password,
    is_bound,
    recover,
    sign_in,
    sign_in_by_system,
)
from haicang_desk.model.values import DeskError, Refused
from haicang_desk.paths import key_folder, sign_in_folder
from haicang_desk.ui.shell.choices import match_rank
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.dialogs import DeskDialog
from haicang_desk.ui.widgets.entry_dialog import EntryDialog
from haicang_desk.ui.widgets.password_line import PasswordLine
from haicang_desk.ui.widgets.prompt_dialogs import Prompt

TOGETHER = 1.0  # seconds within which letters belong to one name
NO_PASSWORD = "用本机用户登录，不需要密码"
RULES = "至少 8 位，含大写、小写、数字、其他字符中的 3 类；或 14 位以上任意的字。"


def sign_in_record() -> SignInRecord:
    """The security log and the waits of this user of the system."""
    return SignInRecord(sign_in_folder())


class NameList(QListWidget):
    """Names, of which one is picked with the arrow keys or by typing 汉字 or pinyin."""

    def __init__(self) -> None:
        super().__init__()
        self._typed, self._at = "", 0.0
        self.setAccessibleName("姓名")

    def keyboardSearch(self, search: str) -> None:
        """Pick the name that fits best what was typed without a pause."""
        now = monotonic()
        self._typed = search if now - self._at > TOGETHER else self._typed + search
        self._at = now
        ranked = [
            (rank, row)
            for row in range(self.count())
            if (rank := match_rank(self._typed, self.item(row).text())) is not None
        ]
        if ranked:
            self.setCurrentRow(min(ranked)[1])


class SignInForm(QWidget):
    """Name and password. ``signed_in`` has the person; the workspace already knows who it is."""

    signed_in = Signal(object)

    def __init__(self, ws: Workspace, *, name: str = "") -> None:
        super().__init__()
        self._ws = ws
        self.names, self.password = NameList(), PasswordLine()
        self.names.addItems([each.name for each in accounts(ws) if each.active])
        self.names.setFixedHeight(em(self, 2.2) * min(max(self.names.count(), 2), 6) + em(self, 0.6))
        self._bound = QLabel(NO_PASSWORD)
        set_role(self._bound, "muted")
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        self.fault.setAccessibleName("没有登录的原因")
        set_role(self.fault, "fault")
        self.fault.hide()
        self.forgotten = QPushButton("忘记密码(&F)…")
        self.forgotten.setAccessibleName("忘记密码")
        self.forgotten.setAutoDefault(False)
        set_role(self.forgotten, "link")
        self.forgotten.clicked.connect(lambda: self.recover())
        self.password.entered.connect(self.give)
        self.names.itemActivated.connect(lambda _: self.password.setFocus())
        self.names.currentRowChanged.connect(lambda _: self._look())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.names, self.password, self._bound, self.fault):
            column.addWidget(widget)
        column.addWidget(self.forgotten, 0, Qt.AlignmentFlag.AlignLeft)
        found = self.names.findItems(name, Qt.MatchFlag.MatchExactly) if name else []
        self.names.setCurrentItem(found[0] if found else self.names.item(0))
        (self.password if found else self.names).setFocus()

    @property
    def name(self) -> str:
        """The name that is picked."""
        item = self.names.currentItem()
        return item.text() if item is not None else ""

    def _look(self) -> None:
        bound = bool(self.name) and is_bound(self._ws, account_named(self._ws, self.name))
        self._bound.setVisible(bound)
        self.password.setVisible(not bound)
        self.password.clear()
        self.fault.hide()

    def give(self) -> None:
        """Sign in, or tell why not. A password that an administrator set is changed at once."""
        typed, before = self.password.text(), self._ws.signer
        try:
            account = account_named(self._ws, self.name)
            if is_bound(self._ws, account):
                person = sign_in_by_system(self._ws, account.name, key_folder(), sign_in_record())
            else:
                person = sign_in(self._ws, account.name, typed, sign_in_record())
        except DeskError as refused:
            self.password.clear()
            self._tell(str(refused))
            return
        self.password.clear()
        if person.must_change and not self._ws.read_only:
            if not choose_password(self, self._ws, person, typed):
                self._ws.signer = before
                self._tell("还没有登录：管理员给的密码要先换成自己的")
                return
            chosen = self._ws.signer
            assert isinstance(chosen, SignedIn)
            person = chosen
        self.signed_in.emit(person)

    def _tell(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.show()
        self.password.setFocus()
        if isinstance(dialog := self.window(), DeskDialog):
            dialog.grow()

    def recover(self) -> None:
        """Set another password by the recovery code."""
        if (person := recover_password(self, self._ws, self.name)) is not None:
            self.signed_in.emit(person)


class SignInDialog(Prompt):
    """Asks who signs in, before anything of a ledger is shown. Closing it leaves the ledger closed."""

    def __init__(self, parent: QWidget | None, ws: Workspace, *, name: str = "", change: bool = False) -> None:
        text = "换人登录。没有存完的填写都在。" if change else "请登录。登录的姓名会记在每一次办理上。"
        super().__init__(parent, f"登录 {ws.street.name}台账", text, icon="user")
        self.form = SignInForm(ws, name=name)
        self.form.signed_in.connect(lambda _: self.take("done"))
        self.words.addWidget(self.form)
        self.add_button("取消" if change else "不登录，关闭台账", self.reject, name="no", tip="Esc")
        self.add_button("登录(&S)", self.form.give, role="primary", name="yes", tip="回车")
        (self.form.password if name else self.form.names).setFocus()


def choose_password(parent: QWidget | None, ws: Workspace, person: SignedIn, old: str | None = None) -> bool:
    """Have a person choose a new password; ``old`` where it was just typed. Whether it was changed."""
    before, new, again = PasswordLine("原密码"), PasswordLine("新密码"), PasswordLine("再填一次")
    code: list[str] = []

    def act() -> None:
        """Change it, where both are the same."""
        _refuse_different(new, again)
        code.append(change_password(ws, person, before.text() if old is None else old, new.text()))

    rows = [("新密码", new), ("再填一次", again)]
    title = "更改密码" if old is None else "换成自己的密码"
    text = f"{'' if old is None else '管理员给的密码只用这一次。'}{RULES}"
    dialog = EntryDialog(
        parent, title, text, [("原密码", before), *rows] if old is None else rows, yes="更改(&S)", act=act, icon="lock"
    )
    if not dialog.done_by_person():
        return False
    if code and code[0]:
        show_recovery_code(parent, ws, person.name, code[0])
    return True


def recover_password(parent: QWidget | None, ws: Workspace, name: str) -> SignedIn | None:
    """Have a person set a password by the recovery code; the person, signed in, None where they gave up."""
    code, new, again = QLineEdit(), PasswordLine("新密码"), PasswordLine("再填一次")
    code.setAccessibleName("恢复码")
    code.setPlaceholderText("7 组，每组 4 个字符")
    found: list[tuple[SignedIn, str]] = []

    def act() -> None:
        """Sign in by the code and set the password."""
        _refuse_different(new, again)
        found.append(recover(ws, name, code.text(), new.text(), sign_in_record()))

    dialog = EntryDialog(
        parent,
        "忘记密码",
        f"请拆开“{name}”的恢复码信封，填入恢复码并另设密码。没有恢复码的，请管理员重设密码。{RULES}",
        [("恢复码", code), ("新密码", new), ("再填一次", again)],
        yes="重设并登录(&S)",
        act=act,
        icon="lock",
    )
    if not dialog.done_by_person():
        return None
    show_recovery_code(parent, ws, name, found[0][1])
    signer = ws.signer
    assert isinstance(signer, SignedIn)
    return signer


def _refuse_different(new: PasswordLine, again: PasswordLine) -> None:
    if new.text() != again.text():
        raise Refused("两次填的密码不一样，没有更改。请再填一次")


class RecoveryCodePrompt(Prompt):
    """Shows a recovery code, once; it can be printed or saved as a page."""

    def __init__(self, parent: QWidget | None, name: str, code: str, page: Callable[[], bytes]) -> None:
        text = (
            f"“{name}”的恢复码。只显示这一次，以前的恢复码已作废。\n"
            "请打印或抄写，装入信封封好，交专人保管；忘记密码时凭它重设。"
        )
        super().__init__(parent, "恢复码", text, icon="lock")
        self._page = page
        self.code = QLabel(code)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)  # not onto the clipboard
        self.code.setAccessibleName("恢复码")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF() * 1.3)
        font.setWeight(QFont.Weight.DemiBold)
        self.code.setFont(font)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setContentsMargins(0, em(self, 0.6), 0, em(self, 0.6))
        self.words.addWidget(self.code)
        self.add_button("存为 PDF…", self.save, name="save_code")
        self.add_button("打印…", self.print_page, name="print_code", icon="printer")
        self.add_button("已经收好(&S)", lambda: self.take("done"), role="primary", name="yes").setFocus()

    def print_page(self) -> None:
        """Print the page."""
        from haicang_desk.ui.shell import prompts
        from haicang_desk.ui.shell.printing import print_pages

        printer = prompts.pick_printer(self, large=False)
        if printer is not None:
            print_pages([self._page()], printer, lambda *_: None, lambda: False)

    def save(self) -> None:
        """Save the page as a PDF."""
        from haicang_desk.paths import documents_folder
        from haicang_desk.platform import make_private, write_atomically
        from haicang_desk.ui.shell import prompts

        out = prompts.pick_save(
            self, "恢复码存到哪里（建议存到 U 盘，打印后删去）", documents_folder() / "恢复码.pdf", "PDF (*.pdf)"
        )
        if out is not None:
            try:
                write_atomically(out, self._page())
                make_private(out)
            except DeskError as wrong:
                prompts.tell(self, "恢复码", str(wrong))


def show_recovery_code(parent: QWidget | None, ws: Workspace, name: str, code: str) -> None:
    """Show a recovery code until the person says that it is safe."""

    def page() -> bytes:
        """The page as a PDF."""
        from haicang_desk.model.documents.recovery_page import recovery_page

        return recovery_page(code, name=name, street=ws.street.name, on=ws.now().date())

    RecoveryCodePrompt(parent, name, code, page).ask("")


def note_event(ws: Workspace, at: datetime, event: str) -> None:
    """Write into the security log what the person who is signed in did: locked, out."""
    if isinstance(person := ws.signer, SignedIn):
        sign_in_record().note(at, event, person.name, person.account)
