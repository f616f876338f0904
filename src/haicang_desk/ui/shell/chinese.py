"""Chinese in all of Qt: its own translation, an overlay for what that leaves out, and the input method."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

# What qtbase_zh_CN.qm of Qt 6.11 leaves in English, in Qt's own file and print dialogs.
MISSING = {
    "&Look in:": "查找范围：(&L)",
    "Look in:": "查找范围：",
    "Files of type:": "文件类型：",
    "Files of &type:": "文件类型(&T)：",
    "File &name:": "文件名(&N)：",
    "Show &hidden files": "显示隐藏文件(&H)",
    "&New Folder": "新建文件夹(&N)",
    "&Rename": "重命名(&R)",
    "&Delete": "删除(&D)",
    "Date Modified": "修改日期",
    "Name": "名称",
    "Size": "大小",
    "Type": "类型",
    "Kind": "类型",
    "Computer": "计算机",
    "My Computer": "计算机",
    "Go to the parent directory": "上一级文件夹",
    "Parent Directory": "上一级文件夹",
    "List View": "列表",
    "Detail View": "详细信息",
    "Create New Folder": "新建文件夹",
    "Create a New Folder": "新建文件夹",
    "Back": "后退",
    "Forward": "前进",
    "Go back": "后退",
    "Go forward": "前进",
    "Change to list view mode": "改为列表",
    "Change to detail view mode": "改为详细信息",
    "Directory:": "文件夹：",
    "Directories": "文件夹",
    "Choose": "选择",
    "&Choose": "选择(&C)",
    "&Open": "打开(&O)",
    "&Save": "保存(&S)",
    "Open": "打开",
    "Save": "保存",
    "Cancel": "取消",
    "&Cancel": "取消(&C)",
    "Show Details...": "显示详情…",
    "Hide Details...": "收起详情…",
    "All Files (*)": "所有文件 (*)",
    "Drive": "磁盘",
    "File Folder": "文件夹",
    "Folder": "文件夹",
    "File": "文件",
    "&Copy": "复制(&C)",
    "Cu&t": "剪切(&T)",
    "&Paste": "粘贴(&P)",
    "&Undo": "撤销(&U)",
    "&Redo": "重做(&R)",
    "Select All": "全选",
    "Delete": "删除",
    "Clear": "清除",
    "Page &Set:": "奇偶页(&S)：",
    "Page &order:": "排列次序(&O)：",
    "Pages &per sheet:": "每张纸印几页(&P)：",
}


class MissingTranslations(QTranslator):
    """Translates only what Qt's own translation leaves in English."""

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The Chinese text, or None."""
        return MISSING.get(sourceText)

    def isEmpty(self) -> bool:
        """Qt asks before it uses a translator."""
        return False


def install_translations(app: QApplication) -> None:
    """Chinese texts, dates and figures for the whole application."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    overlay, own = MissingTranslations(app), QTranslator(app)
    QCoreApplication.installTranslator(overlay)
    if own.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        QCoreApplication.installTranslator(own)  # asked first; the overlay has what is left


def choose_input_method() -> None:
    """Use the ibus input method under fcitx, for which PySide6 brings no plugin; fcitx answers to it."""
    requested = " ".join(os.environ.get(name, "") for name in ("QT_IM_MODULE", "XMODIFIERS", "GTK_IM_MODULE"))
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    if "fcitx" in requested and not any(plugins.glob("*fcitx*")):
        os.environ["QT_IM_MODULE"] = "ibus"
