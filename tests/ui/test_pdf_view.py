from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from haicang_desk.ui.widgets.pdf_view import PdfView


def test_pages_have_their_full_height_at_once(qtbot, dressed):
    view = PdfView("还没有选")
    qtbot.addWidget(view)
    view.resize(600, 700)
    view.show()
    view.show_pages([QImage(900, 1270, QImage.Format.Format_RGB32)] * 3, "三页")
    pages = [label.height() for label in view.findChildren(QLabel) if not label.pixmap().isNull()]
    assert len(pages) == 3
    assert view._paper.minimumHeight() >= sum(pages)
