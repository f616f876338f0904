"""Write resources/icons/haicang-desk.ico: the SVG icon beside it, drawn at the sizes that Windows uses."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "haicang-desk.svg"
SIZES = (256, 128, 64, 48, 32, 24, 16)


def drawn(renderer: QSvgRenderer, size: int) -> Image.Image:
    """The icon as a square image of ``size`` pixels, with transparency."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data())))


def main() -> int:
    """Write the icon file."""
    app = QGuiApplication(sys.argv)
    renderer = QSvgRenderer(str(ICON))
    largest, *others = (drawn(renderer, size) for size in SIZES)
    largest.save(ICON.with_suffix(".ico"), sizes=[(size, size) for size in SIZES], append_images=others)
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
