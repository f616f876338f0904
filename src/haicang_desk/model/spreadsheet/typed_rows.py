"""Rows typed or pasted in a grid, read as the cells of a workbook are: values, and what is wrong with each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from haicang_desk.model.foreign.sheets.raw_cell import RawCell
from haicang_desk.model.records import BudgetLine, Field, Prose
from haicang_desk.model.spreadsheet.cell_values import Doubtful, read_cell
from haicang_desk.model.values import Money

REQUIRED = "必填"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A budget line as typed. ``faults`` are Chinese reasons by field; ``computed``: nobody typed the amount."""

    line: BudgetLine
    faults: Mapping[str, str] = field(default_factory=dict)
    computed: bool = False


def read_typed(declared: Field, text: str) -> Any:
    """The value of a typed cell, None or the empty value for nothing. Raises ValueError with the Chinese reason.

    What an import would ask about, such as 约34万元, is a fault here: the person is at the cell and can settle it.
    """
    value = read_cell(RawCell("text", text), declared) if text.strip() else ""
    if value != "":
        return value
    if declared.optional:
        return None
    return {Money: Money(0), str: "", Prose: Prose("")}.get(declared.kind)


def read_budget_line(texts: Mapping[str, str], was: BudgetLine) -> TypedLine:
    """A budget line of these texts by field, on top of the line that was opened or of a new one.

    An empty amount is quantity times price, in whole fen. A typed amount must be that product, or where the product
    is finer than a fen, one of its two neighbours.
    """
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, text in texts.items():
        declared = BudgetLine.fields[name]
        try:
            values[name] = read_typed(declared, text)
        except Doubtful as doubt:
            faults[name] = f"{doubt}" + (f"，是否 {doubt.proposal}" if doubt.proposal else "")
        except ValueError as wrong:
            faults[name] = str(wrong)
    computed = not texts.get("amount", "").strip() and "amount" in texts
    quantity, price = values.get("quantity"), values.get("price")
    if quantity is not None and price is not None and "amount" not in faults:
        product = quantity * Decimal(int(price))  # fen
        if computed and product == product.to_integral_value():
            values["amount"] = Money(int(product))
        elif computed:
            faults["amount"] = f"数量乘单价是 {product / 100:f} 元，不足一分，请填写金额"
        elif abs(product - Decimal(int(values["amount"]))) >= 1:
            faults["amount"] = f"数量乘单价是 {_yuan(product)} 元，与金额不符"
    for name in texts:
        empty = BudgetLine.fields[name].required and values.get(name) in (None, "", 0)
        awaits = name == "amount" and computed and ("price" in faults or "quantity" in faults)
        if empty and name not in faults and not awaits:
            faults[name] = REQUIRED
    known = {name: value for name, value in values.items() if value is not None or BudgetLine.fields[name].optional}
    return TypedLine(replace(was, **known), faults, computed)


def _yuan(fen: Decimal) -> str:
    return str(Money(int(fen))) if fen == fen.to_integral_value() else f"{fen / 100:f}"
