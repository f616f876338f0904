"""季度进展情况报告 to the district's civil affairs bureau, as a letter with its tables annexed. 四(二)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Addressee,
    Annex,
    Attachments,
    Block,
    PaperKind,
    Para,
    Seal,
    Title,
)
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.letters.letter_wording import (
    BUREAU,
    CLOSING,
    FINANCE,
    colophon,
    letter_title,
    report_head,
    sections,
)
from haicang_desk.model.documents.letters.quarterly_problems import next_steps, problem_table, problems, problems_of
from haicang_desk.model.documents.letters.quarterly_progress import kinds, overall, paid, social
from haicang_desk.model.documents.letters.quarterly_tables import carried_table, village_table
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.documents.reports.quarterly_figures import NAMES, QuarterlyFigures
from haicang_desk.model.values import full_date


def quarterly_letter(report: QuarterlyFigures) -> Iterator[Block]:
    """The blocks of the letter: six headings, the seal, and the tables annexed."""
    street, on = report.street, report.written_on
    annexes = list(_annexes(report))
    of = {name: count for count, (name, _) in enumerate(annexes, 1)}
    yield report_head(street.office, on)
    yield letter_title(street, f"关于{report.called}{SCHEME}项目进展情况的报告")
    yield Addressee(BUREAU)
    yield Para(
        f"根据《{report.policy.title}》（{report.policy.number}）要求，现将{street.name}{report.called}"
        f"（截至{full_date(report.upto)}）{SCHEME}项目进展情况报告如下。"
    )
    yield from sections(
        (
            ("总体情况", overall(report, carried_in=of.get(_carried_title(report), 0))),
            ("分类情况", kinds(report)),
            ("资金拨付情况", paid(report)),
            ("社会参与情况", social(report)),
            ("存在问题", problems(report, listed_in=of.get(_problems_title(report), 0))),
            ("下一步安排", next_steps(report)),
        )
    )
    yield Para(CLOSING)
    yield Attachments(tuple(name for name, _ in annexes))
    yield Seal(street.office, on)
    for count, (name, blocks) in enumerate(annexes, 1):
        yield Annex(count if len(annexes) > 1 else None)
        yield Title(name)
        yield from blocks
    yield colophon(street, FINANCE, on)


def _carried_title(report: QuarterlyFigures) -> str:
    return f"{report.called}{report.carried_title}情况表"


def _problems_title(report: QuarterlyFigures) -> str:
    return f"{report.called}项目存在问题清单"


def _annexes(report: QuarterlyFigures) -> Iterator[tuple[str, list[Block]]]:
    """The tables behind the letter, each with the title that the letter names it by."""
    yield f"{report.called}项目进展情况汇总表", list(village_table(report))
    if report.carried:
        yield _carried_title(report), list(carried_table(report))
    if problems_of(report):
        yield _problems_title(report), list(problem_table(report))


def no_figures(context: StreetContext) -> str:
    """The report needs a valid project in the fund year, or one carried over into it."""
    quarterly = context.quarterly
    if quarterly is None or not (quarterly.whole.now.projects or quarterly.carried):
        return f"{context.year} 年度尚无有效申报的项目"
    return ""


def is_settled(context: StreetContext) -> bool:
    """Signed off once the quarter is settled (定稿); later entries appear in the next report."""
    return context.quarterly is not None and context.quarterly.settled


def not_settled(context: StreetContext) -> str:
    """The letter bears the day on which the quarter was settled (定稿)."""
    return "" if is_settled(context) else "本季度报告还没有定稿，成文日期留空；在“季度报告”里定稿后再印，印上定稿当日"


def quarter_name(context: StreetContext) -> str:
    """第二季度: a year has one report for each quarter."""
    return f"第{NAMES[context.quarterly.quarter - 1]}季度" if context.quarterly else ""


@document(
    "quarterly-report",
    "季度进展情况报告",
    after="inspection-report",
    for_="street",
    kind=PaperKind.LETTER,
    unavailable_reason=no_figures,
    with_quarter=True,
    signed_off=is_settled,
    issue_part=quarter_name,
    undated=not_settled,
)
def quarterly_report(context: StreetContext) -> Iterator[Block]:
    """季度进展情况报告: a letter of the street to the civil affairs bureau, with the summary by village annexed.

    Of one quarter, the newest that has ended where none is given; pages as needed; 签发人 signs. Issued once the
    quarter is settled (定稿). forms.md §7, 四(二)¶2. 条文：C027 C121 C122
    """
    assert context.quarterly is not None
    yield from quarterly_letter(context.quarterly)
