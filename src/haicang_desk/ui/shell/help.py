"""What the window tells: keys, the self-test of this machine, what the program is, and which rule sets are faulty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from haicang_desk.ui.shell.main_window import MainWindow
    from haicang_desk.ui.shell.settings import Settings

BORROWED = "政策参数/已提示"  # setting: what has been told of figures that the office's rule sets borrow

KEYS = """前往各页：Ctrl+1 至 Ctrl+9；返回上一页：Alt+←
新建项目：Ctrl+N　保存：Ctrl+S 或 Ctrl+回车　查找：Ctrl+F
填表：回车到下一栏，Shift+回车到上一栏，Tab 也可以；F12 存后再填一条
日期：直接输入 2018.9.3，↑↓ 改一天，F4 打开日历
金额：可输入 35000、3.5万；选村居和项目：F7 或 ↓ 列出，可输拼音首字母
列表：回车或 F2 打开，点表头排序，拖动表头改列宽；Ctrl+C 连同表头复制，可粘贴到表格软件
撤销：Ctrl+Z　重做：Ctrl+Y（填写和导入可撤销；审批、拨付等由办理步骤处理）
字号：Ctrl+加号、Ctrl+减号、Ctrl+0　刷新：F5
按住 Alt 再按带下划线的字母，可用键盘按各个按钮"""

ABOUT = """海沧“社会+”民生微实事工作台　版本 {version}

依据《厦门市海沧区实施“社会+”民生微实事工作方案》（厦海政办〔2018〕63号）。
一次录入，逐条核对政策规定，印出全部表格和公示；数据只存在本机。"""


def show_keys(window: MainWindow) -> None:
    from haicang_desk.ui.shell import prompts

    prompts.tell(window, "键盘操作", KEYS)


def show_self_check(window: MainWindow, now: Callable[[], datetime]) -> None:
    from haicang_desk.ui.shell.self_check import SelfCheckDialog

    SelfCheckDialog(window, window.state.workspace if window.state else None, now).open()


def show_about(window: MainWindow) -> None:
    from haicang_desk import __version__
    from haicang_desk.ui.shell import prompts

    prompts.tell(window, "关于本程序", ABOUT.format(version=__version__))


def show_rule_set_faults(window: MainWindow, settings: Settings) -> None:
    """Tell in one message which of the office's rule sets cannot be used, and once which figures the others borrow."""
    from haicang_desk.model.policy import borrowed_notes, rule_set_faults
    from haicang_desk.ui.shell import prompts

    known, borrowed = settings.structure(BORROWED) or [], borrowed_notes()
    if told := [*rule_set_faults(), *(note for note in borrowed if note not in known)]:
        prompts.tell(window, "政策参数", "\n\n".join(told))
    if borrowed != known:
        settings.keep_structure(BORROWED, borrowed)
