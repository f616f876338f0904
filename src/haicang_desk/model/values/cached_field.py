"""A cached property for frozen dataclasses that takes no lock.

On Python 3.11 ``functools.cached_property`` takes a lock for every first access, about 0.5 µs, and the rules make 26
first accesses for each project checked. From Python 3.12 on it takes none. ``bench/cached_fields.py`` measures both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class cached_field(Generic[T]):
    """Computes a value at the first access and stores it in the instance's ``__dict__``; the class must have one.

    Two threads that ask at one time may both compute it, and get equal values.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
