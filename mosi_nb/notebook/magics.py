"""The magics: `%%mosi_experiment`, for a cell and for a line, and `%mosi_cluster`."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display
from traitlets import Bool, Enum, Float

from mosi_nb.errors import SpecError, nearest
from mosi_nb.notebook.template import help_text, template
from mosi_nb.notebook.variable_names import refuse_no_variable
from mosi_nb.registry import Views

if TYPE_CHECKING:
    from argparse import Namespace

    from IPython.core.interactiveshell import InteractiveShell

    from mosi_nb.model import Model
    from mosi_nb.notebook.chooser import Chooser
    from mosi_nb.notebook.explorer import Explorer


@magics_class
class MosiMagics(Magics):
    """The magics of mosi_nb; `%config MosiMagics` shows and changes their settings."""

    on_error = Enum(("stop", "keep"), "stop", help="What a fit that fails does, where --on-error says nothing.").tag(
        config=True
    )
    chart = Bool(default_value=True, help="Whether the leaderboard of a cell comes with its chart.").tag(config=True)
    timeout = Float(10.0, min=0.1, help="Seconds to try to reach a cluster, where --timeout says nothing.").tag(
        config=True
    )
    completion = Bool(default_value=True, help="Whether Tab suggests in cells and lines of mosi_nb.").tag(config=True)

    @no_var_expand
    @magic_arguments()
    @argument("name", nargs="?", help="variable that the result is bound to")
    @argument("--plan", action="store_true", help="show what would be run, and run nothing")
    @argument("--on-error", choices=("stop", "keep"), help="keep: go on, and show the failed as rows")
    @argument("--quiet", action="store_true", help="show no progress and no result, only errors")
    @argument("--again", action="store_true", help="make every fit, whatever the history holds")
    @argument("--cluster", metavar="NAME", help="train there: an address, a scheduler file or a variable")
    @argument("--background", action="store_true", help="return at once; NAME.wait() and NAME.stop()")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_cell_magic
    def mosi_experiment(self, line: str, cell: str | None = None) -> None:
        """Train and compare the models that the cell describes; `%mosi_experiment --help` says how."""
        arguments = self._arguments(line, "%mosi_experiment" if cell is None else "%%mosi_experiment")
        if arguments.help:
            display({"text/plain": help_text()}, raw=True)
        elif cell is None:
            display({"text/plain": template(arguments.name or "first")}, raw=True)
        else:
            from mosi_nb.notebook.experiment import experiment  # noqa: PLC0415 -- so that %load_ext is quick

            experiment(cast("InteractiveShell", self.shell), arguments, cell)

    @no_var_expand
    @magic_arguments()
    @argument("cluster", nargs="?", help="address, scheduler file or variable; none: this machine's own cores")
    @argument("--security", metavar="NAME", help="variable with the distributed.Security for tls://")
    @argument("--timeout", type=float, metavar="SECONDS", help="how long to try to reach it; else the setting timeout")
    @argument("--panel", action="store_true", help="show a panel that stays up to date")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_cluster(self, line: str) -> None:
        """Show which workers runs use, or choose others; `%mosi_cluster --help` says how."""
        from mosi_nb.notebook.clusters import cluster  # noqa: PLC0415 -- so that %load_ext is quick

        arguments = _read("mosi_cluster", line)
        arguments.timeout = self.timeout if arguments.timeout is None else arguments.timeout
        cluster(cast("InteractiveShell", self.shell), arguments)

    @no_var_expand
    @magic_arguments()
    @argument("kind", nargs="?", help="a kind of component, a key of the cell, or the name of a component")
    @argument("name", nargs="?", help="the component to describe")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_components(self, line: str) -> None:
        """Show what a cell can be written with; `%mosi_components --help` says how."""
        from mosi_nb.notebook.component_list import components  # noqa: PLC0415 -- so that %load_ext is quick

        components(cast("InteractiveShell", self.shell), _read("mosi_components", line))

    @no_var_expand
    @magic_arguments()
    @argument("name", nargs="?", help="a Model whose cell is opened, or a variable that holds the text of a cell")
    @argument("--cell", action="store_true", help="insert the cell of the last form, or of NAME, as the next cell")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_form(self, line: str) -> None:
        """Write a cell by a form; `%mosi_form --help` says how."""
        from mosi_nb.notebook.form.opening import form  # noqa: PLC0415 -- so that %load_ext is quick

        form(cast("InteractiveShell", self.shell), _read("mosi_form", line))

    @no_var_expand
    @magic_arguments()
    @argument("run", nargs="?", help="number of a run, or its name for the newest of that name")
    @argument("--cell", action="store_true", help="put the run's cell below this one")
    @argument("--forget", metavar="RUN", nargs="+", help="drop runs")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_history(self, line: str) -> None:
        """Show earlier runs, or the cell of one; `%mosi_history --help` says how."""
        from mosi_nb.notebook.history import history  # noqa: PLC0415 -- so that %load_ext is quick

        history(cast("InteractiveShell", self.shell), _read("mosi_history", line))

    @no_var_expand
    @magic_arguments()
    @argument("run", nargs="?", help="name or number of a run; left out, the newest that is not done")
    @argument("--name", help="variable that the result is bound to")
    @argument("--background", action="store_true", help="return at once")
    @argument("--cluster", metavar="NAME", help="train there: an address, a scheduler file or a variable")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_attach(self, line: str) -> None:
        """Take up a run of an earlier kernel; `%mosi_attach --help` says how."""
        from mosi_nb.notebook.attach import attach  # noqa: PLC0415 -- so that %load_ext is quick

        attach(cast("InteractiveShell", self.shell), _read("mosi_attach", line))

    @no_var_expand
    @magic_arguments()
    @argument("file", nargs="?", help="that NAME.save(...) wrote")
    @argument("name", nargs="?", help="variable that it is bound to; left out, the name of the file")
    @argument("--trusted", nargs="+", metavar="TYPE", help="full names of further types that may be made")
    @argument("--help", "-h", action="store_true", help="show this help")
    @line_magic
    def mosi_load(self, line: str) -> None:
        """Load a saved model and show it; `%mosi_load --help` says how."""
        from mosi_nb.notebook.loading import loading  # noqa: PLC0415 -- so that %load_ext is quick

        loading(cast("InteractiveShell", self.shell), _read("mosi_load", line))

    def _arguments(self, line: str, written: str) -> Namespace:
        """Read the line of the magic and check the name."""
        arguments = _read("mosi_experiment", line, written)
        if arguments.name:
            refuse_no_variable(arguments.name, "%%mosi_experiment", "Write %%mosi_experiment NAME [flags].")
        return arguments


def _read(magic: str, line: str, written: str = "") -> Namespace:
    """Read the line of a magic; a wrong flag is an error like any other, and none is cut short."""
    asked = getattr(MosiMagics, magic)
    asked.parser.allow_abbrev = False
    try:
        arguments: Namespace = parse_argstring(asked, line)
    except (UsageError, ValueError) as error:  # ValueError: a quotation that is not closed
        flags = [flag for action in asked.parser._actions for flag in action.option_strings]  # noqa: SLF001 -- as told nowhere else
        unknown = re.search(r"unrecognized arguments:.*?(--\S+)", f"{error}")
        known = nearest(unknown[1].partition("=")[0], flags) if unknown else ""
        told = f"{error}".rstrip(".") + "." if known else f"{error}"
        raise SpecError.at(None, written or f"%{magic}", f"{told}{known}", advice=f"See %{magic} --help.") from None
    return arguments


def _help_of_a_cell(lines: list[str]) -> list[str]:
    """Let `%%mosi_experiment --help` show the help where nothing stands below, which IPython itself refuses."""
    first, rest = (lines[0].split(), lines[1:]) if lines else ([], [])
    is_asked = first[:1] == ["%%mosi_experiment"] and {"--help", "-h"}.intersection(first) and not "".join(rest).strip()
    return [lines[0].replace("%%", "%", 1)] if is_asked else lines


def load(ipython: InteractiveShell) -> None:
    """Register the magics, and how tables are shown; doing it twice is safe."""
    # What a name in a cell may mean. It costs most of a second, better here than in the first cell: a
    # mistake in that is then answered at once.
    import mosi_nb.components  # noqa: F401, PLC0415
    from mosi_nb.notebook.completion import complete_cells  # noqa: PLC0415 -- unload reads this module too
    from mosi_nb.notebook.library import format_with_library  # noqa: PLC0415 -- as above

    unload(ipython)
    ipython.register_magics(MosiMagics)
    complete_cells(ipython, partial(_completes, ipython))
    ipython.input_transformers_cleanup.append(_help_of_a_cell)
    Views.made.update(explore=partial(_explore, ipython), choose=partial(_choose, ipython))
    formatter: Any = ipython.display_formatter
    for module, name in SHOWN_WITH_LIBRARY:
        formatter.mimebundle_formatter.for_type_by_name(module, name, format_with_library(ipython))


def _completes(ipython: InteractiveShell) -> bool:
    magics: Any = ipython.magics_manager
    return bool(magics.registry[MosiMagics.__name__].completion)


def _explore(ipython: InteractiveShell, model: Model) -> Explorer:
    """Return linked views of a model: what `explore()` of a model calls."""
    from mosi_nb.model.explored import no_notebook  # noqa: PLC0415 -- so that %load_ext is quick
    from mosi_nb.notebook.explorer import Explorer  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.library import in_notebook  # noqa: PLC0415 -- as above

    if not in_notebook(ipython):  # a terminal would show the name of the object
        raise no_notebook("explore")
    return Explorer(model)


def _choose(ipython: InteractiveShell, model: Model) -> Chooser:
    """Return a leaderboard whose rows can be chosen: what `choose()` of a model calls."""
    from mosi_nb.model.explored import no_notebook  # noqa: PLC0415 -- so that %load_ext is quick
    from mosi_nb.notebook.chooser import Chooser  # noqa: PLC0415 -- as above
    from mosi_nb.notebook.library import in_notebook  # noqa: PLC0415 -- as above

    if not in_notebook(ipython):
        raise no_notebook("choose")
    return Chooser(model)


def unload(ipython: InteractiveShell) -> None:
    """Take everything away that `load` brought."""
    from mosi_nb.notebook.completion import leave_cells  # noqa: PLC0415 -- so that importing this is quick
    from mosi_nb.notebook.form.opening import forget  # noqa: PLC0415 -- as above

    leave_cells(ipython)
    forget(ipython)
    cleanup = ipython.input_transformers_cleanup
    cleanup[:] = [one for one in cleanup if one is not _help_of_a_cell]
    Views.made.clear()
    manager: Any = ipython.magics_manager
    for kind, names in MosiMagics.magics.items():
        for name in names:
            manager.magics[kind].pop(name, None)
    magics = manager.registry.pop(MosiMagics.__name__, None)
    ipython.configurables[:] = [one for one in ipython.configurables if one is not magics]
    formatter: Any = ipython.display_formatter
    for module, name in SHOWN_WITH_LIBRARY:
        formatter.mimebundle_formatter.pop(f"{module}.{name}", None)


# By name, so that pandas is not imported before a table is shown.
SHOWN_WITH_LIBRARY = (
    ("mosi_nb.displays.leaderboard", "Leaderboard"),
    ("mosi_nb.displays.table_display", "TableDisplay"),
    ("mosi_nb.model.model", "Model"),
)
