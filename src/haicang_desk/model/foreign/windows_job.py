"""A job object of Windows around a process: its memory is limited, and it ends with the program.

The structures are those of winnt.h (JOBOBJECT_EXTENDED_LIMIT_INFORMATION). ``kernel32`` is an argument for tests.
"""

from __future__ import annotations

import ctypes
from typing import Any

EXTENDED_LIMIT_INFORMATION = 9  # JobObjectExtendedLimitInformation
LIMIT_ACTIVE_PROCESS = 0x0008
LIMIT_PROCESS_MEMORY = 0x0100
DIE_ON_UNHANDLED_EXCEPTION = 0x0400  # no window of the error reporting
KILL_ON_JOB_CLOSE = 0x2000
NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW
BELOW_NORMAL_PRIORITY = 0x4000
ACCESS_VIOLATIONS = {0xC0000005, 0xC0000017, 0xC00000FD, 0x80000003}  # and no memory, stack overflow, breakpoint


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class IoCounters(ctypes.Structure):
    """IO_COUNTERS."""

    _fields_ = tuple(
        (name, ctypes.c_uint64)
        for name in (
            "ReadOperationCount",
            "WriteOperationCount",
            "OtherOperationCount",
            "ReadTransferCount",
            "WriteTransferCount",
            "OtherTransferCount",
        )
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", IoCounters),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Job:
    """A job object that holds one process. Closing it ends the process. Raises OSError where none can be made."""

    def __init__(self, memory: int, kernel32: Any = None) -> None:
        self._kernel32 = kernel32 or _kernel32()
        self._handle = self._kernel32.CreateJobObjectW(None, None)
        if not self._handle:
            raise OSError("CreateJobObjectW")
        limits = ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = (
            LIMIT_PROCESS_MEMORY | LIMIT_ACTIVE_PROCESS | DIE_ON_UNHANDLED_EXCEPTION | KILL_ON_JOB_CLOSE
        )
        limits.BasicLimitInformation.ActiveProcessLimit = 1
        limits.ProcessMemoryLimit = memory
        done = self._kernel32.SetInformationJobObject(
            self._handle, EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        if not done:
            self.close()
            raise OSError("SetInformationJobObject")

    def add(self, process_handle: int) -> None:
        """Put a process into the job. Raises OSError."""
        if not self._kernel32.AssignProcessToJobObject(self._handle, process_handle):
            raise OSError("AssignProcessToJobObject")

    def close(self) -> None:
        """Give the job up; a process in it ends."""
        handle, self._handle = self._handle, None
        if handle:
            self._kernel32.CloseHandle(handle)


def _kernel32() -> Any:
    """The library with its types declared, so that handles of 64 bits are not cut."""
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    handle, boolean = ctypes.c_void_p, ctypes.c_int
    kernel32.CreateJobObjectW.restype = handle
    kernel32.CreateJobObjectW.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p)
    kernel32.SetInformationJobObject.restype = boolean
    kernel32.SetInformationJobObject.argtypes = (handle, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32)
    kernel32.AssignProcessToJobObject.restype = boolean
    kernel32.AssignProcessToJobObject.argtypes = (handle, handle)
    kernel32.CloseHandle.restype = boolean
    kernel32.CloseHandle.argtypes = (handle,)
    return kernel32
