"""Mutants of a module: copies of its syntax tree with one small change each, compiled."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType
from typing import Any

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv}
FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
ATTRIBUTES = FUNCTIONS | {"part": "part_up", "part_up": "part"}
SEVERITIES = {"BLOCK": "WARN", "EXCEPTION": "BLOCK", "WARN": "INFO", "INFO": "WARN"}

Mutate = Callable[[], Any]
Key = tuple[str, int]  # a function's qualified name and the first line of its code


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: its line, what it is, and the code of the whole module with it.

    ``function`` is the function whose body has the change; None where it takes effect when the module is imported.
    """

    lineno: int
    line: str
    change: str
    function: Key | None
    code: CodeType

    @property
    def name(self) -> str:
        """The key in survivors.toml; without a line number, so that it stays valid when lines move."""
        return f"{self.line} | {self.change}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a source that compiles, in the order of its nodes."""
    lines, tree = source.splitlines(), ast.parse(source)
    for number in range(len(sites(tree))):
        changed = copy.deepcopy(tree)
        node, change, mutate, function = sites(changed)[number]
        lineno = node.lineno  # type: ignore[attr-defined]
        mutate()
        ast.fix_missing_locations(changed)
        try:
            code = compile(changed, "<mutant>", "exec")
        except (ValueError, SyntaxError):
            continue
        yield Mutant(lineno, lines[lineno - 1].strip(), change, function, code)


def sites(tree: ast.Module) -> list[tuple[ast.AST, str, Mutate, Key | None]]:
    """Every change to every node except annotations, decorators, docstrings and messages, with its function."""
    left = skipped(tree)
    return [
        (node, change, mutate, function)
        for node, function in nodes_with_function(tree, "", None)
        if id(node) not in left
        for change, mutate in changes(node)
    ]


def nodes_with_function(node: ast.AST, path: str, function: Key | None) -> Iterator[tuple[ast.AST, Key | None]]:
    """Every node below, with the outermost function whose body contains it; ``path`` is the enclosing class."""
    for name, value in ast.iter_fields(node):
        inner, inside = function, path
        if isinstance(node, ast.ClassDef) and name == "body":
            inside = f"{path}{node.name}."
        elif isinstance(node, ast.FunctionDef) and name == "body" and function is None:
            inner = f"{path}{node.name}", min([node.lineno, *(each.lineno for each in node.decorator_list)])
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                if hasattr(each, "lineno") or isinstance(each, ast.comprehension):
                    yield each, inner
                yield from nodes_with_function(each, inside, inner)


def skipped(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are not changed."""
    left: set[int] = set()
    for node in ast.walk(tree):
        out: list[Any] = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        out += getattr(node, "decorator_list", ())
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            out.append(node)
        if isinstance(node, ast.keyword) and node.arg == "strict":
            out.append(node.value)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            out.append(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TypeVar":
            out.append(node)
        left |= {id(inner) for each in out if each is not None for inner in ast.walk(each)}
    return left


def changes(node: ast.AST) -> Iterator[tuple[str, Mutate]]:
    """The changes of one node: a description, and a function that makes the change in place."""
    if isinstance(node, ast.stmt | ast.comprehension):
        yield from _of_statement(node)
    elif isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if other := COMPARISONS.get(type(operator)):
                yield f"{type(operator).__name__} -> {other.__name__}", _put(node.ops, place, other())
        for side in (node.left, *node.comparators):
            if isinstance(side, ast.Constant) and type(side.value) is int and side.value > 0:
                yield f"{side.value} -> {side.value - 1}", _set(side, "value", side.value - 1)
    elif isinstance(node, ast.BinOp) and (other := ARITHMETIC.get(type(node.op))):
        yield f"{type(node.op).__name__} -> {other.__name__}", _set(node, "op", other())
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{type(node.op).__name__} -> {other.__name__}", _set(node, "op", other())
        for place, operand in enumerate(node.values):
            twice = node.values[place - 1]  # a and a: an operation needs two
            yield f"operand {ast.unparse(operand)} left out", partial(node.values.__setitem__, place, twice)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (name := FUNCTIONS.get(node.id)):
        yield f"{node.id} -> {name}", _set(node, "id", name)
    elif isinstance(node, ast.Attribute) and (name := ATTRIBUTES.get(node.attr) or SEVERITIES.get(node.attr)):
        yield f"{node.attr} -> {name}", _set(node, "attr", name)
    elif isinstance(node, ast.IfExp):
        yield "test -> not", _set(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "Not left out", _set(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "USub left out", _set(node, "op", ast.UAdd())
    elif isinstance(node, ast.Tuple | ast.Set | ast.List) and _choices(node.elts):
        yield from _each_left_out("element", node.elts)
    elif isinstance(node, ast.Call) and _choices(node.args):
        yield from _each_left_out("argument", node.args)


def _of_statement(node: ast.AST) -> Iterator[tuple[str, Mutate]]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
        never = ast.BoolOp(ast.And(), [ast.Constant(False), node.value])  # so that the function is still a generator
        yield "yield left out", _set(node, "value", never)
    elif isinstance(node, ast.Raise | ast.Continue | ast.Break | ast.AugAssign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield "statement left out", _set(node, "__class__", ast.Pass)
    elif isinstance(node, ast.Return) and node.value is None:
        yield "return left out", _set(node, "__class__", ast.Pass)
    elif isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant):
        yield "returns None", _set(node, "value", ast.Constant(None))
    elif isinstance(node, ast.If | ast.While):
        yield "test -> not", _set(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension):
        # a clause of a comprehension has no line of its own
        node.lineno = node.target.lineno  # type: ignore[attr-defined]
        yield from _each_left_out("condition", node.ifs)


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, Mutate]]:
    """Changes of flags, whole numbers, and names of records, fields, steps and clauses; Chinese text stays."""
    value = node.value
    if isinstance(value, bool):
        yield f"{value} -> {not value}", _set(node, "value", not value)
    elif isinstance(value, int):
        yield f"{value} -> {value + 1}", _set(node, "value", value + 1)
    elif isinstance(value, str) and (
        "¶" in value or (value.isascii() and value.replace("-", "_").isidentifier() and value != "utf-8")
    ):
        yield f"another name than {value}", _set(node, "value", f"{value}_")


def _choices(nodes: list[ast.expr]) -> bool:
    """Whether these are two or more members of an enumeration, such as Event.START."""
    return len(nodes) > 1 and all(isinstance(each, ast.Attribute) and each.attr.isupper() for each in nodes)


def _each_left_out(what: str, nodes: list[ast.expr]) -> Iterator[tuple[str, Mutate]]:
    for place in range(len(nodes)):
        yield f"{what} {ast.unparse(nodes[place])} left out", partial(nodes.pop, place)


def _put(operators: list[ast.cmpop], place: int, operator: ast.cmpop) -> Mutate:
    return partial(operators.__setitem__, place, operator)


def _set(node: Any, name: str, value: Any) -> Mutate:
    return partial(setattr, node, name, value)
