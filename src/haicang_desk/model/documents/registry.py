"""The declaration of documents: ``@document`` above the function that composes one, and the order they stand in.

The function gets a context and yields blocks. It reads no clock and no store, so that the same records give the same
paper. Catalogue, menus, batch names and the project dossier all follow from what is declared here.

条文：C012
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, Unpack

from haicang_desk.model.blocks import Block, PaperKind
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.privacy import Question, Whitelist, open_questions, public_view
from haicang_desk.model.records import Attachment, Phase

SCHEME = "“社会+”民生微实事"  # the scheme's full name, with the quotes as printed
SCOPES = ("project", "village", "street")
YEARS_10, YEARS_30, PERMANENT = "10年", "30年", "永久"  # 保管期限

Compose = Callable[[Any], Iterator[Block]]


def no_text(_: Any) -> str:
    """The empty text, whatever the argument."""
    return ""


def nothing(_: Any) -> tuple[str, ...]:
    """No text, whatever the argument."""
    return ()


def never(_: Any) -> bool:
    """Drafts, blank forms and running registers are never signed off."""
    return False


def _no_day(_: Casefile) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a document stands in the project dossier (项目档案) and how long it is kept.

    The dossier lists documents by phase, within a phase in the order of the catalogue; ``after`` moves one right
    behind another of its phase. A form that is still to be filled in is not filed: ``there`` says whether its facts are
    recorded; None: once it has a day, where it declares one.
    """

    phase: Phase
    retention: str  # YEARS_10, YEARS_30 or PERMANENT
    date: Callable[[Casefile], date | None] = _no_day  # its day in the catalogue of the dossier
    by_street: bool = False  # 责任者: the street office, else the village committee
    number: Callable[[Casefile], str] = no_text  # 文号
    after: str = ""
    there: Callable[[Casefile], bool] | None = None

    def is_there(self, case: Casefile) -> bool:
        """Whether what it says has happened."""
        if self.there is not None:
            return self.there(case)
        return self.date is _no_day or self.date(case) is not None


class Options(TypedDict, total=False):
    """The optional fields of :class:`DocumentType`, as arguments of :func:`document`."""

    unavailable_reason: Callable[[Any], str]
    landscape: bool
    most_pages: int
    with_findings: bool
    with_quarter: bool
    is_dossier: bool
    photographs: tuple[str, ...]
    signed_off: Callable[[Any], bool]
    issue_part: Callable[[Any], str]
    undated: Callable[[Any], str]
    filed: Filed
    shows: Whitelist
    blanks: Callable[[Any], Iterable[str]]
    brief: Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind of document (contract §6).

    Printing a document that is signed off issues it: from then on its bytes are kept, and served again for as long as
    its content has not changed.
    """

    name: str  # application-form
    title: str  # 项目申报表
    scope: str  # project, village or street: which context it is composed from
    kind: PaperKind
    after: str  # the document that precedes it in the catalogue; "" for the first
    compose: Compose
    unavailable_reason: Callable[[Any], str] = no_text  # why a context has none yet; "" where it has
    landscape: bool = False
    most_pages: int = 0  # between its page breaks; set tighter to take no more. 0: no limit
    with_findings: bool = False  # its context holds the findings of the rules
    with_quarter: bool = False  # its context holds the figures of a quarter
    is_dossier: bool = False  # all filed documents and all originals are bound behind it
    photographs: tuple[str, ...] = ()  # the attachments that it shows as pictures, by Attachment.item
    signed_off: Callable[[Any], bool] = never
    issue_part: Callable[[Any], str] = no_text  # which of several in a year: 上半年, 第二季度 (stored in Issue.part)
    undated: Callable[[Any], str] = no_text  # why a letter has no day yet, and what to do; "" where it has one
    filed: Filed | None = None
    shows: Whitelist | None = None  # of a document that is posted: the text fields that the public may read
    blanks: Callable[[Any], Iterable[str]] = nothing  # what it leaves to be written by hand for want of a record
    brief: Callable[[Any], Iterable[str]] = nothing  # of a notice: the words of the QR code of each of its sheets

    def __reduce__(self) -> tuple[Callable[[str], DocumentType], tuple[str]]:
        """Pickle the name alone: what a declaration holds may be lambdas, which no other process could be given."""
        return declared_document, (self.name,)

    def originals_needed(self, attachments: Iterable[Attachment]) -> list[Attachment]:
        """The attachments whose originals are read from the store to compose it."""
        return [each for each in attachments if self.is_dossier or each.item in self.photographs]

    def view(self, context: Any) -> Any:
        """What it is composed from: the context; of a document that is posted, the public view of it."""
        return context if self.shows is None else public_view(context, self.shows)

    def questions(self, context: Any) -> tuple[Question, ...]:
        """What may be personal on it and nobody has decided about; nothing of a document that stays in the office."""
        return () if self.shows is None else open_questions(context, self.shows)

    def note(self, context: Any) -> str:
        """What is left blank on it in this context, and what to do; "" where nothing is."""
        undated = self.undated(context)
        if missing := "、".join(dict.fromkeys(self.blanks(context))):
            return f"{undated}没有登记{missing}，纸上留了空。请登记后重印，或者张贴前手填"
        return undated

    @property
    def signs(self) -> bool:
        """Whether printing it may issue it, which changes the store."""
        return self.signed_off is not never

    @property
    def takes_a3(self) -> bool:
        """Notices hang on a wall and may be printed on A3."""
        return self.kind is PaperKind.NOTICE


DECLARED: dict[str, DocumentType] = {}  # filled as the modules of documents are imported; see catalogue.py


def declared_document(name: str) -> DocumentType:
    """The document of a name. Raises KeyError for an unknown one."""
    return DECLARED[name]


def document(
    name: str,
    title: str,
    *,
    after: str,
    for_: str = "project",
    kind: PaperKind = PaperKind.FORM,
    **options: Unpack[Options],
) -> Callable[[Compose], Compose]:
    """Declare a document under its fixed name; ``for_`` is its scope, ``after`` the one before it in the catalogue.

    Raises ValueError for a name that is declared already, for an unknown scope, and for a notice without ``shows`` or
    ``brief``.
    """

    def declare(compose: Compose) -> Compose:
        """Add the document that ``compose`` makes to DECLARED."""
        if name in DECLARED or for_ not in SCOPES:
            raise ValueError(f"document {name} is declared twice or has an unknown scope: {for_}")
        shows = options.get("shows")
        if (kind is PaperKind.NOTICE) is not bool(shows):
            raise ValueError(f"document {name}: what is posted says which text fields it shows, and nothing else does")
        if (kind is PaperKind.NOTICE) is not ("brief" in options):
            raise ValueError(
                f"document {name}: what is posted has a QR code that tells it in brief, and nothing else has"
            )
        if shows:
            compose = _of_the_view(compose, shows)
        DECLARED[name] = DocumentType(name, title, for_, kind, after, compose, **options)
        return compose

    return declare


def _of_the_view(compose: Compose, shows: Whitelist) -> Compose:
    """The same document, composed from the public view of its context alone."""

    def composed(context: Any) -> Iterator[Block]:
        return compose(public_view(context, shows))

    composed.__doc__ = compose.__doc__
    return composed


def catalogue_order(documents: Mapping[str, DocumentType]) -> dict[str, DocumentType]:
    """The documents by name, each behind the one named by its ``after``. Raises ValueError where that names none."""
    return {each.name: each for each in _ordered(documents.values(), lambda each: each.after)}


def dossier_order(documents: Mapping[str, DocumentType]) -> list[tuple[DocumentType, Filed]]:
    """The documents that are filed in a project dossier, in its order. ``documents`` are in catalogue order."""
    filed = {each.name: each.filed for each in documents.values() if each.filed}
    members = [[documents[name] for name, where in filed.items() if where.phase is phase] for phase in Phase]
    order = [each for of_phase in members for each in _ordered(of_phase, lambda each: filed[each.name].after)]
    return [(each, filed[each.name]) for each in order]


def _ordered(documents: Iterable[DocumentType], after: Callable[[DocumentType], str]) -> list[DocumentType]:
    """Each right behind its predecessor; of several behind the same one, that with the fewest behind itself first."""
    followers: dict[str, list[DocumentType]] = {}
    documents = tuple(documents)
    for each in documents:
        followers.setdefault(after(each), []).append(each)

    def chain(document: DocumentType) -> list[DocumentType]:
        """A document and all those behind it."""
        chains = sorted(map(chain, followers.get(document.name, ())), key=len)
        return [document, *(each for one in chains for each in one)]

    order = [each for first in followers.get("", ()) for each in chain(first)]
    if len(order) != len(documents):
        lost = sorted({each.name for each in documents} - {each.name for each in order})
        raise ValueError(f"after= names no document before them: {'、'.join(lost)}")
    return order
