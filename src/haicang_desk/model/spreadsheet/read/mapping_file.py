"""Mappings kept for a sender: the TOML file of contract §2, read, written and found again by the sender's name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from haicang_desk.model.records import Record
from haicang_desk.model.spreadsheet.columns import heading_of
from haicang_desk.model.spreadsheet.read.mapping import NOWHERE, TableMapping, Target, name_of_field, record_of
from haicang_desk.model.spreadsheet.read.units import FACTORS, unit_name
from haicang_desk.model.values import Refused
from haicang_desk.platform import FileFault, FileNotTaken, atomic_path, make_folder, read_regular_file, unreserved

ENDING = ".toml"
LARGEST = 2**20  # bytes of a mapping file
_BARE_KEY = re.compile(r"^(\s*)([^\s\"'#=\[\]{}]+)(\s*=)", re.MULTILINE)
_SECTION_KEYS = {"sender", "table"}
_TABLE_KEYS = {"sheet", "record", "constants", "columns", "values"}
_TARGET_KEYS = {"field", "unit"}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*.]+')


@dataclass(frozen=True, slots=True)
class MappingFile:
    """The mappings of one sender's tables, in the order of the file."""

    sender: str
    tables: tuple[TableMapping, ...]

    @classmethod
    def load(cls, path: Path) -> MappingFile:
        """Read a mapping file. Raises Refused, naming the line, for what is no mapping of contract §2."""
        try:
            content = read_regular_file(path, LARGEST)
        except FileNotTaken as wrong:
            if wrong.fault is FileFault.LARGE:
                raise Refused(
                    f"对照文件《{path.name}》超过 1 MB，不是本程序的对照文件，没有采用。请核对选的文件"
                ) from wrong
            raise Refused(f"对照文件“{path}”{wrong}，没有采用。请核对路径和文件名") from wrong
        try:
            return cls.parse(content.decode("utf-8-sig"), path.name)
        except UnicodeDecodeError as wrong:
            raise Refused(f"对照文件《{path.name}》不是 UTF-8 编码，没有采用。请另存为 UTF-8 文本") from wrong

    @classmethod
    def parse(cls, text: str, name: str) -> MappingFile:
        """The mapping in a text; ``name`` is that of the file, for messages. Raises Refused, naming the line."""
        try:
            document = tomllib.loads(_BARE_KEY.sub(_quoted_key, text))
        except tomllib.TOMLDecodeError as wrong:
            where = f"第 {_line(wrong)} 行写法不对"
            raise Refused(f"对照文件《{name}》{where}，没有采用。键和文字都放在英文双引号里") from wrong
        return _Reader(name, text).mapping_file(document)

    def save(self, path: Path) -> Path:
        """Write the file and return its path. Raises NotWritten (exit code 5), ``path`` as before."""
        with atomic_path(path) as part:
            part.write_text(self.text(), encoding="utf-8", newline="\n")
        return path

    def text(self) -> str:
        """The file as TOML 1.0, with every Chinese key in quotes."""
        lines = [f"sender = {_toml(self.sender)}"]
        for table in self.tables:
            lines += ["", "[[table]]", f"sheet = {_toml(table.sheet)}", f"record = {_toml(table.record)}"]
            lines += _section("constants", table.constants, _constant)
            lines += _section("columns", table.columns, _target)
            lines += _section("values", table.values, _toml)
        return "\n".join(lines) + "\n"


def save_mapping(folder: Path, mapping: MappingFile) -> Path:
    """Keep a sender's mapping in a folder, which is made if needed, in place of an earlier one of the same sender."""
    make_folder(folder)
    return mapping.save(_path_of(folder, mapping.sender))


def load_mapping(folder: Path, sender: str) -> MappingFile | None:
    """The mapping kept for a sender; None where there is none. Raises Refused where its file is no mapping."""
    path = _path_of(folder, sender)
    return MappingFile.load(path) if path.is_file() else None


def kept_senders(folder: Path) -> tuple[str, ...]:
    """The senders whose mappings a folder holds, by name; files that are no mapping are passed over."""
    senders = []
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
        try:
            senders.append(MappingFile.load(path).sender)
        except Refused:
            continue
    return tuple(senders)


def _path_of(folder: Path, sender: str) -> Path:
    return folder / unreserved(f"{_UNSAFE.sub('_', sender.strip()) or '_'}{ENDING}")


def _quoted_key(match: re.Match[str]) -> str:
    """A bare key with Chinese characters in quotes, as TOML 1.0 wants it; other keys stay as they are."""
    key = match[2]
    return match[0] if key.isascii() else f'{match[1]}"{key}"{match[3]}'


def _line(wrong: tomllib.TOMLDecodeError) -> str:
    found = re.search(r"at line (\d+)", str(wrong))
    return found[1] if found else "末"


class _Reader:
    """Checks a parsed document against contract §2; the line of what is wrong is looked up in the text."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._lines = name, text.splitlines()

    def mapping_file(self, document: Mapping[str, Any]) -> MappingFile:
        self._known(document, _SECTION_KEYS)
        sender, tables = document.get("sender", ""), document.get("table", [])
        if not isinstance(sender, str) or not sender.strip():
            raise self._refused("sender", '缺少报送单位：sender = "单位名称"')
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._refused("table", "每张表应以 [[table]] 开头")
        return MappingFile(sender.strip(), tuple(self._table(table) for table in tables))

    def _table(self, table: Mapping[str, Any]) -> TableMapping:
        self._known(table, _TABLE_KEYS)
        for key in ("sheet", "record"):
            if not isinstance(table.get(key), str) or not table[key]:
                raise self._refused("[table]", f'缺少 {key} = "…"')
        record = record_of(table["record"])
        if record is None:
            raise self._refused(table["record"], f"没有“{table['record']}”这种记录")
        parts = {key: table.get(key, {}) for key in ("constants", "columns", "values")}
        if wrong := next((key for key, part in parts.items() if not isinstance(part, dict)), None):
            raise self._refused(wrong, f"{wrong} 应写成 [table.{wrong}] 一节")
        return TableMapping(
            table["sheet"],
            record.label,
            {self._field(record, key): self._constant(key, text) for key, text in parts["constants"].items()},
            {heading: self._target(record, heading, target) for heading, target in parts["columns"].items()},
            {word: self._text(word, ours) for word, ours in parts["values"].items()},
        )

    def _target(self, record: type[Record], heading: str, target: Any) -> Target:
        if isinstance(target, str):
            target = {"field": target}
        if not isinstance(target, dict) or not isinstance(target.get("field"), str):
            raise self._refused(heading, f'“{heading}”应等于栏目名，或 {{ field = "栏目", unit = "万元" }}')
        self._known(target, _TARGET_KEYS)
        unit = target.get("unit")
        if unit is not None and unit not in FACTORS:
            raise self._refused(heading, f"“{heading}”的单位“{unit}”不认识，可写 {'、'.join(FACTORS)}")
        field = target["field"]
        return Target(field if field == NOWHERE else self._field(record, field), FACTORS[unit] if unit else None)

    def _field(self, record: type[Record], heading: str) -> str:
        name = name_of_field(record, heading)
        if name is None:
            raise self._refused(heading, f"{record.label}没有“{heading}”这一栏")
        return heading_of(record, name)

    def _constant(self, key: str, value: Any) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, dict | list):
            raise self._refused(key, f"“{key}”应是一个文字或数字")
        return str(value)

    def _text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise self._refused(key, f"“{key}”应等于一个文字")
        return value

    def _known(self, keys: Mapping[str, Any], wanted: set[str]) -> None:
        if unknown := [key for key in keys if key not in wanted]:
            raise self._refused(unknown[0], f"不认识“{unknown[0]}”，可写 {'、'.join(sorted(wanted))}")

    def _refused(self, near: str, reason: str) -> Refused:
        """The refusal, with the line in which a word stands."""
        number = next((number for number, line in enumerate(self._lines, 1) if near in line), 0)
        where = f"第 {number} 行" if number else ""
        return Refused(f"对照文件《{self._name}》{where}：{reason}，没有采用")


def _toml(text: str) -> str:
    """A basic string of TOML 1.0."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'


def _section(name: str, entries: Mapping[str, Any], shown: Callable[[Any], str]) -> list[str]:
    return [f"[table.{name}]", *(f"{_toml(key)} = {shown(value)}" for key, value in entries.items())] if entries else []


def _constant(text: str) -> str:
    return text if re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) else _toml(text)


def _target(target: Target) -> str:
    if target.unit is None:
        return _toml(target.field)
    return f"{{ field = {_toml(target.field)}, unit = {_toml(unit_name(target.unit))} }}"
