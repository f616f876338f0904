"""The style sheet of the window. Lengths are shares of the size of type, colours are names of a ColourSet."""

from __future__ import annotations

import re

from haicang_desk.ui.shell.palettes import LEVELS, ColourSet

_TYPE = {"small": 0.92, "heading": 1.25, "title": 1.5, "figure": 2.0}  # sizes of type, as shares of the usual one


def style_sheet(points: int, colours: ColourSet) -> str:
    """The style sheet for a size of type in points and a set of colours.

    Pictures are found under Qt's search path ``icons:``, so that no character of a folder's name can end a line of it.
    """
    unit = points * 4 / 3  # a point is 4/3 of a pixel at 96 dpi; denser screens scale the whole window

    def value_of(found: re.Match[str]) -> str:
        """The value of a placeholder."""
        name = found[1]
        if name in _TYPE:
            return f"{points * _TYPE[name]:.1f}pt"
        if name[0].isdigit():
            return f"{max(1, round(unit * float(name)))}px"
        return str(getattr(colours, name))

    return re.sub(r"@([\w.]+)@", value_of, _SHEET + "".join(map(_level_rules, LEVELS.items())))


def _level_rules(level: tuple[str, str]) -> str:
    name, token = level
    return (
        f'QLabel[badge="{name}"] {{ color: @{token}@; background: @{token}_ground@; border-radius: @0.65@;'
        f" padding: @0.1@ @0.55@; }}\n"
        f'QFrame[level="{name}"] {{ background: @{token}_ground@; border: 1px solid @{token}_ground@;'
        f" border-radius: @0.5@; }}\n"
        f'QLabel[level="{name}"] {{ color: @{token}@; background: transparent; border: 0; }}\n'
    )


_SHEET = """
QWidget { color: @text@; }
QMainWindow, QDialog, QWizard { background: @surface@; }
QToolTip { background: @raised@; color: @text@; border: 1px solid @line_strong@; padding: @0.3@; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: @title@; font-weight: bold; }
QLabel[role="heading"] { font-size: @heading@; font-weight: bold; }
QLabel[role="figure"] { font-size: @figure@; font-weight: bold; }
QLabel[role="strong"] { font-weight: bold; }
QLabel[role="muted"] { color: @muted@; }
QLabel[role="small"] { color: @muted@; font-size: @small@; }
QLabel[role="fault"] { color: @block@; font-size: @small@; }
QLabel[role="empty"] { color: @muted@; padding: 0 @1.2@; }
QLabel[badge=""] { color: @muted@; background: @track@; border-radius: @0.65@; padding: @0.1@ @0.55@; }
QLabel[role="key"] { color: @muted@; font-size: @small@; background: @surface@; border: 1px solid @line@;
  border-radius: @0.3@; padding: 0 @0.35@; }
QFrame[role="card"] { background: @raised@; border: 1px solid @line@; border-radius: @0.75@; }
QFrame[role="popup"] { background: @raised@; border: 1px solid @line_strong@; }
QFrame[role="line"] { background: @line@; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="row"] { background: transparent; border: 0; border-bottom: 1px solid @line@; }
QFrame[role="row"]:hover { background: @stripe@; }
QWidget#nav { background: @rail@; border-right: 1px solid @line@; }
QWidget#nav QListView { background: transparent; border: 0; outline: 0; }
QWidget#nav QComboBox, QWidget#nav QPushButton { background: transparent; border-color: transparent; }
QWidget#nav QComboBox:hover, QWidget#nav QPushButton:hover { background: @hover@; }
QWidget#nav QComboBox:focus, QWidget#nav QPushButton:focus { border-color: @accent@; }
QWidget#nav QPushButton#find_anything { background: @raised@; border: 1px solid @line@; color: @muted@;
  text-align: left; font-weight: normal; }
QWidget#nav QPushButton#find_anything:hover { border-color: @accent@; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QPushButton, QToolButton { background: @raised@; border: 1px solid @line_strong@; border-radius: @0.5@;
  padding: @0.35@ @0.8@; }
QToolButton { padding: @0.35@ @0.6@; }
QPushButton:hover, QToolButton:hover { border-color: @accent@; color: @accent@; }
QPushButton:pressed, QPushButton:checked,
QToolButton:pressed, QToolButton:checked { background: @accent_tint@; color: @accent@; }
QPushButton:focus, QToolButton:focus { border: 2px solid @accent@; padding: @0.28@ @0.72@; }
QToolButton:focus { padding: @0.28@ @0.52@; }
QPushButton:disabled, QToolButton:disabled { color: @disabled@; background: @surface@; border-color: @line@; }
QPushButton[role="primary"] { background: @accent@; border-color: @accent@; color: @on_accent@; font-weight: bold; }
QPushButton[role="primary"]:hover { background: @accent_strong@; border-color: @accent_strong@; color: @on_accent@; }
QPushButton[role="primary"]:focus { border: 2px solid @text@; }
QPushButton[role="primary"]:disabled { background: @track@; border-color: @track@; color: @disabled@; }
QPushButton[role="done"], QPushButton[role="done"]:disabled { background: @accent_tint@; border-color: @accent@;
  color: @accent@; padding: @0.3@ @0.2@; }
QPushButton[role="late"] { border-color: @exception@; color: @exception@; background: @exception_ground@; }
QPushButton[role="ahead"] { padding: @0.3@ @0.2@; }
QPushButton[role="barred"] { border-style: dashed; color: @muted@; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; border-color: transparent;
  color: @accent@; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: @accent_tint@; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 1px solid @accent@; padding: @0.35@ @0.8@; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: @accent@; padding: 0 @0.15@;
  text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid @accent@; padding: 0 @0.15@; }
QPushButton[role="chip"], QToolButton[role="chip"] { background: @raised@; border-color: @line@; color: @text@;
  border-radius: @1.0@; padding: @0.25@ @0.8@; }
QPushButton[role="chip"]:hover, QToolButton[role="chip"]:hover { border-color: @accent@; }
QPushButton[role="chip_on"], QToolButton[role="chip_on"] { background: @accent_tint@; border-color: @accent@;
  color: @accent@; border-radius: @1.0@; padding: @0.25@ @0.8@; }
QToolButton::menu-indicator { image: url(icons:chevron-down-@name@.svg); subcontrol-position: right center;
  right: @0.3@; width: @0.7@; }
QToolButton[popupMode="2"] { padding-right: @1.3@; }
QToolButton[bare="true"]::menu-indicator { image: none; }
QToolButton[bare="true"] { padding: @0.35@ @0.5@; }
QLineEdit, QPlainTextEdit, QComboBox, QTextEdit, QSpinBox, QDateEdit { background: @raised@; color: @text@;
  border: 1px solid @line_strong@; border-radius: @0.4@; padding: @0.3@ @0.5@;
  selection-background-color: @accent@; selection-color: @on_accent@; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid @accent@;
  padding: @0.22@ @0.42@; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: @surface@; color: @muted@;
  border-color: @line@; }
QLineEdit[faulty="true"], QPlainTextEdit[faulty="true"], QComboBox[faulty="true"] { border-color: @block@; }
QComboBox::drop-down { border: 0; width: @1.3@; }
QComboBox::down-arrow { image: url(icons:chevron-down-@name@.svg); width: @0.7@; height: @0.7@; }
QComboBox QLineEdit { border: 0; padding: 0; background: transparent; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView::item { min-height: @1.7@; padding-left: @0.4@; }
QComboBox QAbstractItemView::item:selected { background: @accent_tint@; color: @text@; }
QComboBox QAbstractItemView { border-radius: 0; background: @raised@; border: 1px solid @line_strong@;
  selection-background-color: @accent_tint@; selection-color: @text@; outline: 0; }
QTableView, QListView, QTreeView { background: @raised@; alternate-background-color: @raised@;
  border: 1px solid @line@; border-radius: @0.75@; gridline-color: @line@;
  selection-background-color: @accent_tint@; selection-color: @text@; outline: 0; }
QListWidget::item { padding: @0.35@ @0.5@; }
QListWidget::item:selected { background: @accent_tint@; color: @text@; }
QListWidget::item:hover { background: @stripe@; }
QListView[role="offers"] { border: 1px solid @line_strong@; border-radius: 0; }
QListView[role="offers"]::item { padding-left: @0.4@; }
QListView[role="offers"]::item:selected { background: @accent_tint@; color: @text@; }
QToolButton[role="pin"], QToolButton[role="pin"]:checked { background: transparent; border: 1px solid transparent;
  padding: @0.2@; }
QToolButton[role="pin"]:hover { background: @accent_tint@; }
QFrame[role="card"] QTableView[role="plain"] { border: 0; border-radius: 0; }
QTableView:focus, QListWidget:focus, QTreeView:focus { border-color: @accent@; }
QTableView::item { padding: 0 @0.5@; }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section { background: transparent; color: @muted@; border: 0; border-bottom: 1px solid @line@;
  padding: @0.45@ @0.6@; font-weight: normal; }
QHeaderView::section:hover { color: @accent@; }
QHeaderView::up-arrow { image: url(icons:sort-up-@name@.svg); width: @0.7@; height: @0.7@; }
QHeaderView::down-arrow { image: url(icons:sort-down-@name@.svg); width: @0.7@; height: @0.7@; }
QTableCornerButton::section { background: @raised@; border: 0; border-bottom: 1px solid @line@; }
QTabWidget::pane { border: 0; border-top: 1px solid @line@; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; border: 0; border-bottom: 2px solid transparent; color: @muted@;
  padding: @0.5@ @0.8@; margin-right: @0.25@; }
QTabBar::tab:hover { color: @accent@; }
QTabBar::tab:selected { color: @accent@; border-bottom-color: @accent@; font-weight: bold; }
QTabBar::tab:focus { background: @accent_tint@; }
QTabBar QToolButton { background: @raised@; padding: 0; }
QScrollArea { border: 0; background: transparent; }
QScrollArea > QWidget > QWidget#page { background: transparent; }
QScrollArea > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: @0.8@; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @0.8@; margin: 0; }
QScrollBar::handle { background: @line_strong@; border-radius: @0.25@; margin: @0.15@; min-height: @2@;
  min-width: @2@; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @line@; }
QStatusBar { background: @surface@; border-top: 1px solid @line@; color: @muted@; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: @muted@; }
QStatusBar QPushButton { padding: @0.1@ @0.6@; }
QStatusBar QToolButton, QStatusBar QToolButton[bare="true"] { padding: 0 @0.4@; }
QStatusBar QToolButton:focus { padding: 0 @0.3@; }
QMenuBar { background: @rail@; border-bottom: 1px solid @line@; }
QMenuBar::item { padding: @0.3@ @0.6@; background: transparent; border-radius: @0.3@; }
QMenuBar::item:selected { background: @hover@; }
QMenu { background: @raised@; border: 1px solid @line_strong@; padding: @0.3@; }
QMenu::item { padding: @0.35@ @1.4@; border-radius: @0.3@; }
QMenu::icon { padding-left: @0.5@; }
QMenu::item:selected { background: @accent_tint@; color: @text@; }
QMenu::item:disabled { color: @disabled@; }
QMenu::separator { height: 1px; background: @line@; margin: @0.25@ @0.5@; }
QProgressBar { border: 0; border-radius: @0.25@; background: @track@; text-align: center; color: @text@;
  min-height: @0.8@; }
QProgressBar::chunk { background: @accent@; border-radius: @0.25@; }
QGroupBox { border: 1px solid @line@; border-radius: @0.75@; margin-top: @0.8@; padding: @0.6@; }
QGroupBox::title { subcontrol-origin: margin; left: @0.8@; color: @muted@; }
QCheckBox, QRadioButton { spacing: @0.5@; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator, QListView::indicator { width: @0.95@;
  height: @0.95@; background: @raised@; border: 1px solid @muted@; border-radius: @0.25@; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked { background: @accent@;
  border-color: @accent@; image: url(icons:check-@name@.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @line_strong@; background: @surface@; }
QRadioButton::indicator { border-radius: @0.5@; }
QRadioButton::indicator:checked { border: @0.3@ solid @accent@; width: @0.45@; height: @0.45@; }
QSpinBox QLineEdit { border: 0; padding: 0 @0.4@; background: transparent; }
QSpinBox::up-button, QSpinBox::down-button { border: 0; background: transparent; width: @1.3@; }
QSpinBox::up-arrow { image: url(icons:sort-up-@name@.svg); width: @0.7@; height: @0.7@; }
QSpinBox::down-arrow { image: url(icons:sort-down-@name@.svg); width: @0.7@; height: @0.7@; }
QCheckBox:focus, QRadioButton:focus { color: @accent@; }
"""
