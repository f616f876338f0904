"""The few figures of a quarter that stand beside the letter in the window: sums now and a quarter ago, what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from haicang_desk.model.documents.reports.quarterly_figures import QuarterlyFigures
from haicang_desk.model.values import Money

NAMED = 3  # late projects that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterlySummary:
    """Figures without the casefiles that they were computed from, so that they may be kept.

    Of each pair the first is as of the quarter's last day, the second as of the day before the quarter.
    """

    projects: tuple[int, int]
    approved: tuple[Money, Money]
    paid: tuple[Money, Money]
    social: tuple[Money, Money]
    total: Money
    groups: Mapping[str, int]
    overdue: int
    overdue_titles: tuple[str, ...]
    carried: int
    late_entries: int

    @classmethod
    def of(cls, figures: QuarterlyFigures) -> Self:
        """The summary of all figures of a report."""
        now, before = figures.whole.now, figures.whole.before
        late = figures.overdue
        return cls(
            projects=(now.projects, before.projects),
            approved=(now.approved_special, before.approved_special),
            paid=(now.disbursed, before.disbursed),
            social=(now.social, before.social),
            total=now.total,
            groups=dict(figures.whole.groups),
            overdue=len(late),
            overdue_titles=tuple(line.case.project.title for line in late[:NAMED]),
            carried=len(figures.carried),
            late_entries=len(figures.late),
        )
