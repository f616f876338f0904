"""The job object of Windows: the structures are those of winnt.h, and every call is made in its order."""

from __future__ import annotations

import ctypes

import pytest

from haicang_desk.model.foreign.windows_job import BasicLimits, ExtendedLimits, IoCounters, Job


class Kernel32:
    """Stands in for the library: notes the calls; ``fails`` is the one that gives 0."""

    def __init__(self, fails=""):
        self.calls, self.fails = [], fails

    def __getattr__(self, name):
        def call(*arguments):
            self.calls.append((name, *arguments))
            return 0 if name == self.fails else 77

        return call


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes are those of 64 bits")
def test_the_structures_are_as_large_as_those_of_windows():
    assert [ctypes.sizeof(each) for each in (BasicLimits, IoCounters, ExtendedLimits)] == [64, 48, 144]
    assert (BasicLimits.LimitFlags.offset, BasicLimits.ActiveProcessLimit.offset) == (16, 40)
    assert (ExtendedLimits.ProcessMemoryLimit.offset, ExtendedLimits.PeakJobMemoryUsed.offset) == (112, 136)


def test_a_job_limits_memory_and_ends_with_the_program():
    kernel32 = Kernel32()
    told = []
    kernel32.SetInformationJobObject = lambda *arguments: told.append(arguments) or 1
    job = Job(700 * 2**20, kernel32)
    job.add(5)
    job.close()
    job.close()
    ((handle, kind, limits, size),) = told
    limits = limits._obj
    assert (handle, kind, size) == (77, 9, ctypes.sizeof(ExtendedLimits))
    assert limits.ProcessMemoryLimit == 700 * 2**20
    assert limits.BasicLimitInformation.LimitFlags == 0x2000 | 0x0400 | 0x0100 | 0x0008
    assert limits.BasicLimitInformation.ActiveProcessLimit == 1
    assert kernel32.calls == [
        ("CreateJobObjectW", None, None),
        ("AssignProcessToJobObject", 77, 5),
        ("CloseHandle", 77),
    ]


@pytest.mark.parametrize("fails", ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"])
def test_what_windows_refuses_is_an_error(fails):
    with pytest.raises(OSError, match=fails):
        Job(1, Kernel32(fails)).add(5)
