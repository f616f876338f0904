"""Finding villages and projects by 汉字, pinyin or code, for the pick lists of forms and filters."""

from __future__ import annotations

from dataclasses import dataclass

from haicang_desk.model.records import Project, Village
from haicang_desk.model.services import Workspace
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.model.values import Refused, matching_form, pinyin_forms

MOST = 20  # choices shown at once


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to pick: its id, its name, and what tells it from others."""

    id: str
    label: str
    note: str = ""


class Choices:
    """Villages and projects of an open store, read anew each time."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

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
        word = matching_form(text.strip())
        found = [
            choice
            for choice in self.villages()
            if word in matching_form(f"{choice.label} {choice.note} {pinyin_forms(choice.label)}")
        ]
        return found if not word else found[:MOST]

    def _projects(self, text: str) -> list[Choice]:
        found = list_projects(self._ws.conn, ProjectFilter(text=text), limit=MOST)
        return [Choice(p.id, f"{p.code} {p.title}", p.village) for p in found]
