"""季度进展情况报告 (forms.md §7): the document of the catalogue, and its workbook. 四(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import Block, PaperKind
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.letters.quarterly_letter import quarterly_letter
from haicang_desk.model.documents.registry import document
from haicang_desk.model.documents.reports.quarterly_figures import NAMES, Quarterly
from haicang_desk.model.documents.reports.quarterly_sheets import sheets_of

NAME, TITLE = "quarterly-report", "季度进展情况报告"


def no_figures(scene: StreetContext) -> str:
    if scene.quarterly is None or not scene.quarterly.whole.now.projects:
        return f"{scene.year} 年度尚无有效申报的项目"
    return ""


def is_settled(scene: StreetContext) -> bool:
    """定稿: what comes later is told in the next."""
    return scene.quarterly is not None and scene.quarterly.settled


def quarter_told(scene: StreetContext) -> str:
    return f"第{NAMES[scene.quarterly.quarter - 1]}季度" if scene.quarterly else ""


@document(
    NAME,
    TITLE,
    after="inspection-report",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=no_figures,
    with_quarter=True,
    signed_off=is_settled,
    issue_part=quarter_told,
)
def quarterly_report(scene: StreetContext) -> Iterator[Block]:
    """Of the newest quarter that has ended."""
    assert scene.quarterly is not None
    return quarterly_letter(scene.quarterly)


def as_workbook(figures: Quarterly) -> bytes:
    """The four sheets. openpyxl takes as long to load as all other documents, so only this loads it."""
    from haicang_desk.model.documents.reports.quarterly_workbook import write_book

    return write_book(sheets_of(figures), figures.today)
