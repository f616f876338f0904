"""Which documents could be printed now, which were issued, and which have changed since, for a whole fund year.

Each project is read once for all of its documents. Of an issue whose records were changed since, the blocks are
compared as printing would (``issued``); where many projects share a document, the changed records alone are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from sys import intern

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.catalogue import DOCUMENTS
from haicang_desk.model.documents.context import ProjectContext, project_context, village_context
from haicang_desk.model.documents.issued import content_changed
from haicang_desk.model.documents.issuing import prepare
from haicang_desk.model.documents.registry import DocumentType
from haicang_desk.model.policy import Policy
from haicang_desk.model.records import Issue, Street, Village
from haicang_desk.model.services import Workspace, rows_changed_since_issue
from haicang_desk.model.store import ProjectFilter, casefiles, count_projects
from haicang_desk.model.values import Cancelled, DeskError

_OF_PROJECT = tuple(each for each in DOCUMENTS.values() if each.scope == "project")
_PLACE = {each.name: place for place, each in enumerate(_OF_PROJECT)}
MOST_AT_ONCE = 3_000  # projects of which all are held for a document of the street: 60 MB
_OTHERS = tuple(each for each in DOCUMENTS.values() if each.scope != "project")


@dataclass(frozen=True, slots=True)
class PrintStatus:
    """One document of one subject: why it cannot be printed yet ("": it can), its last issue, whether it changed."""

    reason: str = ""
    issued: Issue | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class PrintCounts:
    """Of one document: how many could be printed now, how many were issued, and how many changed since."""

    ready: int = 0
    issued: int = 0
    changed: int = 0


@dataclass(slots=True)
class Availability:
    """The status of every document of a fund year. Subjects are ids of projects or villages; "" is the street.

    Reasons are kept as one tuple a project, in the order of the project's documents; most projects share theirs.
    """

    year: int
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by project
    others: dict[str, dict[str, str]] = field(default_factory=dict)  # by document of a village or the street
    issued: dict[str, dict[str, Issue]] = field(default_factory=dict)  # by title of the document, then by subject
    changed: dict[str, set[str]] = field(default_factory=dict)

    def status(self, document: DocumentType, subject: str) -> PrintStatus | None:
        """The status of a document of a subject; None where it is not known."""
        if document.scope == "project":
            reasons = self.reasons.get(subject)
            reason = None if reasons is None else reasons[_PLACE[document.name]]
        else:
            reason = self.others.get(document.name, {}).get(subject)
        if reason is None:
            return None
        issued = self.issued.get(document.title, {}).get(subject)
        return PrintStatus(reason, issued, subject in self.changed.get(document.title, ()))

    def ready(self, document: DocumentType) -> Iterator[str]:
        """The subjects whose document could be printed now."""
        if document.scope == "project":
            place = _PLACE[document.name]
            yield from (subject for subject, reasons in self.reasons.items() if not reasons[place])
        else:
            yield from (subject for subject, reason in self.others.get(document.name, {}).items() if not reason)

    def take_over(self, newer: Availability, projects: Iterable[str]) -> None:
        """Replace what is known of some projects by what was read of them since; those not in it any more leave."""
        for project in projects:
            self.reasons.pop(project, None)
            for issues in self.issued.values():
                issues.pop(project, None)
            for changed in self.changed.values():
                changed.discard(project)
        self.reasons.update(newer.reasons)
        for title, issued in newer.issued.items():
            self.issued.setdefault(title, {}).update(issued)
        for title, subjects in newer.changed.items():
            self.changed.setdefault(title, set()).update(subjects)

    def counts(self, document: DocumentType) -> PrintCounts:
        """The figures of a document."""
        issued = self.issued.get(document.title, {})
        changed = self.changed.get(document.title, set())
        return PrintCounts(sum(1 for _ in self.ready(document)), len(issued), len(changed))


def availability_of(
    ws: Workspace, year: int, today: date, *, cancelled: Cancelled = lambda: False, with_others: bool = True
) -> Availability | None:
    """The availability of all documents of a year, read project by project; None where it was cancelled.

    ``with_others``: with those of villages and of the street, which take longest.
    """
    found = Availability(year)
    policy, street = ws.policy(year), ws.street
    for case in ws.casefiles(year):
        if cancelled():
            return None
        found.reasons[case.project.id] = _reasons(case, policy, today, street)
    _add_issues(ws, found, ws.all(Issue, fund_year=year), today)
    others = availability_of_others(ws, year, today, cancelled=cancelled) if with_others else {}
    if others is None:
        return None
    found.others = others
    return found


def availability_of_others(
    ws: Workspace, year: int, today: date, *, cancelled: Cancelled = lambda: False
) -> dict[str, dict[str, str]] | None:
    """Why documents of villages and of the street cannot be printed yet, by document; None where it was cancelled.

    Villages are read one after another. Those of the street need all projects of the year at once, 20 KB of each: of
    very many they are left out, and printing tells.
    """
    found = {}
    for document in _OTHERS:
        if document.scope == "street" and count_projects(ws.conn, ProjectFilter(year=year)) > MOST_AT_ONCE:
            continue
        reasons = found[document.name] = dict[str, str]()
        for subject, reason in _others(ws, document, year, today):
            reasons[subject] = reason
            if cancelled():
                return None
    return found


def availability_of_projects(ws: Workspace, year: int, projects: Iterable[str], today: date) -> Availability:
    """The availability of some projects alone; those that are void or of another year are not in it."""
    found = Availability(year)
    policy, street = ws.policy(year), ws.street
    for case in casefiles(ws.conn, list(projects)):
        if case.project.fund_year == year:
            found.reasons[case.project.id] = _reasons(case, policy, today, street)
            _add_issues(ws, found, ws.all(Issue, project=case.project.id), today)
    return found


def _reasons(case: Casefile, policy: Policy, today: date, street: Street) -> tuple[str, ...]:
    context = ProjectContext(case=case, policy=policy, today=today, street=street)
    return _shared(tuple(intern(str(document.unavailable_reason(context))) for document in _OF_PROJECT))


_kept: dict[tuple[str, ...], tuple[str, ...]] = {}


def _shared(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same reasons: a few hundred cover a year of 100,000 projects."""
    if len(_kept) > 10_000:
        _kept.clear()
    return _kept.setdefault(reasons, reasons)


def _others(ws: Workspace, document: DocumentType, year: int, today: date) -> Iterator[tuple[str, str]]:
    """Reason by village, or of the street under ""."""
    if document.scope == "street":
        try:
            yield "", prepare(ws, document.name, year=year, as_of=today, reader=None).orders[0].unavailable_reason
        except DeskError as refused:
            yield "", str(refused)
        return
    for village in ws.all(Village):
        with suppress(DeskError):
            yield village.id, document.unavailable_reason(village_context(ws, village, year, today))


def _add_issues(ws: Workspace, found: Availability, issues: Iterable[Issue], today: date) -> None:
    """Keep the last issue of each document and subject, and whether what it shows has changed since."""
    last: dict[tuple[str, str], Issue] = {}
    for issue in issues:
        key = (issue.document, str(issue.project or issue.village or ""))
        if key not in last or last[key].number <= issue.number:
            last[key] = issue
    titles = {each.title: each for each in DOCUMENTS.values()}
    for (title, subject), issue in last.items():
        found.issued.setdefault(title, {})[subject] = issue
        if title in titles and _has_changed(ws, titles[title], issue, today):
            found.changed.setdefault(title, set()).add(subject)


def _has_changed(ws: Workspace, document: DocumentType, issue: Issue, today: date) -> bool:
    if not rows_changed_since_issue(ws.conn, issue):
        return False
    if not issue.project or document.scope != "project":
        return True
    try:
        context = project_context(ws, ws.casefile(issue.project), today, with_findings=document.with_findings)
        return content_changed(ws, document, context, issue)
    except DeskError:  # its project is void
        return False
