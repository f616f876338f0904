"""Issued versions of signed-off documents: reprinted as the same bytes, issued again when the content has changed.

The rule for a change: where records were changed since the issue, compose the document with today's program twice, from
the records as they were then (undone from the journal) and as they are now, both with the date and 存证码 of the issue.
The content has changed if the blocks differ. A document of one project is compared without the sums of village and
street, so that a change elsewhere is no change of it. Nothing about wording or layout is stored: a later program that
words or lays out a document differently still reprints what was signed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from haicang_desk.model.blocks import Block, PaperSize
from haicang_desk.model.documents.context import (
    DocumentContext,
    OriginalsReader,
    ProjectContext,
    StreetContext,
    VillageContext,
    own_findings,
    street_context,
    village_context,
)
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.documents.reports.quarterly_figures import quarter_figures
from haicang_desk.model.records import Issue, Link, Village
from haicang_desk.model.services import Workspace, issues_like, rows_changed_since_issue
from haicang_desk.model.store import casefile_before, last_entry, record_before, without_changes
from haicang_desk.model.values import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedVersion:
    """A signed-off document as it was issued, with its bytes in ``data``, or as it is to be issued, without bytes."""

    issue: Issue
    context: DocumentContext  # as on the day of its issue
    entry: int  # the newest journal entry when the context was read
    data: bytes = b""
    replaces: Issue | None = None
    corrects: bool = False  # because the content has changed

    def reissued(self, *, coded: bool) -> str:
        """The line printed on a paper that replaces another, with the 存证码 of that one; "" on the first issue."""
        if self.replaces is None:
            return ""
        code = f"（存证码：{self.replaces.seal_code}）" if coded and self.replaces.seal_code else ""
        return f"第{self.issue.number}次印发　代替第{self.replaces.number}次印发{code}"


def issued_version_of(
    ws: Workspace, document: DocumentType, context: DocumentContext, size: PaperSize, filename: str
) -> IssuedVersion | None:
    """The version to print; None for a document that is not signed off yet. Writes nothing.

    Raises Refused, naming the document, where the bytes of the issue are damaged.
    """
    if not document.signed_off(context):
        return None
    issue, entry = _issue(document, context, size, filename), last_entry(ws.conn)
    former = issues_like(ws, issue)
    if not former:
        return IssuedVersion(issue=issue, context=context, entry=entry)
    last = former[-1]
    if content_changed(ws, document, context, last):
        again = replace(issue, number=last.number + 1)
        return IssuedVersion(issue=again, context=context, entry=entry, replaces=last, corrects=True)
    then = as_of(context, last)
    replaces = next((each for each in reversed(former) if each.number < last.number), None)
    for earlier in former:
        if (earlier.number, earlier.paper) == (last.number, issue.paper):
            return IssuedVersion(
                issue=earlier, context=then, entry=entry, data=_original(ws, earlier), replaces=replaces
            )
    again = replace(last, id="", paper=issue.paper, name=issue.name, digest="")  # the same content, on other paper
    return IssuedVersion(issue=again, context=then, entry=entry, replaces=replaces)


def _original(ws: Workspace, issue: Issue) -> bytes:
    try:
        return ws.read_blob(issue.digest)
    except Refused as wrong:
        raise Refused(f"{issue.name}（第{issue.number}次印发）不能重印：{wrong}") from wrong


def as_of(context: DocumentContext, issue: Issue) -> DocumentContext:
    """The context with the date and 存证码 of an issue."""
    day = issue.issued_on or context.today
    if isinstance(context, StreetContext) and context.quarterly is not None:
        return replace(context, today=day, seal=issue.seal_code, quarterly=replace(context.quarterly, today=day))
    return replace(context, today=day, seal=issue.seal_code)


def _issue(document: DocumentType, context: DocumentContext, size: PaperSize, filename: str) -> Issue:
    project = context.case.project if isinstance(context, ProjectContext) else None
    if isinstance(context, VillageContext):
        project = context.project
    return Issue(
        document=document.title,
        project=Link(project.id if project else ""),
        village=Link(context.village.id if isinstance(context, VillageContext) and not project else ""),
        fund_year=project.fund_year if project else _year(context),
        part=document.issue_part(context),
        paper=(size if document.takes_a3 else PaperSize.A4).value,
        issued_on=context.today,
        seal_code=context.seal,
        name=filename,
    )


def _year(context: DocumentContext) -> int:
    return context.case.project.fund_year if isinstance(context, ProjectContext) else context.year


def content_changed(ws: Workspace, document: DocumentType, context: DocumentContext, issue: Issue) -> bool:
    """Whether the blocks composed from the records of now differ from those of the issue; see the module."""
    changed = rows_changed_since_issue(ws.conn, issue)
    if not changed:  # so most reprints compose nothing
        return False
    if isinstance(context, ProjectContext):
        case, street = casefile_before(ws.conn, context.case, changed), record_before(context.street, changed)
        then = replace(context, case=case, street=street)
        return _own_content(ws, document, then, issue) != _own_content(ws, document, context, issue)
    now = _content(document, _read_again(ws, document, context), issue)
    with without_changes(ws.conn, changed):
        return _content(document, _read_again(ws, document, context), issue) != now


def _content(document: DocumentType, context: DocumentContext, issue: Issue) -> list[Block]:
    """The blocks of the document, with the date and 存证码 of the issue."""
    return list(document.compose(as_of(context, issue)))


def _own_content(ws: Workspace, document: DocumentType, context: ProjectContext, issue: Issue) -> list[Block]:
    """The blocks without the sums and findings of village and street.

    The approval form shows those under 资金平衡 as of its issue; when they change later, the form itself has not.
    """
    own = replace(
        context, register=None, originals=OriginalsReader(ws).read(document.originals_needed(context.case.attachments))
    )
    own = replace(own, findings=own_findings(own) if document.with_findings else ())
    return _content(document, own, issue)


def _read_again(
    ws: Workspace, document: DocumentType, context: VillageContext | StreetContext
) -> VillageContext | StreetContext:
    """The same context, read from the store again."""
    if isinstance(context, VillageContext):
        year = village_context(ws, ws.get(Village, context.village.id), context.year, context.today)
        year = replace(year, people=context.people, decisions=context.decisions)
        return replace(year, cases=(ws.casefile(context.project.id),), alone=True) if context.project else year
    whole = street_context(ws, context.year, context.today, with_findings=document.with_findings)
    whole = replace(whole, people=context.people, decisions=context.decisions)
    if context.quarterly is None:
        return whole
    return replace(whole, quarterly=quarter_figures(ws, context.year, context.quarterly.quarter, context.today))
