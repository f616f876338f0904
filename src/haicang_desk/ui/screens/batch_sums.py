"""The sums that a batch moves, before and after it: shares and quotas as thin bars, and one figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from haicang_desk.model.balances import Register
from haicang_desk.model.funding import NONE
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Approval, Disbursement, Project, Record, Refund
from haicang_desk.model.services import Batch, RowCheck
from haicang_desk.ui.screens.balance_bars import VillageRow, street_shares
from haicang_desk.ui.shell import theme
from haicang_desk.ui.shell.theme import em, set_role
from haicang_desk.ui.widgets.cards import Card, draw_bar
from haicang_desk.ui.widgets.share_bars import Share

MOST = 4  # bars side by side


@dataclass(frozen=True, slots=True)
class MovedShare:
    """A share of the street or of a village as it is, and as it would be."""

    before: Share
    after: Share
    name: str = ""  # of the village

    @property
    def level(self) -> str:
        """What the share after the batch is worth."""
        return {True: "good", False: "exception", None: "info"}[self.after.keeps]

    def __str__(self) -> str:
        after, before = (share.figures.partition(" 项")[0] or share.percent for share in (self.after, self.before))
        told = f"{self.name}{self.after.label} {after}"
        if after != before:
            told += f"（现 {before}）"
        return told + (f" {self.after.verdict}" if self.after.keeps is False else "")


def moved_shares(
    before: Register, after: Register, policy: Policy, villages: Iterable[str], record: type[Record]
) -> list[MovedShare]:
    """What moves, the most pressing first: shares that miss their limit, then those of the street, then villages."""
    street = [
        MovedShare(*pair) for pair in zip(street_shares(before, policy), street_shares(after, policy), strict=True)
    ]
    homes = []
    for village in villages:
        was, now = before.villages[village], after.villages[village]
        shares = (VillageRow(village, balance, policy).of_quota for balance in (was, now))
        homes.append(MovedShare(next(shares), next(shares), f"{now.name} "))
    moved = [each for each in (*street, *homes) if _differ(each)]
    if record in (Approval, Project):  # a village above its reference is told of, whether the batch moves it or not
        moved += [each for each in homes if each.after.keeps is False and not _differ(each)]
    if record is not Disbursement:  # an approval moves what the payments are a share of, and says nothing of them
        moved = [each for each in moved if each.before.part != each.after.part or each.after.limit is not None]
    missed = [each for each in moved if each.after.keeps is False]
    rest = [each for each in moved if each.after.keeps is not False]
    return [*missed[:2], *rest, *missed[2:]][:MOST]


def _differ(share: MovedShare) -> bool:
    return (share.before.part, share.before.whole) != (share.after.part, share.after.whole)


class SumStrip(QWidget):
    """The shares that a batch moves, side by side; nothing where it moves none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batch_sums")
        self.setAccessibleName("办理前后的比例和额度")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(em(self, 0.9))
        self._bars: list[_Bar] = []
        self._cards: list[Card] = []
        for _ in range(MOST):
            card, bar = Card(), _Bar()
            card.body.addWidget(bar)
            self._row.addWidget(card, 1)
            self._cards.append(card)
            self._bars.append(bar)
        self.show_shares([])

    def show_shares(self, shares: Sequence[MovedShare]) -> None:
        """Show these shares."""
        for number, (card, bar) in enumerate(zip(self._cards, self._bars, strict=True)):
            card.setVisible(number < len(shares))
            if number < len(shares):
                bar.show_share(shares[number])
        self.setVisible(bool(shares))

    def texts(self) -> list[str]:
        """What is said of each share in sight."""
        return [bar.accessibleName() for bar, card in zip(self._bars, self._cards, strict=True) if not card.isHidden()]


class _Bar(QWidget):
    """A line of text over a bar with a mark at the limit."""

    def __init__(self) -> None:
        super().__init__()
        self._share: MovedShare | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: MovedShare) -> None:
        """Show a share."""
        self._share = share
        self.setAccessibleName(str(share))
        self.setToolTip(f"{share.name}{share.after.label}：现 {share.before}；办理后 {share.after}")
        self.update()

    def sizeHint(self) -> QSize:
        """A line of text and a bar."""
        return QSize(em(self, 10), em(self, 2.3))

    def minimumSizeHint(self) -> QSize:
        """The smallest size that can be read."""
        return QSize(em(self, 6), em(self, 2.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw text, bar and mark."""
        if self._share is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = self._share.after
        painter.setPen(theme.level_colour("exception") if share.keeps is False else theme.colour("muted"))
        line = QRectF(0, 0, self.width(), em(self, 1.5))
        shown = self.fontMetrics().elidedText(str(self._share), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        bar = QRectF(0, em(self, 1.8), self.width(), max(4, em(self, 0.36)))
        draw_bar(painter, bar, share.part, share.whole, self._share.level)
        if share.limit is not None and share.limit < 1:
            at, over = bar.left() + bar.width() * float(share.limit), em(self, 0.25)
            painter.setPen(QPen(theme.colour("text"), max(1.5, em(self, 0.12))))
            painter.drawLine(QPointF(at, bar.top() - over), QPointF(at, bar.bottom() + over))


class BatchFigure(QWidget):
    """The one figure of a batch: what it pays, what is approved after it, or how many go along."""

    def __init__(self) -> None:
        super().__init__()
        self._of, self._figure = QLabel(), QLabel()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        for label, role in ((self._of, "small"), (self._figure, "heading")):
            set_role(label, role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.addWidget(label)
        box.addStretch(1)

    def show_batch(self, batch: Batch, going: Sequence[RowCheck], after: Register) -> None:
        """Show the figure of a batch. ``going``: the rows that are summed; ``after``: the sums with them."""
        record = batch.step.record
        if record in (Disbursement, Refund):
            amounts = (getattr(check.record, "amount", NONE) for check in going)
            self._of.setText(f"本次{batch.step.label}（元）")
            self._figure.setText(str(sum(amounts, NONE)))
        elif record is Approval and after.street.quota is not None:
            self._of.setText("办理后 已核定（万元）")
            self._figure.setText(f"{after.street.committed.wan} / {after.street.quota.wan}")
        else:
            self._of.setText("这次办理")
            self._figure.setText(f"{len(going)} 项")
        for label in (self._of, self._figure):
            label.setMinimumWidth(label.sizeHint().width())

    def text(self) -> str:
        """What is shown."""
        return f"{self._of.text()} {self._figure.text()}"
