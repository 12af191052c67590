"""The tree of errors that a user can cause.

::

    MosiError
     ├── SpecError          the cell or the arguments of Model (also a ValueError)
     ├── DataError          a file, a frame, an array (also a ValueError)
     ├── FitError           a model that failed while it was trained (also a RuntimeError)
     ├── ClusterError       workers that could not be started or reached (also a RuntimeError)
     ├── BundleError        a saved model that cannot be read (also a ValueError)
     ├── NotTrainedError    something asked for that only a finished run knows (also a RuntimeError)
     ├── RunningError       something asked for that cannot be while the model is trained (also a RuntimeError)
     └── MissingExtraError  an optional package that is not installed (also an ImportError)

Every error holds one string, built by a class method, so that it survives being pickled on its
way from a worker. Its shape: where, what was written, the nearest right thing, all right things,
what to do next.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Place:
    """A stretch of one line of a cell.

    Attributes
    ----------
    line
        Line number, counted from 1; 0 where the text is an argument and no cell.
    column, end
        First character and the one after the last, counted from 0.
    text
        The whole line.
    """

    line: int
    column: int
    end: int
    text: str

    def caret(self) -> str:
        """Return the line with a caret under the stretch, on two lines."""
        text = self.text.replace("\t", " ")  # a tab in the line would move it away from the caret
        stripped = text.lstrip()
        column = max(self.column - (len(text) - len(stripped)), 0)
        width = max(min(self.end, len(text)) - self.column, 1)
        return f"  {stripped.rstrip()}\n  {' ' * column}{'^' * width}"


def nearest(written: str, known: Iterable[str]) -> str:
    """Return a sentence that names the nearest known word, or nothing.

    Examples
    --------
    >>> nearest("alhpa", ["alpha", "solver"])
    " Did you mean 'alpha'?"
    >>> nearest("c", ["C", "kernel"]), nearest("C", ["svr__C", "steps"])
    (" Did you mean 'C'?", " Did you mean 'svr__C'?")
    """
    names = list(known)
    alike = {name.lower(): name for name in reversed(names)}
    close = [
        *difflib.get_close_matches(written, names, n=1, cutoff=0.6),
        *(alike[one] for one in difflib.get_close_matches(written.lower(), alike, n=1, cutoff=0.6)),
        *(name for name in names if written and name.endswith(f"__{written}")),  # of a step of a pipeline
    ]
    return f" Did you mean '{close[0]}'?" if close else ""


class MosiError(Exception):
    """An error whose message is written for the person who reads it in a notebook."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the message and no frames; `%tb` has the rest."""
        return [f"{type(self).__name__}: {self}"]


class SpecError(MosiError, ValueError):
    """What was asked for cannot be meant: an unknown name, a wrong parameter, a bad value."""

    @classmethod
    def at(cls, place: Place | None, key: str, sentence: str, *, known: Iterable[str] = (), advice: str = "") -> Self:
        """Build the message for a key of the cell.

        Parameters
        ----------
        place
            Where in the cell; None if the experiment was not written as a cell.
        key
            The key of the cell that the mistake belongs to: stands for the place where there is none.
        sentence
            What is wrong, as one sentence or more.
        known
            All the right things, in the order in which they are shown.
        advice
            What to do next.
        """
        where = f"line {place.line}: " if place and place.line else f"{key}: "
        parts = [where + sentence]
        if place:
            parts.append(place.caret())
        names = list(known)
        if names:
            parts.append(f"Known: {', '.join(names)}.")
        if advice:
            parts.append(advice)
        return cls("\n".join(parts))

    @classmethod
    def unknown(cls, place: Place | None, key: str, what: str, written: str, known: Iterable[str]) -> Self:
        """Build the message for a name that nobody knows, with the nearest one that exists."""
        names = list(known)
        return cls.at(place, key, f"unknown {what}: '{written}'.{nearest(written, names)}", known=names)

    @classmethod
    def not_yet(cls, place: Place | None, key: str, what: str, instead: str) -> Self:
        """Build the message for what the cell language knows and this version cannot do."""
        return cls.at(place, key, f"{what} is not available yet in this version of mosi_nb.", advice=instead)


class DataError(MosiError, ValueError):
    """Data that cannot be used as they are."""

    @classmethod
    def of(cls, source: object, sentence: str, advice: str = "") -> Self:
        """Build the message for a source of data.

        Parameters
        ----------
        source
            The file, with its row where that is known, or what was given in its place.
        sentence
            What is wrong with it.
        advice
            What to do next.
        """
        return cls(f"{source}: {sentence}" + (f"\n{advice}" if advice else ""))


class FitError(MosiError, RuntimeError):
    """A model failed while it was trained or tried."""

    @classmethod
    def of(cls, where: str, reason: str, traceback: str = "") -> Self:
        """Build the message for a failed fit.

        Parameters
        ----------
        where
            Model, fold and parameters.
        reason
            The class and the message of what the estimator raised.
        traceback
            The estimator's own frames, as Python prints them.
        """
        return cls(f"{where}: {reason}" + (f"\n\n{traceback.rstrip()}" if traceback else ""))


class ClusterError(MosiError, RuntimeError):
    """The workers could not be started or reached."""


class StoppedError(KeyboardInterrupt):
    """A run was interrupted in a notebook; what was finished is kept."""

    @classmethod
    def after(cls, ended: int, name: str) -> Self:
        """Build the message that says what is left of the run."""
        if not ended:
            return cls("the run was stopped before its first fit had ended.")
        return cls(f"the run was stopped; {ended:,} fits that had ended are kept in '{name}'.")

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the message and no frames."""
        return [f"{type(self).__name__}: {self}"]


class BundleError(MosiError, ValueError):
    """A saved model that cannot be read, or must not be."""


class NotTrainedError(MosiError, RuntimeError):
    """Something was asked for that only a finished run knows."""


class RunningError(MosiError, RuntimeError):
    """Something was asked for that cannot be while the model is being trained."""

    @classmethod
    def of(cls, where: str, name: str = "") -> Self:
        """Build the message that says how to go on.

        Parameters
        ----------
        where
            What was asked for.
        name
            The variable that the model is bound to, where that is known.
        """
        first, call = (f"'{name}' is", f"{name}.") if name else ("this model is", "")
        return cls(
            f"{where}: {first} being trained at this moment.\n"
            f"Wait for its end with {call}wait(), or end it with {call}stop(): what is finished is kept."
        )


class MissingExtraError(MosiError, ImportError):
    """An optional package is needed that is not installed."""

    @classmethod
    def of(cls, what: str, package: str, extra: str) -> Self:
        """Build the message that names the package and the line that installs it."""
        return cls(f'{what} needs the package {package}, which is not installed.\nRun: pip install "mosi_nb[{extra}]"')
