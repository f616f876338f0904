"""工作流程图 (附件1): the steps of the program in the words of the policy, in lanes by who acts. 条文：C151

The order and the lane of each step are those of the table of steps, so that chart and buttons agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from haicang_desk.model.blocks import Arrow, Block, Box, BoxShape, Chart, Note, Title
from haicang_desk.model.documents.context import StreetContext
from haicang_desk.model.documents.form_parts import DISTRICT
from haicang_desk.model.documents.registry import SCHEME, document
from haicang_desk.model.workflow import LANES, MAIN_PATH, STEPS

_WORDS: Mapping[str, str] = {  # of the policy, 三(二) to 三(六), by step; a step without words is said by its label
    "suggest": "公开征集意见、建议\n（网络媒体、意见箱、\n公告栏等）",
    "deliberate": "广泛进行村居协商，形成本村居项目清单",
    "consult": "征求街道领导、“两委”、\n党员代表、居民代表\n及老人协会等意见",
    "post": "在村居公告栏公示项目具体内容",
    "submit": "提交《项目申报表》",
    "approve": "街道审批",
    "send": "提交备案",
    "lodge": "备案",
    "appoint": "依法依规确定项目实施主体",
    "start": "村居党委牵头组织实施",
    "disburse": "资金由街道直接拨付给村居",
    "complete": "按期完工，全程接受“两代表一委员”和群众的监督",
    "accept": "组织验收",
    "settle": "办理决算",
    "post_completion": "在社区公示资金使用情况和实施效果",
    "survey": "委托第三方评估机构\n开展公众满意度测评，\n结果向社会公开",
    "close": "资料留存，办结",
}
_AWARD = Box("award", 2, 0, "评选年度优秀项目，列入项目库推广", BoxShape.END)  # no step of one project
_PHASES = (
    ("suggest", "项目征集"),
    ("approve", "项目审批"),
    ("appoint", "项目实施管理"),
    ("post_completion", "公示评议"),
)


@document("workflow-chart", "工作流程图", after="application-form", for_="street", most_pages=1)
def workflow_chart(context: StreetContext) -> Iterator[Block]:
    """附件1 工作流程图: the steps from the call for suggestions to closing in three lanes, one page. Not signed."""
    yield Title(f"{DISTRICT}{SCHEME}项目工作流程图")
    yield steps_chart()
    policy = context.policy
    yield Note(
        f"公示不少于{policy.number_of('notice_days')}日；实施主体确定后，服务类{policy.number_of('service_start_months')}个月内"
        f"开展，工程类{policy.number_of('works_finish_months')}个月内完工并明确管养单位。"
    )


def steps_chart() -> Chart:
    """A box for each step, in the lane of the role that takes it; a step right of the last one shares its row."""
    rows = _rows()
    boxes = [_box(rows[name], name) for name in MAIN_PATH]
    award = Box(_AWARD.key, _AWARD.lane, rows["survey"], _AWARD.text, _AWARD.shape)
    forward = [Arrow(one, other, "批准" if one == "approve" else "") for one, other in pairwise(MAIN_PATH)]
    back = [Arrow(*step.back, step.label) for step in STEPS.values() if step.back]
    phases = tuple((name, rows[step]) for step, name in _PHASES)
    lanes = ("村居组织", "街道", "区领导小组办公室（民政局）")
    return Chart(lanes, (*boxes, award), (*forward, *back, Arrow("survey", award.key)), phases)


def _rows() -> Mapping[str, int]:
    """The row of every step: the next one, or the same where its lane is right of the last and nothing goes back."""
    sent_back = {end for step in STEPS.values() if step.back for end in step.back}
    row, lane, rows = -1, len(LANES), {}
    for name in MAIN_PATH:
        here = LANES[STEPS[name].role]
        if here <= lane or name in sent_back:
            row += 1
        rows[name], lane = row, here
    return rows


def _box(row: int, name: str) -> Box:
    step = STEPS[name]
    ends = (MAIN_PATH[0], MAIN_PATH[-1])
    shape = BoxShape.CHOICE if name == "approve" else BoxShape.END if name in ends else BoxShape.STEP
    return Box(name, LANES[step.role], row, _WORDS.get(name, step.label), shape)
