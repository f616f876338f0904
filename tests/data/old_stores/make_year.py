"""The demonstration year without its papers, by a program of schema step 5 or 6. See README.md.

``PYTHONPATH=CHECKOUT/src python make_year.py OUT.db``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from haicang_desk.demo import clock
from haicang_desk.model.store import back_up

with clock.play() as ws:
    back_up(ws, Path(sys.argv[1]))
