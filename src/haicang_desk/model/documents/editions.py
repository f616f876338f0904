"""Editions: a signed-off document is issued once; printed again it is those bytes; changed, it is issued anew.

Whether what it shows has changed is asked of the records it is made of and, where they have changed, of what the
document would say of them today: most changes of a project are none of this document's affair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from haicang_desk.model import Attachment, Issue, Link, Refused, Workspace, issues_like
from haicang_desk.model.documents.blocks import Size
from haicang_desk.model.documents.catalogue import DocumentType
from haicang_desk.model.documents.scenes import AnyScene, ProjectScene, StreetYear, VillageYear
from haicang_desk.model.documents.tracing import records_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A signed-off document as it was issued, with its bytes, or, where ``data`` is empty, as it is to be issued."""

    issue: Issue
    scene: AnyScene  # as on the day of its issue
    data: bytes = b""
    replaces: Issue | None = None
    corrects: bool = False  # what it shows has changed since that one

    @property
    def reissued(self) -> str:
        """What stands on paper that replaces another; "" on the first."""
        if self.replaces is None:
            return ""
        code = f"（存证码：{self.replaces.seal_code}）" if self.replaces.seal_code else ""
        return f"第{self.issue.number}次印发　代替第{self.replaces.number}次印发{code}"


def edition_of(ws: Workspace, document: DocumentType, scene: AnyScene, size: Size, filename: str) -> Edition | None:
    """The edition to print of a scene; None where nothing is signed off yet. Writes nothing.

    Raises Refused, naming the paper, where what was issued is damaged.
    """
    if not document.signed(scene):
        return None
    issue = _issue(document, scene, size, filename)
    former = issues_like(ws, issue)
    if not former:
        return Edition(issue=issue, scene=scene)
    last = former[-1]
    then = as_of(scene, last)
    if issue.facts != last.facts and _says(document, then) != last.says:
        return Edition(issue=replace(issue, number=last.number + 1), scene=scene, replaces=last, corrects=True)
    replaces = next((each for each in reversed(former) if each.number < last.number), None)
    for held in former:
        if (held.number, held.paper) == (last.number, issue.paper):
            return Edition(issue=held, scene=then, data=_original(ws, held), replaces=replaces)
    again = replace(last, id="", paper=issue.paper, name=issue.name, digest="")  # the same facts, on other paper
    return Edition(issue=again, scene=then, replaces=replaces)


def _original(ws: Workspace, issue: Issue) -> bytes:
    try:
        return ws.original(issue.digest)
    except Refused as wrong:
        raise Refused(f"{issue.name}（第{issue.number}次印发）不能重印：{wrong}") from wrong


def as_of(scene: AnyScene, issue: Issue) -> AnyScene:
    """The scene as it was dated and sealed when a document of it was issued."""
    day = issue.issued_on or scene.today
    if isinstance(scene, StreetYear) and scene.quarterly is not None:
        return replace(scene, today=day, seal=issue.seal_code, quarterly=replace(scene.quarterly, today=day))
    return replace(scene, today=day, seal=issue.seal_code)


def _issue(document: DocumentType, scene: AnyScene, size: Size, filename: str) -> Issue:
    project = scene.case.project if isinstance(scene, ProjectScene) else None
    if isinstance(scene, VillageYear):
        project = scene.project
    return Issue(
        document=document.title,
        project=Link(project.id if project else ""),
        village=Link(scene.village.id if isinstance(scene, VillageYear) and not project else ""),
        fund_year=project.fund_year if project else _year(scene),
        part=document.part(scene),
        paper=(size if document.takes_a3 else Size.A4).value,
        issued_on=scene.today,
        seal_code=scene.seal,
        name=filename,
        facts=_facts(scene),
        says=_says(document, scene),
    )


def _year(scene: AnyScene) -> int:
    return scene.case.project.fund_year if isinstance(scene, ProjectScene) else scene.year


def _facts(scene: AnyScene) -> str:
    """A digest of every record that the scene is about; not of the sums and rules around it."""
    if isinstance(scene, ProjectScene):
        return _digest(repr(list(records_of((scene.case, scene.street)))))
    if isinstance(scene, VillageYear):
        return _digest(repr(list(records_of((scene.village, scene.cases, scene.suggestions, scene.street)))))
    return _digest(repr(list(records_of((scene.street, scene.cases, scene.inspections, scene.award_notice)))))


def _says(document: DocumentType, scene: AnyScene) -> str:
    """A digest of what the document says. What a form tells of others, as the approval's 资金平衡 does, is told as it
    stood when it was issued: their moving on is no change of this one."""
    shown: list[Attachment] = []  # pictures, by the digests of their originals
    if isinstance(scene, ProjectScene):
        shown = document.takes_in(scene.case.attachments)
        own = tuple(finding for finding in scene.findings if finding.scope == "project")
        scene = replace(scene, register=None, findings=own, originals={})
    return _digest(repr([*document.compose(scene), *shown]))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
