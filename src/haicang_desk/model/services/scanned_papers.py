"""Papers found by the code that is scanned or typed from them, and whether each is still the latest issue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from haicang_desk.model.records import Issue, Project, Village
from haicang_desk.model.services.issued_papers import issues_like
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import full_date

# 存证码 and 项目编号 in one line, as the QR code of a form has them; letters may be capitals, an input method may have
# typed full-width ones.
_SCANNED = re.compile(r"([0-9a-f]{8,64})(?:[ 　]+(\S+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ScannedPaper:
    """A paper that bears the scanned code. ``issue``: None where none was issued with it, but its project is known."""

    project: Project | None
    issue: Issue | None = None
    latest: Issue | None = None  # the last issue about the same subject
    village: Village | None = None

    @property
    def title(self) -> str:
        """What the paper is, and of what."""
        whose = self.project.title if self.project else self.village.name if self.village else ""
        return "　".join(filter(None, (self.issue.document if self.issue else "", whose)))

    @property
    def verdict(self) -> str:
        """Whether it is still the one that holds."""
        if self.issue is None or self.latest is None:
            return "没有印发过这张"
        if self.latest.number == self.issue.number:
            return f"这张是最新的（第{self.issue.number}次印发）"
        day = f"，印于{full_date(self.latest.issued_on)}" if self.latest.issued_on else ""
        return f"这张是第{self.issue.number}次印发，已被第{self.latest.number}次印发代替{day}"


def scanned_code(text: str) -> tuple[str, str] | None:
    """存证码 and 项目编号 ("" without) of what a scanner typed or a person pasted; None for anything else."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text.strip())
    found = _SCANNED.fullmatch(plain)
    return None if found is None else (found.group(1).lower(), (found.group(2) or "").upper())


def papers_scanned(ws: Workspace, text: str) -> list[ScannedPaper]:
    """The papers that bear a code, those issued last first; [] for a text that is no code, or one that nothing bears.

    Several papers may bear one code: it is that of the last change before they were printed. Where none was issued with
    it, its project is given without an issue, if the code names one.
    """
    if (scanned := scanned_code(text)) is None:
        return []
    seal, code = scanned
    project = next((each for each in ws.all(Project) if each.code and each.code.upper() == code), None)
    bearing = [each for each in ws.all(Issue) if each.seal_code and _same(each.seal_code.lower(), seal)]
    if code:
        bearing = [each for each in bearing if project is not None and each.project == project.id]
    found: dict[tuple[str, str, str, str, int], ScannedPaper] = {}
    for issue in sorted(bearing, key=lambda each: each.id, reverse=True):  # A3 and A4 of one number are one paper
        key = (issue.document, issue.project, issue.village, issue.part, issue.number)
        if key not in found:
            of = ws.get(Project, issue.project) if issue.project else None
            village = ws.get(Village, issue.village) if issue.village else None
            found[key] = ScannedPaper(of, issue, issues_like(ws, issue)[-1], village)
    if not found and project is not None:
        return [ScannedPaper(project)]
    return list(found.values())


def _same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
