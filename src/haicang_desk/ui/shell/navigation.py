"""The screens of the window, in the order of the navigation. A new screen is one file and one line here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haicang_desk.ui.screens.screen import Screen
    from haicang_desk.ui.shell.app_state import Bridge


@dataclass(frozen=True, slots=True)
class Place:
    """One screen: ``module:Class`` under ``haicang_desk.ui.screens``, loaded when first asked for."""

    name: str
    label: str
    where: str
    shortcut: str = ""
    within: str = ""  # the screen that the navigation marks for one it does not list

    @property
    def listed(self) -> bool:
        return not self.within

    def make(self, bridge: Bridge) -> Screen:
        module, _, cls = self.where.partition(":")
        screen: Screen = getattr(import_module(f"haicang_desk.ui.screens.{module}"), cls)(bridge)
        screen.setObjectName(self.name)
        return screen


PLACES: tuple[Place, ...] = (
    Place("today", "工作台", "today:TodayScreen", "Ctrl+1"),
    Place("projects", "项目", "projects:ProjectsScreen", "Ctrl+2"),
    Place("project", "项目页", "project:ProjectScreen", within="projects"),
    Place("villages", "村居与额度", "villages:VillagesScreen", "Ctrl+3"),
    Place("payments", "拨付", "payments:PaymentsScreen", "Ctrl+4"),
    Place("papers", "公示与文书", "papers:PapersScreen", "Ctrl+5"),
    Place("quarterly", "季度报告", "quarterly:QuarterlyScreen", "Ctrl+6"),
    Place("exchange", "导入与导出", "exchange:ExchangeScreen", "Ctrl+7"),
    Place("books", "登记簿", "books:BooksScreen", "Ctrl+8"),
    Place("policy", "政策参数", "policy:PolicyScreen", "Ctrl+9"),
    Place("journal", "操作记录", "journal:JournalScreen"),
    Place("settings", "设置", "settings:SettingsScreen"),
)


def place(name: str) -> Place:
    return next(place for place in PLACES if place.name == name)
