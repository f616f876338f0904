"""What the actions of the demonstration work with: the store, the clock and the people of the street."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from haicang_desk.demo.clock import Clock
from haicang_desk.demo.fixtures import DemoProject, DemoStreet
from haicang_desk.model.casefile import Casefile
from haicang_desk.model.records import Link, Record, Role
from haicang_desk.model.services import Workspace, save, take_step
from haicang_desk.model.workflow import STEPS


@dataclass(slots=True)
class Office:
    """What an action may use. ``today`` is the day being simulated."""

    ws: Workspace
    street: DemoStreet
    clock: Clock
    today: date = date.min
    ids: dict[int, str] = field(default_factory=dict)  # DemoProject.number -> id of its project
    numbers: int = 0  # of 文号 and vouchers issued so far

    def case(self, project: DemoProject) -> Casefile:
        """The casefile of a project as it now is."""
        return self.ws.casefile(self.ids[project.number])

    def link(self, project: DemoProject) -> Link:
        """The link to a project that its records carry."""
        return Link(self.ids[project.number])

    def step(self, project: DemoProject, name: str, **answers: Any) -> Casefile:
        """Take a workflow step as a person of its role. Raises Refused where it is not open."""
        person = self.person(project, STEPS[name].role)
        return take_step(self.ws, self.ids[project.number], name, on=self.today, person=person, answers=answers)

    def save(self, records: Sequence[Record], action: str) -> list[Record]:
        """Save records in one change by the clerk."""
        return save(self.ws, records, action=action, person=self.street.clerk)

    def person(self, project: DemoProject, role: Role) -> str:
        """The person who has a role for a project."""
        if role is Role.VILLAGE:
            return next(village.contact for village in self.street.villages if village.name == project.village)
        return {Role.LEADER: self.street.leader, Role.FINANCE: self.street.finance}.get(role, self.street.clerk)

    def next_number(self) -> int:
        """The next running number of 文号 and vouchers."""
        self.numbers += 1
        return self.numbers


Action = Callable[[Office], None]
