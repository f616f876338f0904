"""Why a foreign file was not read."""

from __future__ import annotations

from haicang_desk.model.values import Refused


class LimitMet(Refused):
    """A file was given up: its reader met a limit or died. The text says which limit, and the cure."""


class ReadingStopped(Refused):
    """The user cancelled the reading; nothing was written."""
