"""`%mosi_load`: a saved model, bound to a name and shown."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from mosi_nb.errors import SpecError
from mosi_nb.notebook.variable_names import refuse_no_variable

HELP = """\
%mosi_load FILE          load a saved model, bind it to a variable called as the file, and show it
%mosi_load FILE NAME     bind it to NAME

--trusted TYPE [TYPE ...]   full names of types beyond scikit-learn's and mosi_nb's own that may be made

Nothing in the file is executed. A complete example:

first.save("svr", "svr.mosi")
%mosi_load svr.mosi
svr.predict({"text": ["what a wonderful film"]})
"""


def loading(shell: InteractiveShell, arguments: Namespace) -> None:
    """Load a saved model, bind and show it.

    Parameters
    ----------
    shell
        In which it is bound.
    arguments
        Of the line of the magic: `file`, `name`, `trusted`, `help`.

    Raises
    ------
    SpecError
        If no file is named, or the name cannot be one.
    BundleError
        If it is no saved model, is damaged, or holds types that are not trusted.
    """
    if arguments.help:
        display({"text/plain": HELP}, raw=True)
        return
    if not arguments.file:
        advice = "Write %mosi_load FILE, such as %mosi_load svr.mosi."
        raise SpecError.at(None, "%mosi_load", "the file is not named.", advice=advice)
    file = arguments.file.strip("'\"")
    given = shell.user_ns.get(file)
    path = Path(given if isinstance(given, str | Path) else file).expanduser()
    name = arguments.name or path.stem
    refuse_no_variable(name, "%mosi_load", f"Write %mosi_load {arguments.file} NAME.")
    from mosi_nb.model import Model  # noqa: PLC0415 -- an error above is answered at once

    model = shell.user_ns[name] = Model.load(path, trusted=arguments.trusted or ())
    display(model)
