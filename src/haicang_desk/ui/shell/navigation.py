"""The screens of the window, in the order of the navigation. A new screen is one file and one line here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haicang_desk.ui.screens.screen import Screen
    from haicang_desk.ui.shell.app_state import AppState


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One screen: ``module:Class`` under ``haicang_desk.ui.screens``, loaded when first asked for."""

    name: str
    label: str
    where: str
    shortcut: str = ""
    icon: str = ""  # a name of ui.widgets.icons
    chapter: str = "01-开始"  # of the manual, that F1 opens
    within: str = ""  # the screen that the navigation marks for one it does not list

    @property
    def listed(self) -> bool:
        """Whether it is in the navigation."""
        return not self.within

    def make(self, state: AppState) -> Screen:
        """Load the module and make the screen."""
        module, _, cls = self.where.partition(":")
        screen: Screen = getattr(import_module(f"haicang_desk.ui.screens.{module}"), cls)(state)
        screen.setObjectName(self.name)
        return screen


NAVIGATION_ITEMS: tuple[NavigationItem, ...] = (
    NavigationItem(
        "today", "工作台", "dashboard:DashboardScreen", "Ctrl+1", "layout-dashboard", chapter="03-检查与改正"
    ),
    NavigationItem("money", "全年资金", "money:MoneyScreen", within="today", chapter="03-检查与改正"),
    NavigationItem("projects", "项目", "projects:ProjectsScreen", "Ctrl+2", "folder-kanban", chapter="02-录入与导入"),
    NavigationItem("project", "项目页", "project:ProjectScreen", within="projects", chapter="04-审批与备案"),
    NavigationItem("batch", "成批办理", "batch:BatchScreen", within="projects", chapter="04-审批与备案"),
    NavigationItem("villages", "村居与额度", "villages:VillagesScreen", "Ctrl+3", "house", chapter="03-检查与改正"),
    NavigationItem("payments", "拨付", "payments:PaymentsScreen", "Ctrl+4", "hand-coins", chapter="05-拨付与决算"),
    NavigationItem("papers", "公示与文书", "documents:DocumentsScreen", "Ctrl+5", "printer", chapter="06-公示与打印"),
    NavigationItem(
        "quarterly", "季度报告", "quarterly:QuarterlyScreen", "Ctrl+6", "chart-column", chapter="07-季报与自查"
    ),
    NavigationItem(
        "exchange", "导入与导出", "workbooks:WorkbooksScreen", "Ctrl+7", "file-input", chapter="02-录入与导入"
    ),
    NavigationItem("books", "登记簿", "records:RecordsScreen", "Ctrl+8", "table-2", chapter="08-评优与项目库"),
    NavigationItem("policy", "政策依据", "policy:PolicyScreen", "Ctrl+9", "book-open-text", chapter="03-检查与改正"),
    NavigationItem("journal", "操作记录", "journal:JournalScreen", icon="history", chapter="09-备份与搬家"),
    NavigationItem("bin", "回收站", "recycle_bin:RecycleBinScreen", icon="trash-2", chapter="09-备份与搬家"),
    NavigationItem("settings", "设置", "settings:SettingsScreen", icon="settings"),
)


def navigation_item(name: str) -> NavigationItem:
    """The screen of this name."""
    return next(navigation_item for navigation_item in NAVIGATION_ITEMS if navigation_item.name == name)
