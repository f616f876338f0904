"""A document of one scene as a paper: its blocks on a sheet that says what it is."""

from __future__ import annotations

from haicang_desk.model.blocks import Kind, PageBreak, Paper, Sheet, Size, Title
from haicang_desk.model.documents.catalogue import SCHEME, DocumentType
from haicang_desk.model.documents.furniture import basis
from haicang_desk.model.documents.scenes import AnyScene, ProjectScene, VillageYear


def paper_of(document: DocumentType, scene: AnyScene, size: Size) -> Paper:
    """Composing asks the scene and nothing else. Only what hangs on a wall takes another size than A4."""
    blocks = tuple(document.compose(scene))
    printed = next((block.text for block in blocks if isinstance(block, Title)), "")
    parts = 1 + sum(isinstance(block, PageBreak) for block in blocks)
    sheet = Sheet(
        kind=document.kind,
        title=printed if document.title in printed else f"{SCHEME}{document.title}：{printed}",
        number=number_of(scene),
        subject=f"{' '.join((*called(scene), document.title))}　{basis(scene.policy)}",
        size=size if document.takes_a3 else Size.A4,
        landscape=document.landscape,
        footer="" if document.kind is Kind.LETTER else basis(scene.policy),
        seal_code=scene.seal,
        most_pages=document.most_pages * parts,
    )
    return Paper(sheet, blocks)


def called(scene: AnyScene) -> tuple[str, str]:
    """村居 and 项目, or what stands for them where a document is of many."""
    if isinstance(scene, ProjectScene):
        return scene.case.village.name, scene.case.project.title
    if isinstance(scene, VillageYear):
        return scene.village.name, scene.project.title if scene.project else f"{scene.year}年度"
    return scene.street.name, f"{scene.year}年度"


def number_of(scene: AnyScene) -> str:
    """项目编号 and, of what was decided, 文号."""
    if not isinstance(scene, ProjectScene):
        return ""
    approval = scene.case.approval
    return "；".join(filter(None, (scene.case.project.code, approval.number if approval else "")))
