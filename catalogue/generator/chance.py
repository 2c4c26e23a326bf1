"""Chance that repeats itself: drawn from one seed by the one method that Python promises never to change."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Chance:
    """Draws for one generated catalogue, in a fixed order."""

    def __init__(self, seed: int) -> None:
        # Of random.Random only `random()` is the same in all versions (documentation of `random`, "Notes on
        # Reproducibility"); choice() and shuffle() may change.
        self.random = random.Random(seed).random

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.random() * len(items))]

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different items, or all if there are fewer, in a drawn order."""
        left = list(items)
        return [left.pop(int(self.random() * len(left))) for _ in range(min(count, len(left)))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def happens(self, probability: float) -> bool:
        return self.random() < probability


class Weighted(Generic[Item]):
    """Items that are drawn as often as their weights say."""

    def __init__(self, weights: Sequence[tuple[Item, float]]) -> None:
        self._items = [item for item, _ in weights]
        self._sums = list(accumulate(weight for _, weight in weights))

    def draw(self, chance: Chance) -> Item:
        return self._items[bisect(self._sums, chance.random() * self._sums[-1], hi=len(self._items) - 1)]
