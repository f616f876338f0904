"""The catalogue of documents: what each is called, what it is about, and what it says.

A document enters by ``@document`` above the function that composes it. The function gets a scene and gives
blocks; it reads no clock and no store, and what it says is what the records say.

条文：C012
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from haicang_desk.model.blocks import Block, Kind
from haicang_desk.model.records import Attachment

SCHEME = "“社会+”民生微实事"  # the scheme's full name, with the quotes as printed

Compose = Callable[[Any], Iterator[Block]]
Lacks = Callable[[Any], str]
Signed = Callable[[Any], bool]


class SetAs(TypedDict, total=False):
    """How a document is set and what it needs, where that is not as usual; see :class:`DocumentType`."""

    landscape: bool
    most_pages: int
    weighed: bool
    quarterly: bool
    bound: bool
    shows: tuple[str, ...]
    signed: Signed
    part: Callable[[Any], str]


def nothing(_: Any) -> str:
    """A document that can be printed of every scene lacks nothing."""
    return ""


def never(_: Any) -> bool:
    """Drafts, blank forms and running registers are never signed off."""
    return False


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One kind of document (contract §6). ``lacks`` says why a scene has none yet, "" where it has.

    ``signed`` says whether what the document tells is decided, so that printing it issues it: from then on its bytes
    are kept, and served again for as long as what it shows has not changed.
    """

    name: str  # application-form
    title: str  # 项目申报表
    scope: str  # project, village or street: which scene it is composed of
    kind: Kind
    compose: Compose
    unavailable_reason: Lacks = nothing
    landscape: bool = False
    most_pages: int = 0  # between its page breaks; set tighter to take no more. 0: as many as it takes
    weighed: bool = False  # its scene holds what the rule book says
    quarterly: bool = False  # its scene holds the figures of the newest quarter
    bound: bool = False  # other documents, and all originals, are bound behind it
    shows: tuple[str, ...] = ()  # the attachments whose pictures it shows, by what they are
    signed: Signed = never
    part: Callable[[Any], str] = nothing  # which of several a year has: 上半年, 第二季度, the day a batch was sent

    def takes_in(self, attachments: Iterable[Attachment]) -> list[Attachment]:
        """Those whose originals it needs."""
        return [each for each in attachments if self.bound or each.item in self.shows]

    @property
    def takes_a3(self) -> bool:
        """What hangs on a wall may be printed twice as large."""
        return self.kind is Kind.NOTICE


ENTERED: dict[str, DocumentType] = {}  # as their modules are imported; see everything.DOCUMENTS
SCOPES = ("project", "village", "street")


def document(
    name: str,
    title: str,
    *,
    scope: str = "project",
    kind: Kind = Kind.FORM,
    unavailable_reason: Lacks = nothing,
    **set_as: Unpack[SetAs],
) -> Callable[[Compose], Compose]:
    """Enter a document in the catalogue under its fixed name."""

    def enter(compose: Compose) -> Compose:
        if name in ENTERED or scope not in SCOPES:
            raise ValueError(f"document {name} is entered twice or has no scene: {scope}")
        ENTERED[name] = DocumentType(name, title, scope, kind, compose, unavailable_reason, **set_as)
        return compose

    return enter
