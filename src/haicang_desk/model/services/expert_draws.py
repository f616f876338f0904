"""Drawing experts by lot from 专家库 for a project, and recording the draw so that anyone can draw the same again. R25.

条文：C028
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from secrets import token_hex

from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Expert, ExpertDraw, Link, Prose
from haicang_desk.model.services.editing import save
from haicang_desk.model.services.workspace import Workspace
from haicang_desk.model.values import Refused

_BETWEEN = re.compile(r"[\s、，,；;。]+")


@dataclass(frozen=True, slots=True)
class PoolMember:
    """An expert who could be drawn, by name and unit; ``reason`` says why one must keep away, "" where not."""

    name: str
    reason: str = ""


def expert_pool(ws: Workspace, case: Casefile, speciality: str = "") -> list[PoolMember]:
    """The experts in the pool now for a project, those who must keep away from it included."""
    wanted = speciality.strip()
    return [
        PoolMember(_name_of(expert), reason_to_avoid(expert, case))
        for expert in ws.all(Expert)
        if expert.active is not False and wanted in expert.speciality
    ]


def draw_experts(
    ws: Workspace, project_id: str, *, number: int, on: date, person: str, speciality: str = "", seed: str = ""
) -> ExpertDraw:
    """Draw ``number`` experts of a speciality for a project and record it; returns the record.

    Experts who are not in the pool any more, of another speciality, or who must keep away from the project (回避) are
    left out. ``seed`` is made at random where none is given. Raises Refused where fewer experts are left.
    """
    wanted = speciality.strip()
    members = expert_pool(ws, ws.casefile(project_id), wanted)
    eligible = [member.name for member in members if not member.reason]
    avoiding = [member.name for member in members if member.reason]
    if len(eligible) < number:
        kind = f"专业为“{wanted}”的" if wanted else ""
        raise Refused(
            f"专家库中{kind}专家可抽取 {len(eligible)} 人，应回避 {len(avoiding)} 人，不足 {number} 人。"
            "没有抽取，请补充专家库或减少抽取人数"
        )
    seed, pool = seed or token_hex(16), sorted(eligible)
    draw = ExpertDraw(
        project=Link(project_id),
        drawn_on=on,
        speciality=wanted,
        number=number,
        pool=Prose("\n".join(pool)),
        avoided=Prose("\n".join(sorted(avoiding))),
        seed=seed,
        drawn=Prose("\n".join(drawn_of(pool, seed, number))),
    )
    return save(ws, [draw], action="抽取专家", person=person)[0]


def drawn_of(pool: Iterable[str], seed: str, number: int) -> Sequence[str]:
    """The names drawn: those whose SHA-256 of seed, line feed and name comes first, in that order."""
    return sorted(pool, key=lambda name: sha256(f"{seed}\n{name}".encode()).hexdigest())[:number]


def is_as_drawn(draw: ExpertDraw) -> bool:
    """Whether the recorded names are those that the recorded pool and seed give."""
    return draw.drawn.splitlines() == list(drawn_of(draw.pool.splitlines(), draw.seed, draw.number))


def reason_to_avoid(expert: Expert, case: Casefile) -> str:
    """Why an expert must keep away from a project (回避): by what is noted, or as one of the parties; "" where not."""
    parties = [case.village.name, case.village.committee, case.project.organiser, case.project.lead]
    parties += [each.implementer for each in case.appointments] + [each.bidder for each in case.bids]
    parties = [each.strip() for each in parties if each.strip()]
    about = [*parties, *(each.strip() for each in (case.project.title, case.project.code) if each.strip())]
    noted = [each for each in _BETWEEN.split(expert.avoids) if each]
    if any(each in expert.avoids for each in about) or any(word in each for word in noted for each in about):
        return f"登记的回避情形：{' '.join(expert.avoids.split())}"
    return f"单位“{expert.unit.strip()}”是本项目的当事方" if expert.unit.strip() in parties else ""


def _name_of(expert: Expert) -> str:
    """A name as it stands in a draw, with the unit, which tells namesakes apart."""
    return f"{expert.name}（{expert.unit}）" if expert.unit else expert.name
