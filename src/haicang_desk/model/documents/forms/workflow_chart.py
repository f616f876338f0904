"""工作流程图 (附件1), drawn from the table of steps so that chart and buttons agree. 条文：C151"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from haicang_desk.model.blocks import Arrow, Block, Box, BoxShape, Chart, Note, Title
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.records import Role
from haicang_desk.model.workflow import LANES, MAIN_PATH, STEPS


@document("workflow-chart", "工作流程图", after="application-form", for_="street", most_pages=1)
def workflow_chart(context: StreetContext) -> Iterator[Block]:
    """附件1 工作流程图: the steps from application to closing in three lanes, one page. Not signed."""
    yield Title(f"{DISTRICT}{SCHEME}项目工作流程图")
    yield steps_chart()
    policy = context.policy
    yield Note(
        f"公示不少于{policy.number_of('notice_days')}日；实施主体确定后，服务类{policy.number_of('service_start_months')}个月内"
        f"开展，工程类{policy.number_of('works_finish_months')}个月内完工。资金由街道直接拨付给村居。"
    )


def steps_chart() -> Chart:
    """One row for each step, in the lane of the role that takes it."""
    boxes = [_box(row, name) for row, name in enumerate(MAIN_PATH)]
    forward = [Arrow(one, other) for one, other in pairwise(MAIN_PATH)]
    back = [Arrow(*step.back, step.label) for step in STEPS.values() if step.back]
    boxes.append(Box("reject", 2, MAIN_PATH.index("approve"), STEPS["reject"].label, BoxShape.END))
    back.append(Arrow("approve", "reject"))
    return Chart(("村居", "街道", "区领导小组办公室（民政局）"), tuple(boxes), (*forward, *back))


def _box(row: int, name: str) -> Box:
    step = STEPS[name]
    shape = (
        BoxShape.CHOICE
        if name == "approve"
        else BoxShape.END
        if name in (MAIN_PATH[0], MAIN_PATH[-1])
        else BoxShape.STEP
    )
    text = f"{step.role.label}{step.label}" if step.role in (Role.LEADER, Role.FINANCE) else step.label
    return Box(name, LANES[step.role], row, text, shape)
