"""The documents chosen for printing, gathered from the store piece by piece so that the window stays usable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haicang_desk.model.services import Workspace

if TYPE_CHECKING:
    from haicang_desk.model.documents import PrintBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSelection:
    """One kind of document for projects (by 项目编号), villages (by name), or the street where neither is given."""

    name: str
    title: str
    projects: Sequence[str] = ()
    villages: Sequence[str] = ()
    year: int
    as_of: date
    paper: str
    single: bool = False
    editable: bool = False

    @property
    def count(self) -> int:
        """How many batches ``pieces`` gives."""
        return len(self.projects) or len(self.villages) or 1

    def pieces(self, ws: Workspace) -> Iterator[PrintBatch]:
        """A batch for each project or village. Raises DeskError."""
        from haicang_desk.model.documents import DocumentFormat, OriginalsReader, prepare

        options: dict[str, Any] = {
            "as_of": self.as_of,
            "paper": self.paper,
            "year": self.year,
            "kind": DocumentFormat.DOCX if self.editable else DocumentFormat.PDF,
            "single": self.single,
            "reader": OriginalsReader(ws),
        }
        for code in self.projects:
            yield prepare(ws, self.name, project=code, **options)
        for village in self.villages:
            yield prepare(ws, self.name, village=village, **options)
        if not self.projects and not self.villages:
            yield prepare(ws, self.name, **options)

    def bound(self, ws: Workspace, batches: Sequence[PrintBatch]) -> PrintBatch:
        """Join the batches of ``pieces``: in one file if ``single``, else with file names that differ."""
        if len(batches) == 1 and not self.projects and not self.villages:
            return batches[0]
        orders = _apart(tuple(order for batch in batches for order in batch.orders))
        ending = Path(orders[0].filename).suffix
        together = f"{ws.street.name}_{self.year}年度_{self.title}（合订）{ending}"
        return replace(batches[0], orders=orders, bound=together if self.single else "")


def _apart(orders: tuple[Any, ...]) -> tuple[Any, ...]:
    """Orders of several batches, so that no two have one file name."""
    taken: dict[str, int] = {}
    found = []
    for order in orders:
        count = taken[order.filename] = taken.get(order.filename, 0) + 1
        if count > 1:
            name = Path(order.filename)
            order = replace(order, filename=f"{name.stem}（{count}）{name.suffix}")
        found.append(order)
    return tuple(found)
