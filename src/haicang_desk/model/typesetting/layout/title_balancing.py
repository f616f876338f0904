"""Breaks titles and labels into lines of similar length without splitting words (GB/T 9704—2012 §7.3.1).

Instead of a dictionary there is a list of the words that occur in titles and labels of these
documents. A title that is still broken badly can be given a line end of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = (
    "关于|“社会+”|社会+|民生微实事|民生|微实事|项目|街道|社区|村居|居民|村民|代表|党员|老人|协会|委员会|居委会|村委会|办事处|办公室|"
    "领导|小组|工作|方案|资金|专项|使用|情况|实施|效果|公示|公告|满意度|测评|结果|备案|报送|申报|审批|审核|意见|征求|"
    "征集|登记|汇总|清单|进展|第一|第二|第三|第四|季度|半年|年度|报告|自查|督查|检查|优秀|推荐|评选|评优|评议|验收|"
    "后续|管理|养护|责任书|责任|以奖代补|补助|申请|拨付|主体|确定|单位|负责人|联系人|电话|活动室|活动|中心|改造|建设|"
    "提升|整治|环境|设施|广场|公园|道路|绿化|照明|安全|隐患|消除|文化|体育|娱乐|群众|生活|关爱|公益|事业|老年|儿童|"
    "志愿|服务|货物|工程|受益|人数|地点|时间|起止|内容|类别|类型|名称|编号|依据|必要性|紧急|程度|预算|决算|来源|"
    "合计|金额|厦门市|海沧区|区级|财政|其他|村居自筹|自筹|捐赠|现金|实物|折价|投工|投劳|统筹|结论|日期|签字|盖章|"
    "公开|梳理|形成|协商|具体|组织|五类|对象|填写|直接|依法|依规"
)
_WORD = re.compile("|".join(map(re.escape, sorted(_WORDS.split("|"), key=len, reverse=True))))
_BOUND = re.compile("[“《（〔][^“”《》（）〔〕]*[”》）〕]")
_AFTER = "的和及与或等之了至"  # particles that must not begin a line of a title

_IN_WORD, _IN_BRACKETS, _BEFORE_PARTICLE, _BEFORE_SUBJECT = (
    60.0,
    25.0,
    40.0,
    20.0,
)  # costs in em², comparable with the square of a line's deviation from the mean length
_MOST_CLUSTERS = 90
_NEAR = 0.01


def balanced_breaks(text: str, ends: Sequence[int], at: Sequence[float], width: float, em: float) -> list[int] | None:
    """The ends of the lines: as few lines as possible, as even as possible; None for more than 90 clusters.

    `ends` are the indices where a line may end, `at` the distance of each index from the start in
    points, `width` the room in points, `em` the type size. Solved by dynamic programming.
    """
    if len(ends) > _MOST_CLUSTERS:
        return None
    starts, costs, total = [0, *ends], _costs(text, ends), at[len(text)]
    for count in range(2, len(ends) + 1):
        if total > count * width + _NEAR:
            continue
        # best[n][i]: the least cost of n lines that end at starts[i], and the index where the last line begins
        best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
        for _ in range(count):
            best.append(
                _one_more(best[-1], [at[start] / em for start in starts], costs, width / em, total / count / em)
            )
        if len(starts) - 1 in best[count]:
            return _traced(best, starts, count)
    return None


def _one_more(
    before: dict[int, tuple[float, int]], at: Sequence[float], costs: Sequence[float], width: float, aim: float
) -> dict[int, tuple[float, int]]:
    """The cheapest break points with one line more; positions and widths are in em."""
    reached: dict[int, tuple[float, int]] = {}
    for begun, (cost, _) in before.items():
        for end in range(begun + 1, len(at)):
            wide = at[end] - at[begun]
            if wide > width + _NEAR:
                break
            here = cost + (wide - aim) ** 2 + costs[end]
            if end not in reached or here < reached[end][0]:
                reached[end] = (here, begun)
    return reached


def _traced(best: list[dict[int, tuple[float, int]]], starts: Sequence[int], count: int) -> list[int]:
    """The line ends of the cheapest solution, traced back from the last line."""
    index, line_ends = len(starts) - 1, []
    for lines in range(count, 0, -1):
        line_ends.append(starts[index])
        index = best[lines][index][1]
    return line_ends[::-1]


def _costs(text: str, ends: Sequence[int]) -> list[float]:
    """The cost in em² of a line break at the start and at each possible end."""
    inside: dict[int, float] = {}
    for pattern, cost in ((_WORD, _IN_WORD), (_BOUND, _IN_BRACKETS)):
        for found in pattern.finditer(text):
            for place in range(found.start() + 1, found.end()):
                inside[place] = inside.get(place, 0.0) + cost
    costs = [0.0]
    for place in ends:
        cost = inside.get(place, 0.0)
        if place < len(text):
            cost += _BEFORE_PARTICLE if text[place] in _AFTER else 0.0
            cost -= _BEFORE_SUBJECT if text.startswith("关于", place) else 0.0  # the office then has its own line
        costs.append(cost)
    return costs
