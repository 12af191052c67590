"""Completion (Tab) and help (Shift-Tab) in cells of `%%mosi_experiment` and lines of `%mosi_...`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from mosi_nb.cell.help_at import help_at
from mosi_nb.cell.suggest import Suggestion, suggest
from mosi_nb.notebook.line_words import line_words
from mosi_nb.notebook.paths import files

IDENTIFIER = "mosi_nb"
FIRST = 1000.0
"""Before all others, which then are not asked: Jedi is slow, and knows nothing of a cell."""

CELL = re.compile(r"\s*%%mosi_experiment\b[^\n]*")
LINE = re.compile(r"\s*%{1,2}(mosi_\w+)[^\S\n](.*)", re.DOTALL)


class NothingElse(list[SimpleCompletion]):
    """No suggestions, which IPython counts as some, so that it shows nobody else's."""

    def __len__(self) -> int:
        """Return one."""
        return 1


def complete_cells(shell: InteractiveShell, is_on: Callable[[], bool]) -> None:
    """Suggest in cells and lines of mosi_nb, and show help on what stands there.

    Parameters
    ----------
    shell
        Whose variables may be named.
    is_on
        Whether anything is suggested.
    """

    @context_matcher(identifier=IDENTIFIER, priority=FIRST)
    def matcher(context: CompletionContext) -> SimpleMatcherResult:
        try:
            found = _suggested(shell, context) if is_on() else None
        except Exception:  # noqa: BLE001 -- somebody's object or component; a key press raises nothing
            found = None
        if found is None:
            return {"completions": []}
        prefix, suggestions = found
        shown = [SimpleCompletion(text=one.text, type=one.type) for one in suggestions] or NothingElse()
        return {"completions": shown, "matched_fragment": prefix, "suppress": True, "ordered": True}

    completer: Any = shell.Completer
    completer.custom_matchers.append(matcher)
    _help_in_cells(shell)


def leave_cells(shell: InteractiveShell) -> None:
    """Take everything away that `complete_cells` brought."""
    held: Any = shell.Completer.custom_matchers
    held[:] = [one for one in held if getattr(one, "matcher_identifier", "") != IDENTIFIER]
    kernel: Any = getattr(shell, "kernel", None)
    if getattr(getattr(kernel, "do_inspect", None), "of_mosi_nb", False):
        del kernel.do_inspect  # the method of its class is there again


def _help_in_cells(shell: InteractiveShell) -> None:
    """Have the kernel show help on what stands in a cell; elsewhere its own.

    The kernel hands only a word to IPython, so it is asked before that, in an attribute of the one kernel
    that hides the method of its class.
    """
    kernel: Any = getattr(shell, "kernel", None)
    if kernel is None:  # a terminal has no Shift-Tab
        return
    own = kernel.do_inspect

    def do_inspect(code: str, cursor_pos: int, *arguments: Any, **named: Any) -> Any:
        try:
            found = cell_help(shell, code, cursor_pos)
        except Exception:  # noqa: BLE001 -- as above
            found = None
        if found is None:
            return own(code, cursor_pos, *arguments, **named)
        return {"status": "ok", "found": True, "data": {"text/plain": found}, "metadata": {}}

    do_inspect.of_mosi_nb = True  # type: ignore[attr-defined]  # so that it is known again
    kernel.do_inspect = do_inspect


def cell_help(shell: InteractiveShell, code: str, cursor: int) -> str | None:
    """Return help on what stands at the cursor of a whole cell; None where there is none of ours."""
    head = CELL.match(code)
    if head is None or cursor <= head.end():
        return None
    return help_at(code[head.end() + 1 :], cursor - head.end() - 1, shell.user_ns)


def _suggested(shell: InteractiveShell, context: CompletionContext) -> tuple[str, list[Suggestion]] | None:
    """Return what could be written at the cursor; None where it is none of our business."""
    lines = context.full_text.split("\n")
    cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
    head = CELL.match(context.full_text)
    if head is not None and cursor > head.end():
        return suggest(context.full_text[head.end() + 1 :], cursor - head.end() - 1, shell.user_ns, files)
    line = LINE.fullmatch(context.text_until_cursor)
    return None if line is None else line_words(shell, line[1], line[2])
