"""What a method answered, remembered with its object, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def remembering(method: Callable[_Asked, _Answer], size: int | None) -> Callable[_Asked, _Answer]:
    """The method of an object that is to keep this as an attribute: the last `size` answers are remembered, or all.

    An `lru_cache` around the method itself would make a ring of the object and its cache. Only the collector of
    garbage opens rings, and it comes to old objects so rarely that an index of many versions back stayed in memory
    and on disk. Arguments must be hashable; the object must be alive when this is called.
    """
    owner = WeakMethod(method)

    def asked(*args: _Asked.args, **named: _Asked.kwargs) -> _Answer:
        alive = owner()
        assert alive is not None, "the object holds this, not the other way round"
        return alive(*args, **named)

    return cast(Callable[_Asked, _Answer], lru_cache(size)(asked))
