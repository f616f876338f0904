"""项目档案: everything of one project in one file, with a cover and a catalogue after DA/T 22—2015. 三(五)¶2, R33."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from haicang_desk.model.blocks import (
    Block,
    Cell,
    Grid,
    Note,
    Paper,
    Row,
    Size,
    Title,
    amount,
    centred,
    label,
    row,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.attached_files import DAMAGED, KEPT_ELSEWHERE
from haicang_desk.model.documents.context import DocumentContext, ProjectContext
from haicang_desk.model.documents.form_parts import (
    about,
    both,
    day,
    fact,
    foot,
    head,
    implementer,
    named,
    paper_of,
    span,
)
from haicang_desk.model.documents.forms.decision_rows import WIDE
from haicang_desk.model.documents.notices.project_notice import notice_for
from haicang_desk.model.documents.registry import ENTERED, SCHEME, DocumentType, document
from haicang_desk.model.records import Appointment, Attachment, Disbursement, NoticeKind, Phase, Project
from haicang_desk.model.records import Event as ProgressEvent
from haicang_desk.model.typesetting import Enclosed, Piece, Volume, count_pages, enclosed, laid
from haicang_desk.model.values import Refused

NAMED = 4
YEARS_30, YEARS_10, FOR_EVER = "30年", "10年", "永久"
Dated = Callable[[Casefile], date | None]


@dataclass(frozen=True, slots=True)
class DossierEntry:
    """One document of the file: its phase, how long it is kept, whose it is, and its day."""

    name: str
    phase: str
    kept: str
    by_street: bool
    dated: Dated


def _notice_day(kind: NoticeKind) -> Dated:
    def posted(case: Casefile) -> date | None:
        notice = notice_for(case, kind)
        return notice.posted_on if notice else None

    return posted


def _last(records: tuple[object, ...], name: str) -> date | None:
    found: date | None = getattr(records[-1], name) if records else None
    return found


def _accepted(case: Casefile) -> date | None:
    step = case.first(ProgressEvent.ACCEPT) or case.first(ProgressEvent.COMPLETE)
    return step.happened_on if step else None


def _heard(case: Casefile) -> date | None:
    ours = tuple(said for said in case.suggestions if said.project)
    return _last(ours, "told_on")


def _lodged(case: Casefile) -> date | None:
    filing = case.filings[-1] if case.filings else None
    return (filing.lodged_on or filing.sent_on) if filing else None


# fmt: off
PARTS = (
    DossierEntry("suggestion-register", "征集", YEARS_10, False, _heard),
    DossierEntry("opinion-form", "确定", YEARS_10, False, lambda case: _last(case.opinions, "sought_on")),
    DossierEntry("project-notice", "确定", YEARS_10, False, _notice_day(NoticeKind.PROJECT)),
    DossierEntry("application-form", "确定", YEARS_30, False, lambda case: case.project.submitted_on),
    DossierEntry("approval-form", "确定", YEARS_30, True, lambda case: _last(case.approvals, "decided_on")),
    DossierEntry("filing-form", "确定", YEARS_30, True, _lodged),
    DossierEntry("implementer-form", "实施", YEARS_30, True, lambda case: _last(case.appointments, "appointed_on")),
    DossierEntry("matching-form", "实施", YEARS_30, False, lambda case: None),
    DossierEntry("disbursement-form", "实施", YEARS_30, False, lambda case: _last(case.disbursements, "paid_on")),
    DossierEntry("acceptance-form", "实施", YEARS_30, False, _accepted),
    DossierEntry("maintenance-form", "实施", YEARS_30, False, lambda case: _last(case.maintenance, "begins_on")),
    DossierEntry("completion-notice", "实施", YEARS_10, False, _notice_day(NoticeKind.COMPLETION)),
    DossierEntry("survey-notice", "评议", YEARS_10, True, _notice_day(NoticeKind.SURVEY)),
    DossierEntry("award-form", "评议", FOR_EVER, True, lambda case: None),
)
# fmt: on


def dossier_volume(own: DocumentType, scene: ProjectContext, size: Size) -> Volume:
    """Cover and catalogue, then every document there is of the project and every original that is kept of it."""
    bound = [(part, _bound(scene, part, of, size)) for part, of in _present(scene)]
    attached = [(each, _enclosed(each, scene)) for each in _in_order(scene.case.attachments)]
    entries = [_entry(scene, part, piece.pages) for part, piece in bound]
    entries += [_attached(each, piece) for each, piece in attached]
    cover = laid("封面", paper_of(own, scene, size))
    catalogue = laid("目录", _catalogue(scene, cover.paper, entries, 1))
    catalogue = laid("目录", _catalogue(scene, cover.paper, entries, 1 + cover.pages + catalogue.pages))
    files = [piece for _, piece in attached if isinstance(piece, Enclosed)]
    pieces: tuple[Piece, ...] = (cover, catalogue, *(piece for _, piece in bound), *files)
    return Volume(f"{cover.paper.sheet.title}：{scene.case.project.title}", pieces)


def bound_in(scene: ProjectContext) -> Iterator[tuple[str, DocumentContext]]:
    """The names of the documents there are of a project, each with the scene it is made of."""
    yield from ((part.name, of) for part, of in _present(scene))


def _bound(scene: ProjectContext, part: DossierEntry, of: DocumentContext, size: Size) -> Piece:
    """A document as it was issued, else as it is made today."""
    document = ENTERED[part.name]
    if part.name in scene.issued:
        return enclosed(document.title, scene.issued[part.name], ours=True)
    return laid(document.title, paper_of(document, of, size))


def dossier_papers(own: DocumentType, scene: ProjectContext, size: Size) -> list[Paper]:
    """The same as papers that can be edited: they take in no originals and have no numbers through."""
    held = [(part, paper_of(ENTERED[part.name], of, size)) for part, of in _present(scene)]
    pages = count_pages(paper for _, paper in held)
    entries = [_entry(scene, part, count) for (part, _), count in zip(held, pages, strict=True)]
    entries += [_attached(each, KEPT_ELSEWHERE) for each in _in_order(scene.case.attachments)]
    front = paper_of(own, scene, size)
    return [front, _catalogue(scene, front, entries, None), *(paper for _, paper in held)]


def _catalogue(scene: ProjectContext, cover: Paper, entries: Sequence[Entry], first: int | None) -> Paper:
    project = scene.case.project
    blocks = tuple(contents(about(project.code, project.fund_year), entries, first))
    return Paper(replace(cover.sheet, most_pages=1), blocks)


def _in_order(attachments: tuple[Attachment, ...]) -> list[Attachment]:
    """By phase, as the documents are, then as they came."""
    phases = list(Phase)
    return sorted(attachments, key=lambda each: (phases.index(each.phase), each.added_on or date.max))


def _enclosed(each: Attachment, scene: ProjectContext) -> Enclosed | str:
    """An original made ready, or why there is none."""
    held = scene.originals.get(each.id, KEPT_ELSEWHERE)
    if isinstance(held, str):
        return held
    try:
        return enclosed(_called(each), held)
    except Refused:
        return DAMAGED


def _present(scene: ProjectContext) -> Iterator[tuple[DossierEntry, DocumentContext]]:
    for part in PARTS:
        of: DocumentContext | None = scene if ENTERED[part.name].scope == "project" else scene.village_year
        if of is not None and not ENTERED[part.name].unavailable_reason(of):
            yield part, of


@document("dossier", "项目档案", weighed=True, bound=True)
def cover(scene: ProjectContext) -> Iterator[Block]:
    """The cover alone; the catalogue follows from what is bound behind it. 条文：C101"""
    case = scene.case
    project, approval = case.project, case.approval
    begun, done = case.first(ProgressEvent.START, ProgressEvent.PROGRESS), case.first(ProgressEvent.COMPLETE)
    yield from head(
        "项目档案", below=about(project.code, project.fund_year), office=scene.street.office, on=scene.today
    )
    rows = (
        row(*fact(project, "title", NAMED, 20), least=12),
        row(
            *(label(Project.fields["village"].label, columns=NAMED), value(case.village.name, columns=8)),
            *fact(project, "category", NAMED, 8),
            least=12,
        ),
        row(label(named(Appointment, "implementer"), columns=NAMED), value(implementer(case), columns=20), least=12),
        row(
            *(label("批准日期", columns=NAMED), value(day(approval.decided_on) if approval else "", columns=8)),
            *(label("批准文号", columns=NAMED), value(approval.number if approval else "", columns=8)),
            least=12,
        ),
        row(
            label("实施起止", columns=NAMED),
            value(span(begun.happened_on if begun else None, done.happened_on if done else None), columns=20),
            least=12,
        ),
        row(label("总资金", columns=NAMED), value(both(case.funding.total), columns=20), least=12),
        row(label("办理阶段", columns=NAMED), value(case.stage.label, columns=20), least=12),
        *_payments(case),
    )
    yield Grid(rows, (1,) * WIDE)
    yield from foot(by=scene.street.contact, phone=scene.street.phone)


def _payments(case: Casefile) -> Iterator[Row]:
    says = Disbursement.fields
    yield row(
        label("拨款批次", columns=8), label("拨款时间", columns=8), label(f"{says['amount'].label}（元）", columns=8)
    )
    for count, paid in enumerate(case.disbursements, 1):
        yield row(
            centred(f"第 {count} 次", columns=8),
            centred(says["paid_on"].show(paid), columns=8),
            amount(str(paid.amount), columns=8),
        )
    yield row(label("合计", columns=16), amount(str(case.disbursed), columns=8))


def _entry(scene: ProjectContext, part: DossierEntry, pages: int) -> Entry:
    """备注 has the phase and how long it is kept."""
    case = scene.case
    approval = case.approval if part.name == "approval-form" else None
    filing = case.filing if part.name == "filing-form" else None
    return Entry(
        title=ENTERED[part.name].title,
        number=approval.number if approval else filing.number if filing else "",
        by=scene.street.office if part.by_street else case.village.committee,
        on=day(part.dated(case)),
        note=f"{part.phase}　{part.kept}",
        pages=pages,
    )


def _called(each: Attachment) -> str:
    """What it is, and its file's name without the ending."""
    return f"{each.item}　{PurePath(each.name).stem}"


def _attached(each: Attachment, piece: Enclosed | str) -> Entry:
    return Entry(
        title=_called(each),
        on=day(each.added_on),
        note=f"{each.phase.label}　附件",
        pages=piece.pages if isinstance(piece, Enclosed) else None,
        attached=True,
        absent=piece if isinstance(piece, str) else "",
    )


_HEADS = ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "页号", "备注")
_FIRST_PAGE = "页号"
_WEIGHTS = (2.4, 3.6, 7, 6.6, 11, 5.4, 2.4, 2.4, 2.4, 4.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the catalogue; 档号 is left to whoever files it away. ``attached``: it came as a file."""

    title: str
    number: str = ""  # 文号
    by: str = ""  # 责任者
    on: str = ""
    note: str
    pages: int | None = None  # None: it is not in the file
    attached: bool = False
    absent: str = ""  # why it is not


def contents(about: str, entries: Sequence[Entry], first: int | None) -> Iterator[Block]:
    """The catalogue; ``first`` is the page of the first entry, None where pages are not numbered through."""
    yield Title(f"{SCHEME}项目档案目录", about)
    shown = [at for at, head in enumerate(_HEADS) if head != _FIRST_PAGE or first is not None]
    rows = [row(*(label(_HEADS[at]) for at in shown))]
    for count, entry in enumerate(entries, 1):
        cells = _cells(count, entry, first)
        rows.append(row(*(cells[at] for at in shown)))
        first = None if first is None else first + (entry.pages or 0)
    yield Grid(tuple(rows), tuple(_WEIGHTS[at] for at in shown), heading=1, size=9)
    yield Note(_sum(entries, first))


def _cells(count: int, entry: Entry, first: int | None) -> tuple[Cell | str, ...]:
    """In the order of the heads."""
    return (
        centred(str(count)),
        "",
        value(entry.number),
        value(entry.by),
        value(entry.title),
        centred(entry.on),
        "",
        centred("" if entry.pages is None else str(entry.pages)),
        centred("" if entry.pages is None else str(first)),
        centred("\n".join(filter(None, (entry.note, entry.absent)))),
    )


def _sum(entries: Sequence[Entry], after: int | None) -> str:
    ours = [entry for entry in entries if not entry.attached]
    attached = [entry for entry in entries if entry.attached]
    said = [f"本档案编入文件 {len(ours)} 件，共 {_pages(ours)} 页"]
    if attached:
        bound = [entry for entry in attached if entry.pages is not None]
        elsewhere = sum(entry.absent == KEPT_ELSEWHERE for entry in attached)
        lost = len(attached) - len(bound) - elsewhere
        told = [
            f"装入 {len(bound)} 件、{_pages(bound)} 页" if bound else "",
            f"原件另存 {elsewhere} 件" if elsewhere else "",
            f"未能装入 {lost} 件" if lost else "",
        ]
        said.append(f"附件材料 {len(attached)} 件，其中{'，'.join(filter(None, told))}")
    if after is not None:
        said.append(f"连同封面、目录，全卷 {after - 1} 页")
    return "；".join(said) + "。"


def _pages(entries: Sequence[Entry]) -> int:
    return sum(entry.pages or 0 for entry in entries)
