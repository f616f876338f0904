"""The columns of one table: which field each is, in which unit its amounts are, what is missing, what must be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import Field, Project, Record
from haicang_desk.model.spreadsheet.cell_values import quoted, read_cell
from haicang_desk.model.spreadsheet.columns import ID, REASONS, TITLE, VILLAGE, YEAR, folded, heading_of, is_for_reading
from haicang_desk.model.spreadsheet.read.answers import SKIPPED, SPLIT, Answers, Question, QuestionKind, same
from haicang_desk.model.spreadsheet.read.column_units import ColumnUnits, UnitDecision, holds_figures
from haicang_desk.model.spreadsheet.read.column_values import field_of, value_of
from haicang_desk.model.spreadsheet.read.mapping import (
    NOWHERE,
    Column,
    TableMapping,
    Target,
    bare,
    field_named,
    matches,
    name_of_field,
    names_by_heading,
    scale_of,
)
from haicang_desk.model.spreadsheet.read.parsed_workbook import IgnoredColumn, Missing
from haicang_desk.model.spreadsheet.read.raw_tables import ColumnHeading, RawTable
from haicang_desk.model.spreadsheet.read.units import units_in_heading
from haicang_desk.model.spreadsheet.written_dates import read_span
from haicang_desk.model.values import Money

SERIALS = {"序号", "序", "项次", "排序", "行号", "no", "no.", "№"}  # headings of columns that only count the rows
_IDENTIFIERS = re.compile(r"电话|手机|传真|邮编|邮政编码|身份证")  # their numbers count nothing
_SUM_HEADINGS = re.compile(r"合计|小计|总计|共计|总额|总金额|总投资|总资金|总费用|资金总|总造价")
_MONEY = Field("", kind=Money)
_NUMBERED = re.compile(r"^(\(?[\d一二三四五六七八九十]+[、.)]+|第[一二三四五六七八九十\d]+[、:]?)|\(.*?\)$")


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds and a table may leave out: names of villages, the fund year, and the largest likely amount.

    An amount above ``largest`` (ten times the highest cap) is pointed at. All of it is for proposals and cautions.
    """

    villages: tuple[str, ...] = ()
    year: int | None = None
    largest: Money | None = None


@dataclass(slots=True)
class ColumnChoice:
    """What is decided of one heading. ``name`` is that of the field, "" for none; ``proposal`` its likely heading.

    ``rank`` says how: 3 chosen by a mapping, 2 the field's own heading, 1 another word for it, 0 not at all.
    """

    heading: ColumnHeading
    name: str = ""
    rank: int = 0
    unit: int | None = None
    proposal: str = ""
    reason: str = ""  # why the column is not read
    settled: bool = False  # somebody said that it is left out


@dataclass(slots=True)
class ColumnPlan:
    """How a table is read.

    ``columns`` are those of its records, more than one list where a repeated column is split. ``constants`` are texts
    by name of a field, for cells that the table does not have; ``sections`` are the fields that section rows give;
    ``missing`` are required fields that nothing gives. ``grounds`` are, by column, the words that state its unit;
    ``asked_units`` the columns whose unit is not known yet, ``chosen_units`` those of which words and number
    formats disagree and a person has said it; ``mapping`` is all of it as a mapping file says it.
    """

    columns: list[list[Column]] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    missing: dict[str, Missing] = field(default_factory=dict)
    ignored: list[IgnoredColumn] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    grounds: dict[int, tuple[str, ...]] = field(default_factory=dict)
    asked_units: set[int] = field(default_factory=set)
    chosen_units: set[int] = field(default_factory=set)
    reasons: int = 0
    mapping: dict[str, Target] = field(default_factory=dict)


_SPAN_FIELDS = ("planned_start", "planned_finish", "posted_on", "begins_on", "ends_on")  # two of them in a record
_SPAN_HEADINGS = {  # by the first of the two fields: what the heading of a column of their spans says
    "planned_start": re.compile(r"^(时间|日期|起止(时间|日期)?)$|实施|建设|施工|计划|预计|活动|服务|工期"),
    "posted_on": re.compile(r"公示|^(时间|日期|期间|期限|起止(时间|日期)?)$"),
    "begins_on": re.compile(r"管养|管护|养护|责任期|^(时间|日期|期间|期限|起止(时间|日期)?)$"),
}
_OTHER_SPANS = re.compile(r"筹|征集|协商|申报|审批|测评|招标|质保|公示")  # days of a project that are not its plan


def _is_span(raw: RawCell) -> bool:
    """Whether a cell names a first and a last day."""
    text = folded(raw.text)
    try:
        span = read_span(text, 2000) if raw.form == "text" else None
    except ValueError:
        return False
    return span is not None and span.start < span.end and not text.endswith(("前", "起"))


class ColumnPlanner:
    """Decides the columns of a table of one record from its headings, a mapping, the answers, and what is known."""

    def __init__(
        self, cls: type[Record], table: RawTable, mapping: TableMapping | None, answers: Answers, known: Known
    ) -> None:
        self._cls, self._table, self._mapping, self._answers, self._known = cls, table, mapping, answers, known
        self._plan = ColumnPlan()
        self._choices: list[ColumnChoice] = []
        self._asked: set[int] = set()  # columns that a question of a scale or of a twin is about

    def plan(self) -> ColumnPlan:
        """Decide everything. A question stands for whatever is not certain."""
        for heading in self._table.headings:
            if any(folded(text) == REASONS for text in heading.texts[-1:]):
                self._plan.reasons = heading.index
            elif any(is_for_reading(text) for text in heading.texts[-1:]):
                continue
            else:
                self._choices.append(self._choice(heading))
        self._ask_scale()
        constants = self._constants()
        self._resolve_conflicts()
        self._derive(constants)
        self._decide_units()
        self._report_others()
        self._keep_mapping()
        return self._plan

    @property
    def known_columns(self) -> int:
        """How many columns have a field."""
        return sum(bool(choice.name) for choice in self._choices)

    # which field

    def _choice(self, heading: ColumnHeading) -> ColumnChoice:
        choice = ColumnChoice(heading)
        if self._answers.leaves_out(self._table.sheet, self.names(heading)):
            choice.reason, choice.settled = "按选择不读", True
            return choice
        if (target := self._target(heading)) is not None:
            if target.field == NOWHERE:
                choice.reason, choice.settled = "按选择不读", True
            else:
                choice.name, choice.rank, choice.unit = name_of_field(self._cls, target.field) or "", 3, target.unit
            return choice
        for match in matches(self._cls, heading):
            if match.sure:
                choice.name, choice.rank = match.name, 1 + match.own
                return choice
            choice.proposal = choice.proposal or heading_of(self._cls, match.name)
        return choice

    def names(self, heading: ColumnHeading) -> tuple[str, ...]:
        """What options and mappings may call a column. A repeated one is only called by its number: 金额#2."""
        if "#" in heading.name:
            before, _, number = heading.name.rpartition("#")
            return heading.name, f"{bare(before)}#{number}"
        texts = heading.texts or (heading.name,)
        own = " ".join(texts[-1].split())
        names = [heading.name, own, "/".join(texts), "·".join(texts)]
        alike = sum(bare(other.texts[-1]) == bare(own) for other in self._table.headings if other.texts)
        if alike <= 1:
            names.append(bare(own))
            if (name := names_by_heading(self._cls.table).get(bare(own))) is not None:
                names.append(heading_of(self._cls, name))
        return tuple(dict.fromkeys(names))

    def _target(self, heading: ColumnHeading) -> Target | None:
        if self._mapping is None:
            return None
        names = self.names(heading)
        return next(
            (target for word, target in self._mapping.columns.items() if any(same(word, name) for name in names)), None
        )

    def _ask_scale(self) -> None:
        """Questions for every column of a scale of other words whose meaning is not the field of that heading."""
        by_word = {
            bare(c.heading.texts[-1]): c for c in self._choices if c.heading.texts and c.rank < 3 and not c.reason
        }
        for word, name in scale_of(self._cls, by_word).items():
            choice = by_word[word]
            if choice.name != name:
                wanted = heading_of(self._cls, name)
                choice.name, choice.rank, choice.proposal = "", 0, wanted
                self._asked.add(choice.heading.index)
                self._ask_column(choice, f"满意度分档与本表不同，按次序应是“{wanted}”，请确认")

    def _constants(self) -> dict[str, str]:
        """The texts for every row, by name of field; a column that has none of its field's values gives way to one."""
        said: dict[str, str] = {}
        for heading, text in (self._mapping.constants if self._mapping else {}).items():
            if (name := name_of_field(self._cls, heading)) is not None:
                said[name] = text
        for (sheet, heading), text in self._answers.constants.items():
            name = name_of_field(self._cls, heading)
            if name is not None and (sheet == "" or same(sheet, self._table.sheet)):
                said[name] = text
        return said

    def _resolve_conflicts(self) -> None:
        """Of several columns for one field the most certain one is read; a repeated one is split, left out or asked."""
        first: dict[str, ColumnChoice] = {}
        repeated: dict[str, list[ColumnChoice]] = {}
        for choice in sorted((c for c in self._choices if c.name), key=lambda c: -c.rank):
            best = first.setdefault(choice.name, choice)
            if best is choice:
                continue
            if choice.rank == best.rank == 3 or bare(choice.heading.name.partition("#")[0]) == bare(
                best.heading.name.partition("#")[0]
            ):
                number = choice.heading.name.rpartition("#")[2] if "#" in choice.heading.name else "2"
                repeated.setdefault(number, []).append(choice)
            else:
                choice.reason = f"“{heading_of(self._cls, choice.name)}”已由「{best.heading.name}」一栏填写"
                choice.name, choice.rank = "", 0
        for choice in list(first.values()):  # the first of several equals in the order of the table
            del choice
        self._plan.columns = [self._columns(c for c in self._choices if c.name and first.get(c.name) is c)]
        base = self._plan.columns[0]
        for number in sorted(repeated):
            self._decide_twin(repeated[number], base)

    def _columns(self, choices: Iterable[ColumnChoice]) -> list[Column]:
        return [Column(choice.heading.index, choice.heading.name, choice.name) for choice in choices]

    def _decide_twin(self, group: list[ColumnChoice], base: list[Column]) -> None:
        """Several columns that have names of others: two records of each row, not read, or asked."""
        sheet = self._table.sheet
        group.sort(key=lambda choice: choice.heading.index)
        filled = [choice for choice in group if self._cells(choice.heading.index)]
        names = [
            name for choice in group for name in (*self.names(choice.heading), choice.heading.name.partition("#")[0])
        ]
        said = self._answers.twin(sheet, names)
        if said is None and all(choice.rank == 3 for choice in group):
            said = SPLIT
        twins = {choice.name for choice in group}
        if said == SPLIT:
            shared = [column for column in base if column.name not in twins]
            self._plan.columns.append([*shared, *self._columns(group)])
            self._plan.notes.append(f"“{sheet}”的「{'、'.join(c.heading.name for c in group)}」另作一笔读取")
            return
        for choice in group:
            choice.name, choice.rank = "", 0
            choice.reason, choice.settled = "重复的栏目，按选择不读", True
        if said is None and filled and not self._repeats(filled, base):
            money = [c for c in filled if self._numbers(c.heading.index)] or filled
            listed = "、".join(f"「{choice.heading.name}」" for choice in group)
            self._plan.questions.append(
                Question(
                    QuestionKind.TWIN,
                    sheet,
                    0,
                    money[0].heading.name,
                    self._example(money[0].heading.index),
                    SPLIT if len(filled) > 1 and self._cls is not Project else "",
                    f"同名的栏目出现两次：{listed}有内容。是另一笔（分为两笔），还是不读？",
                    (SPLIT, SKIPPED),
                )
            )

    def _repeats(self, group: list[ColumnChoice], base: list[Column]) -> bool:
        """Whether repeated columns only repeat what the first ones have, in every row."""
        own = {bare(column.heading): column.index for column in base}
        pairs = [(choice.heading.index, own.get(bare(choice.heading.name.partition("#")[0]))) for choice in group]
        return all(
            first is not None and all(row.cells.get(index) in (None, row.cells.get(first)) for row in self._table.rows)
            for index, first in pairs
        )

    # what the table leaves out

    def _derive(self, constants: Mapping[str, str]) -> None:
        """Give required fields without a column: constants, sections, a column of villages; others are missing."""
        cls, plan = self._cls, self._plan
        given = {column.name for column in plan.columns[0]}
        for name, text in constants.items():
            column = next((column for column in plan.columns[0] if column.name == name), None)
            if column is not None and not self._readable(column):
                self._drop(column, f"没有一格是“{heading_of(cls, name)}”，全部填“{text}”")
            plan.constants[name] = text
        given |= set(plan.constants)
        given |= self._span_column(given)
        for name, wanted in cls.fields.items():
            if not wanted.required or name in given:
                continue
            if wanted.refers == Project.table:
                if TITLE not in given:
                    self._ask_missing(name)
            elif not (self._from_sections(name) or self._village_column(name)):
                self._ask_missing(name)
        if "village" not in cls.fields and TITLE in given and not {"project", VILLAGE} & given:
            self._village_column(VILLAGE)

    def _readable(self, column: Column) -> bool:
        """Whether at least one cell of a column is a value of its field."""
        values = self._mapping.values if self._mapping else {}
        for raw in self._cells(column.index):
            try:
                if value_of(translated(raw, values), field_of(self._cls, column.name), column.name) != "":
                    return True
            except ValueError:
                continue
        return False

    def _drop(self, column: Column, reason: str) -> None:
        for columns in self._plan.columns:
            columns[:] = [each for each in columns if each.index != column.index]
        for choice in self._choices:
            if choice.heading.index == column.index:
                choice.name, choice.rank, choice.reason, choice.settled = "", 0, reason, True

    def _from_sections(self, name: str) -> bool:
        """Whether the section rows say a choice or a village for every row."""
        rows = self._table.rows
        values = self._mapping.values if self._mapping else {}
        if not rows or not all(row.sections for row in rows):
            return False
        found = {section_value(self._cls, name, row.sections, values, self._known.villages) for row in rows}
        if "" in found:
            return False
        self._plan.sections = (*self._plan.sections, name)
        listed = "、".join(sorted(found))
        self._plan.notes.append(f"“{self._table.sheet}”的“{heading_of(self._cls, name)}”取自分节标题：{listed}")
        return True

    def _span_column(self, given: set[str]) -> set[str]:
        """Read a column of spans (实施起止: 5月1日至9月30日) as the start and the end, where no column has these.

        Gives the names of the two fields.
        """
        names = [name for name in _SPAN_FIELDS if name in self._cls.fields]
        if len(names) != 2 or not given.isdisjoint(names):
            return set()
        for choice in self._choices:
            cells = self._cells(choice.heading.index)
            heading = bare(choice.heading.texts[-1]) if choice.heading.texts else ""
            if not _SPAN_HEADINGS[names[0]].search(heading):
                continue
            if names[0] == "planned_start" and _OTHER_SPANS.search(heading):
                continue
            if not choice.rank and not choice.settled and cells and all(map(_is_span, cells)):
                for columns in self._plan.columns:
                    columns += [Column(choice.heading.index, choice.heading.name, name) for name in names]
                labels = "”和“".join(self._cls.fields[name].label for name in names)
                self._plan.notes.append(f"“{self._table.sheet}”的「{choice.heading.name}」用作“{labels}”")
                choice.settled, choice.reason = True, choice.reason or "读作起止日期"
                return set(names)
        return set()

    def _village_column(self, name: str) -> bool:
        """Whether some column has nothing but names of known villages; it is then read as the village too."""
        if name not in ("village", VILLAGE):
            return False
        villages = {folded(village) for village in self._known.villages}
        for choice in self._choices:
            cells = self._cells(choice.heading.index)
            taken = choice.settled
            if not taken and cells and all(folded(raw.text) in villages for raw in cells):
                for columns in self._plan.columns:
                    columns.append(Column(choice.heading.index, choice.heading.name, name))
                self._plan.notes.append(f"“{self._table.sheet}”的「{choice.heading.name}」都是村居名称，也用作“村居”")
                choice.reason = choice.reason or "读作村居"
                choice.settled = True
                return True
        return False

    def _ask_missing(self, name: str) -> None:
        cls, sheet = self._cls, self._table.sheet
        heading, wanted = heading_of(cls, name), cls.fields[name]
        likely = next((c for c in self._choices if c.proposal and same(c.proposal, heading) and not c.settled), None)
        proposal, why = self._proposed(name)
        choices: tuple[str, ...] = ()
        if wanted.kind is Enum:
            choices = tuple(member.label for member in wanted.type)
        elif wanted.refers == Project.table:
            heading = f"{heading_of(cls, TITLE)}或{heading}"
        reason = f"表里没有必填的“{heading}”一栏"
        if likely is not None:
            reason += f"；是否就是「{likely.heading.name}」一栏"
        elif proposal:
            reason += f"；{why}，是否全部填“{proposal}”"
        else:
            reason += "，请指明是哪一栏，或全部填什么"
        question = Question(
            QuestionKind.COLUMN,
            sheet,
            0,
            heading,
            "",
            likely.heading.name if likely is not None else proposal,
            reason,
            choices,
            field=heading_of(cls, name),
        )
        self._plan.missing[name] = Missing(question, "" if likely is not None else proposal)

    def _proposed(self, name: str) -> tuple[str, str]:
        """The likely text for every row of a field that the table leaves out, and where it was seen; "" for none."""
        lines = (self._table.sheet, *self._table.above, *self._table.below)
        if name in ("village", VILLAGE):
            found = {v for v in self._known.villages if any(folded(v) in folded(line) for line in lines)}
            return (found.pop(), "表的标题写有这个村居") if len(found) == 1 else ("", "")
        if name in ("fund_year", "year", YEAR):
            range_of = Project.fields["fund_year"]
            years = dict.fromkeys(year for line in lines for year in re.findall(r"(20\d\d)\s*年", line))
            years = {year: None for year in years if range_of.least <= int(year) <= range_of.most}
            if years:
                return next(iter(years)), f"表的标题写有“{next(iter(years))}年”"
            return (str(self._known.year), "台账正在办理的年度") if self._known.year else ("", "")
        return "", ""

    # units of money

    def _decide_units(self) -> None:
        """Give every money column its unit; a question where it is not certain."""
        units, plan = ColumnUnits(self._table), self._plan
        decided: dict[int, UnitDecision] = {}
        for columns in plan.columns:
            for number, column in enumerate(columns):
                wanted = field_named(self._cls, column.name)
                if wanted is None or wanted.kind is not Money:
                    continue
                if column.index not in decided:
                    decided[column.index] = units.decide(column, self._cells(column.index), self._said_unit(column))
                unit = decided[column.index]
                columns[number] = Column(column.index, column.heading, column.name, unit.factor)
        for index, unit in decided.items():
            plan.grounds[index] = unit.grounds
            if unit.against_words:
                plan.chosen_units.add(index)
            if unit.question is not None:
                plan.asked_units.add(index)
                plan.questions.append(unit.question)

    def _said_unit(self, column: Column) -> int | None:
        """The unit that an answer or the mapping says for a column, in yuan."""
        choice = next(choice for choice in self._choices if choice.heading.index == column.index)
        names = (*self.names(choice.heading), heading_of(self._cls, column.name))
        return self._answers.unit(self._table.sheet, names) or choice.unit

    # the other columns

    def _report_others(self) -> None:
        """Columns that no field takes: asked where they hold numbers, else told."""
        for choice in self._choices:
            index = choice.heading.index
            if choice.name or (not choice.heading.texts and not self._cells(index)):
                continue
            text = folded(" ".join(choice.heading.texts[-1:]))
            if bare(text) in SERIALS or self._counts_rows(choice):
                continue
            numbers = 0 if _IDENTIFIERS.search(text) else self._numbers(index)
            told = choice.reason
            if not told and (parts := self._sum_of(choice)):
                told, choice.settled = f"是{parts}之和，没有另读", True
            self._plan.ignored.append(IgnoredColumn(self._table.sheet, choice.heading.name, numbers, told))
            if numbers and not choice.settled and index not in self._asked:
                self._ask_column(choice, told or "表里有数字，但不知道是哪一栏")

    def _ask_column(self, choice: ColumnChoice, reason: str) -> None:
        self._plan.questions.append(
            Question(
                QuestionKind.COLUMN,
                self._table.sheet,
                0,
                choice.heading.name,
                self._example(choice.heading.index),
                choice.proposal,
                reason
                if choice.proposal == "" or choice.heading.index in self._asked
                else f"{reason}，是否就是“{choice.proposal}”",
            )
        )

    def _counts_rows(self, choice: ColumnChoice) -> bool:
        """Whether a column of 编号 or without heading only numbers the rows: 1, 2, 3 …"""
        if choice.heading.texts and bare(choice.heading.texts[-1]) not in ("编号", "号"):
            return False
        texts = [row.cells[choice.heading.index].text for row in self._table.rows if choice.heading.index in row.cells]
        return bool(texts) and texts == [str(number) for number in range(1, len(texts) + 1)]

    def _sum_of(self, choice: ColumnChoice) -> str:
        """Whose sum a column is in every row: the money columns of its group, or all of them; "" for neither."""
        if not choice.heading.texts or not _SUM_HEADINGS.search(choice.heading.texts[-1]):
            return ""
        money = [column for column in self._plan.columns[0] if self._is_money(column)]
        groups = {each.heading.index: each.heading.texts[:-1] for each in self._choices}
        siblings = [column for column in money if groups.get(column.index) == choice.heading.texts[:-1]]
        for columns in (siblings, money):
            factors = {column.factor for column in columns}
            own = [unit.factor for text in choice.heading.texts for unit in units_in_heading(text)]
            if columns and len(factors) == 1 and self._adds_up(choice.heading.index, columns, own[-1] if own else 0):
                return "、".join(f"「{column.heading}」" for column in columns)
        return ""

    def _is_money(self, column: Column) -> bool:
        wanted = field_named(self._cls, column.name)
        return wanted is not None and wanted.kind is Money and column.name != "overhead"

    def _adds_up(self, index: int, columns: list[Column], factor: int) -> bool:
        found = False
        for row in self._table.rows:
            try:
                total = _fen(row.cells.get(index), factor or columns[0].factor)
                parts = sum(_fen(row.cells.get(column.index), column.factor) for column in columns)
            except ValueError:
                return False
            if total != parts:
                return False
            found = found or bool(total)
        return found

    def _keep_mapping(self) -> None:
        """What was decided of each column, as a mapping file says it; the field's own headings need no line."""
        for choice in self._choices:
            if choice.name:
                if choice.rank != 2 or choice.unit:
                    self._plan.mapping[choice.heading.name] = Target(heading_of(self._cls, choice.name), choice.unit)
            elif choice.proposal and not choice.settled:
                self._plan.mapping[choice.heading.name] = Target(choice.proposal)
            elif choice.settled or (self._numbers(choice.heading.index) and not self._is_serial(choice)):
                self._plan.mapping[choice.heading.name] = Target(NOWHERE)

    def _is_serial(self, choice: ColumnChoice) -> bool:
        text = bare(choice.heading.texts[-1]) if choice.heading.texts else ""
        return text in SERIALS or bool(_IDENTIFIERS.search(text)) or self._counts_rows(choice)

    # cells of a column

    def _cells(self, index: int) -> list[RawCell]:
        return [raw for row in self._table.rows if (raw := row.cells.get(index)) is not None and raw.text.strip()]

    def _numbers(self, index: int) -> int:
        return sum(holds_figures(raw) for raw in self._cells(index))

    def _example(self, index: int) -> str:
        return next((quoted(raw) for raw in self._cells(index)), "")


def _fen(raw: RawCell | None, factor: int) -> int:
    """Fen of an amount; 0 for an empty cell. Raises ValueError for what is no amount."""
    return 0 if raw is None else int(read_cell(raw, _MONEY, factor) or 0)


def translated(raw: RawCell, values: Mapping[str, str]) -> RawCell:
    """A cell with the word of a mapping in place of the book's."""
    if values and raw.form == "text":
        for word, ours in values.items():
            if same(word, raw.text):
                return RawCell("text", ours)
    return raw


def section_value(
    cls: type[Record], name: str, sections: Iterable[str], values: Mapping[str, str], villages: Iterable[str]
) -> str:
    """What the innermost section that says it gives for a field: a choice's label or a village; "" for nothing."""
    wanted = field_named(cls, name)
    for text in reversed(tuple(sections)):
        said = translated(RawCell("text", text), values).text
        clean = _NUMBERED.sub("", folded(said))
        labels: Iterable[Any] = ()
        if wanted is not None and wanted.kind is Enum:
            labels = [member.label for member in wanted.type]
        elif name in ("village", VILLAGE):
            labels = villages
        found = [label for label in labels if folded(label) in folded(said)]
        if len(found) == 1:
            return str(found[0])
        if not found and name in ("village", VILLAGE) and re.fullmatch(r"\w{2,8}(村|社区)", clean):
            return clean
    return ""


def required_given(cls: type[Record], names: Iterable[str]) -> bool:
    """Whether columns with these names give every required field of a record."""
    given = set(names)
    return all(
        name in given or (wanted.refers == Project.table and TITLE in given)
        for name, wanted in cls.fields.items()
        if wanted.required and name != ID
    )
