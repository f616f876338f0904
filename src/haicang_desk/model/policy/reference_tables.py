"""Reference tables that rules look into: calendar, labour prices, procurement limits, public projects, year plan."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from haicang_desk.model.records import LabourPrice, ProcurementLimit, PublicProject, YearPlan
from haicang_desk.model.values import Calendar, announced


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTables:
    """The tables of one fund year; without any entry of the office there is only the announced calendar."""

    calendar: Calendar = dataclasses.field(default_factory=announced)
    labour_prices: tuple[LabourPrice, ...] = ()
    procurement_limits: tuple[ProcurementLimit, ...] = ()
    public_projects: tuple[PublicProject, ...] = ()
    plan: YearPlan | None = None

    def labour_price_on(self, day: date | None) -> LabourPrice | None:
        """The highest price of any kind of work in force on a day, or None."""
        in_force = [
            price
            for price in self.labour_prices
            if day and price.from_on and price.from_on <= day and (price.to_on is None or day <= price.to_on)
        ]
        return max(in_force, key=lambda price: price.price, default=None)
