"""征求意见表: what the five groups said about a project, and the list on which they sign. 三(二), 三(三)¶2."""

from __future__ import annotations

from collections.abc import Iterator

from haicang_desk.model.blocks import (
    Across,
    Block,
    GridCell,
    GridRow,
    Note,
    PageBreak,
    centred,
    label,
    prose,
    row,
    ticks,
    value,
)
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.documents.context import ProjectContext
from haicang_desk.model.documents.form_parts import (
    DATE_BY_HAND,
    field_cells,
    field_label,
    form_foot,
    form_head,
    last_date,
    opinion_row,
    project_line,
    signing_rule,
    with_side_label,
)
from haicang_desk.model.documents.forms.application_form import handed_in
from haicang_desk.model.documents.forms.continuation import Continuation
from haicang_desk.model.documents.forms.side_parts import (
    NAMED,
    WIDE,
    firm_row,
    form_grid,
    signed_together,
    signing_list,
)
from haicang_desk.model.documents.registry import SCHEME, YEARS_10, Filed, document
from haicang_desk.model.records import Consulted, Opinion, Phase, Project

ADVICE = ("同意", "不同意", "建议")
PLACES = 9  # to sign in, where the number of people is not known
MOST_PLACES = 30  # of one group; where more were asked, their signatures are filed on the list of the meeting
GROUP = 32.0  # mm, the least height of a group's opinion


@document(
    "opinion-form",
    "征求意见表",
    after="project-notice",
    signed_off=handed_in,
    filed=Filed(Phase.CHOOSING, YEARS_10, lambda case: last_date(case.opinions, "sought_on")),
)
def opinion_form(context: ProjectContext) -> Iterator[Block]:
    """征求意见表: two pages, the opinions of the five groups and the list on which everyone who was asked signs.

    Each group signs its opinion; the village seals the list. 三(二). 条文：C075
    """
    case = context.case
    project, village = case.project, case.village
    rest = Continuation("项目征求意见表", project)
    yield from form_head(
        "项目征求意见表",
        below=project_line(project.code, project.fund_year),
        office=village.committee,
        on=last_date(case.opinions, "sought_on"),
        unit="",
    )
    groups = [each for consulted in Consulted for each in _group(case, consulted, rest)]
    yield form_grid((*with_side_label("项目", _project(case, rest)), *groups))
    yield Note("五类对象均应征求意见；本村居没有老人协会的，在该栏注明“无此组织”。")
    yield PageBreak()
    yield Across(("项目征求意见表：签名册", f"项目编号：{project.code or '　　　　　　　　'}"))
    signed = [each for consulted in Consulted for each in _signing(case, consulted)]
    yield form_grid(signed)
    yield signed_together((_sealed(case),), form_foot(by=village.contact, phone=village.phone))
    yield from rest.blocks(SCHEME)


def _project(case: Casefile, rest: Continuation) -> Iterator[GridRow]:
    project = case.project
    yield row(*field_cells(project, "title", NAMED, 20))
    yield row(*field_cells(project, "place", NAMED, 20))
    yield row(
        *field_cells(project, "category", NAMED, 4),
        *(label("总资金", columns=3), value(f"{case.asked.total} 元", columns=5)),
        *(label("申请专项", columns=3), value(f"{case.asked.special} 元", columns=5)),
    )
    works = rest.fitted(field_label(Project, "works"), project.works, 2)
    yield row(label(field_label(Project, "works"), columns=NAMED), prose(works, columns=20))


def _given(case: Casefile, consulted: Consulted) -> Opinion | None:
    """The latest opinion of a group."""
    return next((each for each in reversed(case.opinions) if each.consulted is consulted), None)


def _absent(case: Casefile, consulted: Consulted) -> bool:
    """Whether the village has no such group."""
    return consulted is Consulted.ELDERS and case.village.has_elders is False and _given(case, consulted) is None


_FACTS = (("sought_on", 2, 5), ("manner", 2, 3), ("people", 2, 2), ("agreed", 2, 2), ("opposed", 2, 2))


def _group(case: Casefile, consulted: Consulted, rest: Continuation) -> Iterator[GridRow]:
    """When and how a group was asked and how many agreed; below it what it says, and its signature."""
    fields, given = Opinion.fields, _given(case, consulted)
    shown = {name: field.show(given) if given else "" for name, field in fields.items()}
    facts: list[GridCell] = []
    for name, named, wide in _FACTS:
        facts += [label(fields[name].label, columns=named), centred(shown[name], columns=wide)]
    adopted = f"{fields['adopted'].label}：{shown['adopted']}" if shown["adopted"] else ""
    gist = "\n".join(filter(None, (shown["gist"], adopted)))
    said = "本村居无此组织。" if _absent(case, consulted) else rest.fitted(consulted.label, gist, 2, 40)
    answer = (*ticks(ADVICE, _advice(given)), *((f"\n{said}",) if said else ()))
    who = case.village.leader if consulted is Consulted.LEADER else ""
    cell = prose(answer, columns=WIDE, foot=(signing_rule(f"{who}　签字" if who else "签字", DATE_BY_HAND),))
    yield from with_side_label(consulted.label, (row(*facts), firm_row(cell, least=GROUP - 8, stretch=0.2)))


def _advice(given: Opinion | None) -> tuple[str, ...]:
    """What the votes of a group come to: all agree, or all who voted are against it; otherwise it is left open."""
    if given is None or not (given.agreed or given.opposed):
        return ()
    if not given.opposed:
        return ("同意",)
    return () if given.agreed else ("不同意",)


def _signing(case: Casefile, consulted: Consulted) -> Iterator[GridRow]:
    """A place to sign for everyone of the group who was asked, three in a row."""
    given = _given(case, consulted)
    people = (given.people if given else None) or (3 if consulted is Consulted.LEADER else PLACES)
    if _absent(case, consulted):
        rows: list[GridRow] = [row(value("本村居无此组织。", columns=WIDE))]
    elif people > MOST_PLACES:
        rows = [firm_row(value(f"共 {people} 人，签名见所附签到册，附后　　页。", columns=WIDE))]
    else:
        rows = list(signing_list([str(number) for number in range(1, people + 1)], across=3))
    name = consulted.label
    if given and given.people:
        name = "\n".join((*(name[at : at + 2] for at in range(0, len(name), 2)), f"{given.people} 人"))
    yield from with_side_label(name, rows)


def _sealed(case: Casefile) -> GridRow:
    opinion = "上列意见由本村居逐类征求、如实记录，征求对象本人签名。"
    return opinion_row("村居意见", opinion, office=case.village.committee, signers=("负责人签字",), columns=WIDE)
