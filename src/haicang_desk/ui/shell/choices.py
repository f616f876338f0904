"""Finding villages and projects by 汉字, pinyin or code, for the pick lists of forms and filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from haicang_desk.model.records import Account, Member, Project, Record, Village
from haicang_desk.model.services import Workspace, reference_tables_of
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.model.values import Calendar, Refused, matching_form, pinyin_forms

MOST = 20  # choices shown at once


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to pick: its id, its name, and what tells it from others."""

    id: str
    label: str
    note: str = ""


def match_rank(text: str, label: str, note: str = "") -> int | None:
    """How well a typed text fits a label or its code: 0 is best, None not at all.

    It may be the label, its beginning, its pinyin initials, its full pinyin, another reading, or any part of these;
    width of characters and brackets do not matter.
    """
    word = matching_form(text.strip())
    shown, code = matching_form(label), matching_form(note)
    if not word or word in (shown, code):
        return 0
    if shown.startswith(word) or (code and code.startswith(word)):
        return 1
    forms = pinyin_forms(label).split()
    if word in forms:
        return 2
    if any(form.startswith(word) for form in forms):
        return 3
    return 4 if word in shown or word in code or any(word in form for form in forms) else None


class Choices:
    """Villages and projects of an open store, read anew each time, and what else its forms ask of it."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    @property
    def workspace(self) -> Workspace:
        """The open store."""
        return self._ws

    def now(self) -> datetime:
        """The time by the clock of the store."""
        return self._ws.now()

    def today(self) -> date:
        """The day by the clock of the store."""
        return self.now().date()

    def calendar(self, year: int) -> Calendar:
        """Days off and worked in exchange, with those that the office entered."""
        return reference_tables_of(self._ws, year).calendar

    def people(self) -> list[str]:
        """The names of the people of the office: who signs in, and who is known by name."""
        signing_in = (account.name for account in self._ws.all(Account) if account.active)
        return list(dict.fromkeys([*signing_in, *(member.name for member in self._ws.all(Member))]))

    def fund_year_of(self, record: Record) -> int | None:
        """The fund year of a record or of its project, None where it has neither."""
        if year := getattr(record, "fund_year", None):
            return int(year)
        if project := getattr(record, "project", ""):
            try:
                return self._ws.get(Project, project).fund_year
            except Refused:
                return None
        return None

    def find(self, table: str, text: str) -> list[Choice]:
        """Up to MOST records that match the text; all of them for ""."""
        return self._projects(text) if table == Project.table else self._villages(text)

    def named(self, table: str, record_id: str) -> str:
        """The name of a record, "" where there is none."""
        if not record_id:
            return ""
        try:
            if table == Project.table:
                project = self._ws.get(Project, record_id)
                return f"{project.code} {project.title}"
            return self._ws.get(Village, record_id).name
        except Refused:
            return "（已作废）"

    def exactly(self, table: str, text: str) -> str:
        """The id of the one record with this name, "" where there is none or several."""
        fitting = [choice.id for choice in self.find(table, text) if text in (choice.label, choice.note)]
        return fitting[0] if len(fitting) == 1 else ""

    def villages(self) -> list[Choice]:
        """All villages."""
        return [Choice(v.id, v.name, v.code) for v in self._ws.all(Village)]

    def _villages(self, text: str) -> list[Choice]:
        every = self.villages()
        if not text.strip():
            return every
        ranked = ((match_rank(text, choice.label, choice.note), choice) for choice in every)
        found = [(rank, choice) for rank, choice in ranked if rank is not None]
        return [choice for _, choice in sorted(found, key=lambda each: each[0])][:MOST]

    def _projects(self, text: str) -> list[Choice]:
        found = list_projects(self._ws.conn, ProjectFilter(text=text), limit=MOST)
        return [Choice(p.id, f"{p.code} {p.title}", p.village) for p in found]
