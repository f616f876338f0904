"""All that opens over the window or apart from it: dialogs, questions, popups and pages, each opened by its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from haicang_desk.model.records import RECORDS, Holiday, Opinion, Project, Record, Stage, Village
from haicang_desk.model.store import ProjectFilter, list_projects
from haicang_desk.ui.screens.agenda_dialog import AgendaDialog
from haicang_desk.ui.screens.expert_draw import ExpertDrawDialog
from haicang_desk.ui.screens.print_plan import LeftOut, PrintPlanDialog
from haicang_desk.ui.screens.project_tabs import is_typed
from haicang_desk.ui.screens.record_dialogs import RecordDialog
from haicang_desk.ui.screens.screen import Screen
from haicang_desk.ui.screens.survey_sheet import SurveySheet
from haicang_desk.ui.screens.village_merge_dialog import VillageMergeDialog
from haicang_desk.ui.shell.about import AboutDialog
from haicang_desk.ui.shell.application import Application
from haicang_desk.ui.shell.choices import Choices
from haicang_desk.ui.shell.commands import CommandPalette
from haicang_desk.ui.shell.first_run import FirstRunGuide
from haicang_desk.ui.shell.operator_choice import OperatorPrompt
from haicang_desk.ui.shell.self_check import SelfCheckDialog
from haicang_desk.ui.shell.start_page import StartPage
from haicang_desk.ui.widgets.editors.calendar_popup import CalendarPopup
from haicang_desk.ui.widgets.editors.offers import OfferLine
from haicang_desk.ui.widgets.form import RecordForm
from haicang_desk.ui.widgets.prompt_dialogs import ChoicePrompt, Prompt, TextPrompt
from haicang_desk.ui.widgets.step_bar import StageTrack, StorySheet

WORKBOOK = Path(__file__).parents[1] / "data" / "莞城街道2023首批.xlsx"
LONG = "霞阳社区老旧小区楼道照明更换与雨污分流改造工程（第二期）"
TYPED = tuple(cls for cls in RECORDS if cls is not Project and is_typed(cls))


def openings(desk: Application, forms: bool = True) -> Iterator[tuple[str, QWidget]]:
    """Open one after another, each with its name. Whoever walks them lets it settle, looks, and calls ``shut``."""
    yield from _questions(desk)
    if forms:
        for cls in TYPED:
            yield f"登记{cls.label}", _form(desk, cls)
    yield from _editing(desk)
    yield from _from_the_project(desk)
    yield from _from_the_window(desk)
    yield from _beginning(desk)


def shut(shown: QWidget, desk: Application) -> None:
    """Close it without asking what a person would be asked; the window itself stays."""
    if isinstance(shown, SelfCheckDialog):
        shown.done(0)  # it lets its own worker end
    elif shown is not desk.window:
        shown.hide()
        if not isinstance(shown, CalendarPopup) and shown.objectName() != "helpwindow":
            shown.deleteLater()


def _screen(desk: Application, name: str, what: Any = None) -> Any:
    desk.window.go(name, what)
    return desk.window.current()


def _ws(desk: Application) -> Any:
    assert desk.window.state is not None
    return desk.window.state.workspace


def _of_stage(desk: Application, stage: Stage) -> str:
    return list_projects(_ws(desk).conn, ProjectFilter(stages=(stage,)), limit=1)[0].id


def _opened(dialog: Any) -> QWidget:
    dialog.open()
    assert isinstance(dialog, QWidget)
    return dialog


def _questions(desk: Application) -> Iterator[tuple[str, QWidget]]:
    window = desk.window
    told = Prompt(window, "备份", "备份没有做成。原来的台账没有动过，可以接着办。", level="warn", more="磁盘已满\n" * 6)
    told.offer("知道了", "yes", primary=True)
    yield "话", _opened(told)
    question = f"作废“{LONG}”的这条记录？作废后可以在回收站里恢复。"
    asked = Prompt(window, "作废", question, icon="circle-help", level="warn")
    for label, answer in (("保存", "keep"), ("不保存", "leave"), ("继续填写", "stay")):
        asked.offer(label, answer, primary=answer == "keep")
    yield "问", _opened(asked)
    yield "问理由", _opened(TextPrompt(window, "作废", question, required="请写明理由", prose=True))
    yield "问一行", _opened(TextPrompt(window, "存为视图", "给这个视图起个名", proposal="待审批的"))
    many = [f"{village.name}（{village.code}）" for village in _ws(desk).all(Village)]
    yield "选一个", _opened(ChoicePrompt(window, "导入", "这一列是什么？", many))
    yield "谁在经办", _opened(OperatorPrompt(window, ["陈美玲", "林国栋"], "陈美玲"))


def _form(desk: Application, cls: type[Record]) -> QWidget:
    screen: Screen = _screen(desk, "books")
    form = RecordForm(cls, Choices(_ws(desk)))
    return _opened(RecordDialog(screen, f"登记{cls.label}", form, cls(), act=lambda _: None, yes="保存"))


def _editing(desk: Application) -> Iterator[tuple[str, QWidget]]:
    """What opens from a field."""
    dialog: Any = _form(desk, Opinion)
    day = next(cell.editor for cell in dialog.form.cells.values() if hasattr(cell.editor, "show_calendar"))
    day.show_calendar()
    yield "日历", day.calendar
    line = dialog.form.findChild(OfferLine)
    line.open_list()
    yield "候选", line.list
    shut(dialog, desk)


def _from_the_project(desk: Application) -> Iterator[tuple[str, QWidget]]:
    page = _screen(desk, "project", _of_stage(desk, Stage.UNDERWAY))
    yield "抽取专家", _opened(ExpertDrawDialog(page, page.case))
    yield "满意度测评", _opened(SurveySheet(page, page.case))
    track = page.findChild(StageTrack)
    track.tell(track.place)
    yield "经过", page.findChildren(StorySheet)[-1]


def _from_the_window(desk: Application) -> Iterator[tuple[str, QWidget]]:
    window, state = desk.window, desk.window.state
    assert state is not None
    today = _screen(desk, "today")
    yield "全部期限", _opened(AgendaDialog(today, today._agenda.deadlines(), state.today(), lambda _: None))
    window.show_commands()
    yield "命令", window.findChildren(CommandPalette)[-1]
    window.show_help("")
    assert window._help is not None
    window._help.setObjectName("helpwindow")
    yield "帮助", window._help
    yield "关于", _opened(AboutDialog(window))
    probing = SelfCheckDialog(window, state.workspace, desk.now)
    yield "环境自检", _opened(probing)
    left = [LeftOut(str(n), f"{LONG}{n}", "还没有批准，批准后才能印", "霞阳社区") for n in range(6)]
    yield (
        "还不能印的",
        _opened(PrintPlanDialog(_screen(desk, "papers"), "《项目申报表》：还不能印的", left, 12, "打印")),
    )
    yield "村居合并", _opened(VillageMergeDialog(_screen(desk, "villages"), state))
    policy = _screen(desk, "policy")
    policy.edit_parameters()
    yield "以后年度的参数", _newest_dialog("RuleSetDialog")
    records = _screen(desk, "books")
    records.show_what(Holiday)
    yield "年历", window
    _screen(desk, "exchange", WORKBOOK)
    yield "导入", window


def _beginning(desk: Application) -> Iterator[tuple[str, QWidget]]:
    """What a person sees before there is a store."""
    page = StartPage(lambda: [_ws(desk).path] * 3)
    page.setParent(desk.window, Qt.WindowType.Window)  # it wears what the window wears
    page.resize(desk.window.size())
    page.show()
    yield "开始", page
    for number in range(5):
        guide = FirstRunGuide(desk.window, date(2026, 11, 29), "陈美玲")
        guide.street.street.setText("鹭湾街道")
        guide.villages.take_up({"villages": "霞阳社区\n新垵村"})
        for each in range(number + 1):  # a page proposes from what those before it were given
            guide._show(each)
        yield f"初次使用 {guide.pages[number].name}", _opened(guide)


def _newest_dialog(name: str) -> QWidget:
    return next(each for each in reversed(QApplication.topLevelWidgets()) if type(each).__name__ == name)
