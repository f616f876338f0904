"""Known rows laid out as people lay them out, at random: the shape found has the same rows, sums and sections."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haicang_desk.model.foreign.sheets.cell_grid import CellGrid
from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.spreadsheet.read.table_shape import tables_of

PLAIN = ["村居", "项目名称", "项目内容", "受益人数", "备注"]
MONEY = ["区级专项资金", "以奖代补", "村居自筹", "捐赠"]
VILLAGES = ["新垵村", "霞阳村", "元山社区", "兴旺社区", "祥露社区"]
NAMES = [
    "楼道照明更换",
    "合计路改造",
    "道路硬化（二期）",
    "“三微”工程",
    "长者健康服务",
    "一村一品",
    "2023年球场翻新",
    "ＡＥＤ培训",
]
TITLES = [
    "2023年民生微实事项目清单",
    "附件1",
    "新阳街道2023年项目汇总表",
    "填报单位（盖章）：新阳街道办事处",
    "单位：万元",
]
SUMS = ["合计", "合  计", "总计", "小计", "本页合计", "累计", "共计", "合计（{}个）"]
FEET = [
    "填表人：张某  审核人：李某",
    "注：金额以万元计",
    "备注：入选项目以票选为准。",
    "联系电话：0592-1234567",
    "第1页 共1页",
    "（盖章）",
]


class Layout:
    """A sheet laid out at random by a seed, and what must be found in it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.grid = CellGrid("表")
        self.number = 0
        self.records: list[dict[str, str]] = []
        self.sections: list[tuple[str, ...]] = []
        self.sums = 0
        rng = self.rng
        self.counter = rng.random() < 0.7
        self.money = rng.sample(MONEY, rng.randint(1, 4))
        self.columns = [*(["序号"] if self.counter else []), *PLAIN[: rng.randint(2, 5)], *self.money]
        self.grouped = len(self.money) > 1 and rng.random() < 0.5
        self.merged = rng.random() < 0.6
        for title in rng.sample(TITLES, rng.randint(0, 4)):
            self.line(title)
        self.head()
        self.body()
        for foot in rng.sample(FEET, rng.randint(0, 3)):
            self.line(foot)

    def put(self, *cells: str | float | None) -> int:
        self.number += 1
        made = {
            index: RawCell("text", value) if isinstance(value, str) else RawCell("number", str(value))
            for index, value in enumerate(cells, 1)
            if value is not None
        }
        if made:
            self.grid.rows[self.number] = made
        return self.number

    def line(self, text: str) -> None:
        if self.rng.random() < 0.3:
            self.number += 1
        number = self.put(text)
        if self.merged:
            self.grid.merges.append((number, 1, number, len(self.columns)))

    def head(self) -> None:
        if not self.grouped:
            self.put(*self.columns)
            return
        first = self.columns.index(self.money[0])
        upper = self.put(
            *[None if name in self.money[1:] else name for name in self.columns[:first]], "资金来源（万元）"
        )
        self.put(*[None] * first, *self.money)
        if self.merged:
            self.grid.merges += [(upper, column, upper + 1, column) for column in range(1, first + 1)]
            self.grid.merges.append((upper, first + 1, upper, len(self.columns)))

    def body(self) -> None:
        rng, style = self.rng, self.rng.choice(["none", "none", "numbered", "village", "counted"])
        for part in range(1 if style == "none" else rng.randint(1, 3)):
            section: tuple[str, ...] = ()
            if style != "none" and (self.counter or self.merged or style == "numbered"):
                kind = ["工程类", "服务类", "货物类"][part]
                text = {
                    "numbered": f"{'一二三'[part]}、{kind}",
                    "village": VILLAGES[part],
                    "counted": f"{kind}（3个）",
                }[style]
                number = self.put(text, *[None] * (len(self.columns) - 2), rng.choice([None, 12.5]))
                if self.merged:
                    self.grid.merges.append((number, 1, number, len(self.columns) - len(self.money)))
                section = (text,)
            for count in range(rng.randint(1, 4)):
                self.record(count + 1, section)
                if rng.random() < 0.1:
                    self.head()
            if rng.random() < 0.5:
                self.sum()
        self.sum()

    def record(self, count: int, section: tuple[str, ...]) -> None:
        rng = self.rng
        made: dict[str, str | float | None] = {
            "序号": count,
            "村居": rng.choice(VILLAGES),
            "项目名称": rng.choice(NAMES),
        }
        made |= {
            "项目内容": rng.choice(["更换路灯20盏", None, "硬化661平米"]),
            "受益人数": rng.choice([60, "约200人", None]),
        }
        made |= {"备注": rng.choice([None, "/", "续建"])}
        made |= {name: rng.choice([5.8, 12, "35000元", "/", None, "—"]) for name in self.money}
        self.put(*(made[name] for name in self.columns))
        self.records.append({name: str(made[name]) for name in self.columns if made[name] is not None})
        self.sections.append(section)

    def sum(self) -> None:
        text = self.rng.choice(SUMS).format(len(self.records))
        self.put(text, *[None] * (len(self.columns) - 2), 58.5)
        self.sums += 1


@pytest.mark.parametrize("known", [lambda text: False, lambda text: text in {*PLAIN, *MONEY}], ids=["unknown", "known"])
def test_every_layout_is_read_to_the_rows_that_were_laid_out(known):
    for seed in range(300):
        layout = Layout(seed)
        tables = tables_of(layout.grid, known)
        assert len(tables) == 1, seed
        (table,) = tables
        assert [heading.name for heading in table.headings] == layout.columns, seed
        names = {heading.index: heading.name for heading in table.headings}
        found = [{names[index]: raw.text for index, raw in sorted(row.cells.items())} for row in table.rows]
        assert found == layout.records, seed
        assert [row.sections for row in table.rows] == layout.sections, seed
        assert len(table.sums) == layout.sums, seed


WORDS = [
    *PLAIN, *MONEY, *VILLAGES, *NAMES[:3], *TITLES, *FEET, "合计", "一、工程类", "（二）服务类", "工程类（3个）", "一",
    "序号", "其中：自筹", "项目名称：路灯", *["甲"] * 8, "2023年5月", "/", "万元", "是", "☑是 □否",
]  # fmt: skip
CELLS = st.one_of(st.none(), st.sampled_from(WORDS), st.integers(0, 12))
SPANS = st.tuples(*[st.integers(1, 8)] * 4)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=14), st.lists(SPANS, max_size=6), st.booleans())
def test_whatever_a_sheet_holds_no_text_of_it_is_lost(rows, merges, some_known):
    grid = CellGrid("表", merges=merges)
    for number, row in enumerate(rows, 1):
        cells = {
            index: RawCell("text", value.replace("甲", f"甲{number}乙{index}"))
            if isinstance(value, str)
            else RawCell("number", str(value))
            for index, value in enumerate(row, 1)
            if value is not None
        }
        if cells:
            grid.rows[number] = cells
    tables = tables_of(grid, lambda text: some_known and text in {*PLAIN, *MONEY})
    found: list[str] = []
    for table in tables:
        found += [*table.above, *table.below, *(text for heading in table.headings for text in heading.texts)]
        for row in (*table.rows, *table.sums):
            found += [*(raw.text for raw in row.cells.values()), *row.sections]
            assert set(row.cells) <= {heading.index for heading in table.headings} or row in table.sums
    told = "\n".join(found)
    for number, row in grid.rows.items() if tables else ():
        for raw in row.values():
            for part in raw.text.split("："):
                assert raw.form != "text" or part.strip() in told, (number, raw.text)
