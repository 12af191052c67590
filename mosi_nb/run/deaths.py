"""Processes that ended in the middle of a fit, and whether the fit is to blame."""

from __future__ import annotations

from collections import Counter

from mosi_nb.run.fit import Unit

ALONE = 3
"""Processes that may end with one fit alone in them, before it is taken to be the cause."""


class Deaths:
    """Which units a process took along when it ended.

    Whatever was with it is suspected, and carried out again, one at a time. A unit that is alone
    whenever a process ends is the cause; of a family that was to blame before, at once.
    """

    reason = (
        "ClusterError: its process ended while it was fitted, each time that it was tried. A fit that needs more "
        "memory than its worker has, or that ends its process, takes the worker along."
    )

    def __init__(self) -> None:
        self.alone: Counter[tuple[int, int]] = Counter()
        self.culprits: set[int] = set()
        self.number = 0

    def __contains__(self, unit: Unit) -> bool:
        """Tell whether a unit is suspected."""
        return (unit.family, unit.fold) in self.alone

    def blamed(self, unit: Unit, *, alone: bool, silent: bool = False) -> bool:
        """Take note of a process that ended, and return whether the unit is to blame.

        Parameters
        ----------
        unit
            What it was given.
        alone
            Whether there was nothing else that it was given.
        silent
            Whether processes were replaced because they stayed silent: nobody else kills them then.
        """
        self.number += 1
        self.alone[unit.family, unit.fold] += int(alone)
        if self.alone[unit.family, unit.fold] < (1 if silent or unit.family in self.culprits else ALONE):
            return False
        self.culprits.add(unit.family)
        return True
