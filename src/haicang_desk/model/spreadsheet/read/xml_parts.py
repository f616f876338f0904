"""XML parts of a workbook, read without ever building what a hostile one describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers.expat import ParserCreate, XMLParserType

from haicang_desk.model.values import Refused

_MAIN = (  # transitional and strict
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)

MOST_ELEMENTS = 300_000  # of one part; Excel itself stops at 65,490 formats
Handlers = Mapping[str, Callable[..., None]]  # by tag; at a start called with the attributes


def parser() -> XMLParserType:
    """An expat parser that refuses DOCTYPE, and with it every entity, before any is declared."""
    made = ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def _refuse_doctype(*_: Any) -> None:
    raise Refused(
        "工作簿内含文档类型声明（DOCTYPE），正常的工作簿不会有，没有导入。请用 Excel 或 WPS 另存为 xlsx 再导入"
    )


def listen(made: XMLParserType, starts: Handlers, ends: Handlers) -> None:
    """Have the parser call these handlers at the start and the end of the tags named, of the main namespaces."""
    at_start, at_end = _full(starts), _full(ends)

    def start(name: str, said: dict[str, str]) -> None:
        if (handler := at_start.get(name)) is not None:
            handler(said)

    def end(name: str) -> None:
        if (handler := at_end.get(name)) is not None:
            handler()

    made.StartElementHandler, made.EndElementHandler = start, end


def _full(handlers: Handlers) -> Handlers:
    return {f"{space} {tag}": handler for tag, handler in handlers.items() for space in _MAIN}


def outline(content: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Every element as (parent, tag, attributes), local names only. For parts that say what others are."""
    found: list[tuple[str, str, dict[str, str]]] = []
    inside = [""]

    def start(name: str, said: dict[str, str]) -> None:
        if len(found) >= MOST_ELEMENTS:
            raise ValueError("too many elements")
        tag = name.rpartition(" ")[2]
        found.append((inside[-1], tag, {key.rpartition(" ")[2]: value for key, value in said.items()}))
        inside.append(tag)

    made = parser()
    made.StartElementHandler = start
    made.EndElementHandler = lambda _: inside.pop()
    made.Parse(content, True)
    return found
