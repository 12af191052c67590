"""What can be done with the models that are chosen in a view: save them, combine them, compare two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from mosi_nb.errors import MosiError
from mosi_nb.model.selection import able, refresh_views
from mosi_nb.notebook import action_lines as lines
from mosi_nb.registry import names as components

if TYPE_CHECKING:
    from mosi_nb.model import Model

AT_WORK = "At work, see below."
_one_at_a_time = threading.Lock()


class Actions:
    """A few rows of buttons that act on models, each with the line of Python that does the same.

    What takes long is done in a thread, and a word says so; an error is shown as text.

    Parameters
    ----------
    model
        A trained one.

    Attributes
    ----------
    widget
        What is shown.
    """

    def __init__(self, model: Model) -> None:
        self._model, self._names, self._able = model, tuple[str, ...](), able(model)
        self._done: list[str] = []
        self._thread: threading.Thread | None = None
        self._is_busy = False
        wide = widgets.Layout(width="auto", min_width="150px")
        self._save = widgets.Button(
            description="Refit and save",
            tooltip="Fit each chosen model on all segments that are not locked",
            layout=wide,
        )
        self._folder = _text("Folder", ".")
        self._overwrite = widgets.Checkbox(description="Overwrite files", indent=False, layout={"width": "auto"})
        self._combine = widgets.Button(
            description="Ensemble of these",
            tooltip="Add a row to the leaderboard; nothing is fitted again",
            layout=wide,
        )
        self._how = widgets.Dropdown(
            description="How",
            options=components("ensemble"),
            style={"description_width": "60px"},
            layout={"width": "210px"},
        )
        self._name = _text("Name", "")
        self._compare = widgets.Button(
            description="Compare these two", tooltip="Show their difference, by video, beneath", layout=wide
        )
        self._told = {button: widgets.HTML() for button in (self._save, self._combine, self._compare)}
        self._said, self._log, self._shown = widgets.HTML(), widgets.HTML(), widgets.Output()
        self.widget = self._laid_out()
        self._listen()
        self.show(())

    def show(self, names: Iterable[str]) -> None:
        """Offer what can be done with these models, and say why the rest cannot."""
        self._names = tuple(names)
        chosen, variable = self._names, lines.called(self._model)
        why_not = lines.why_not_saved(self._able, chosen, self._folder.value)
        self._offer(self._save, why_not, lambda: lines.save_lines(variable, self._files()))
        self._name.placeholder = self._free_name()
        name = self._name.value.strip() or self._name.placeholder
        why_not = lines.why_not_combined(self._able, chosen) or lines.why_not_named(name, self._model.results.models)
        line = lines.ensemble_line(variable, self._how.value, chosen, name)
        self._offer(self._combine, why_not, lambda: [line])
        why_not = lines.why_not_compared(self._able, chosen)
        self._offer(self._compare, why_not, lambda: [lines.compare_line(variable, *chosen)])

    def refresh(self, names: Iterable[str]) -> None:
        """Look again what can be done with which row of the leaderboard, and offer it for these models."""
        self._able = able(self._model)
        self.show(names)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until what is being done has ended."""
        if self._thread is not None:
            self._thread.join(timeout)

    def close(self) -> None:
        """Take the buttons away."""
        self.widget.close()

    def _listen(self) -> None:
        self._save.on_click(lambda _: self._begin_to_save())
        self._combine.on_click(lambda _: self._begin_to_combine())
        self._compare.on_click(lambda _: self._begin_to_compare())
        for field in (self._folder, self._how, self._name):
            field.observe(lambda _: self.show(self._names), "value")

    def _offer(self, button: Any, why_not: str, told: Callable[[], list[str]]) -> None:
        """Enable a button, with its lines of Python beside it; or not, with the reason."""
        why_not = AT_WORK if self._is_busy else why_not
        button.disabled = bool(why_not)
        self._told[button].value = _small(why_not) if why_not else _code(told())

    def _begin_to_save(self) -> None:
        files = self._files()
        kept = {name: file for name, file in files.items() if file.exists() and not self._overwrite.value}
        wanted = {name: file for name, file in files.items() if name not in kept}
        self._begin(lambda: self._save_each(wanted, list(kept.values())))

    def _save_each(self, wanted: dict[str, Path], kept: list[Path]) -> list[str]:
        said = [f"Not saved: {file.resolve()} is there already. Tick 'Overwrite files' to replace it." for file in kept]
        for number, (name, file) in enumerate(wanted.items(), start=1):
            self._say(
                [*said, f"At work: fitting {name} on all segments that are not locked, {number} of {len(wanted)}."]
            )
            try:
                said.append(f"Saved: {self._model.save(name, file).resolve()}")
                self._write_down(lines.save_lines(lines.called(self._model), {name: file}))
            except Exception as error:  # noqa: BLE001 -- whatever an estimator raises; the others can still be saved
                said.append(f"Not saved: {name}. {_reason(error)}")
        return said

    def _begin_to_combine(self) -> None:
        how, members, name = self._how.value, self._names, self._name.value.strip() or self._free_name()
        self._begin(lambda: self._combine_them(how, members, name))

    def _combine_them(self, how: str, members: tuple[str, ...], name: str) -> list[str]:
        self._say([f"At work: combining {', '.join(members)}."])
        self._model.ensemble(how, members=list(members), name=name)
        self._write_down([lines.ensemble_line(lines.called(self._model), how, members, name)])
        self._name.value = ""
        rank = self._model.leaderboard().frame()["rank"].get(name)
        refresh_views(self._model)
        return [f"'{name}' is on the leaderboard now, rank {rank}."]

    def _begin_to_compare(self) -> None:
        first, second = self._names
        self._begin(lambda: self._compare_them(first, second))

    def _compare_them(self, first: str, second: str) -> list[str]:
        self._say([f"At work: comparing {first} and {second}."])
        compared = self._model.compare(first, second)
        shown = [one for one in (compared, compared.chart()) if one is not None]
        self._shown.outputs = tuple(
            {"output_type": "display_data", "data": one.mimebundle(), "metadata": {}} for one in shown
        )
        self._write_down([lines.compare_line(lines.called(self._model), first, second)])
        return []

    def _begin(self, work: Callable[[], list[str]]) -> None:
        """Do something in a thread, so that the notebook can be used meanwhile."""
        self._is_busy = True
        self._say(["At work."])
        self.show(self._names)
        self._thread = threading.Thread(target=self._carry_out, args=(work,), daemon=True)
        self._thread.start()

    def _carry_out(self, work: Callable[[], list[str]]) -> None:
        try:
            with _one_at_a_time:
                said = work()
        except Exception as error:  # noqa: BLE001 -- a thread would lose it, and a person has to see it
            said = [_reason(error)]
        self._is_busy = False
        self._say(said)
        self.show(self._names)

    def _say(self, said: Iterable[str]) -> None:
        told = "<br>".join(escape(line).replace("\n", "<br>") for line in said)
        self._said.value = f'<div role="status" style="line-height:1.4;overflow-wrap:break-word">{told}</div>'

    def _write_down(self, done: Iterable[str]) -> None:
        """Keep the lines of what was done: they do the same without a click."""
        self._done += done
        self._log.value = f"<small>Done by clicks; the same in Python:</small>{_code(self._done)}"

    def _files(self) -> dict[str, Path]:
        return lines.files_of(self._names, self._folder.value)

    def _free_name(self) -> str:
        return lines.free_name(self._how.value, self._model.results.models)

    def _laid_out(self) -> widgets.VBox:
        rows = (
            (self._save, self._folder, self._overwrite),
            (self._combine, self._how, self._name),
            (self._compare,),
        )
        layout = {"flex_flow": "row wrap", "align_items": "center"}
        # the line beneath its button: a list of members may be long
        boxes = [part for row in rows for part in (widgets.HBox(row, layout=layout), self._told[row[0]])]
        return widgets.VBox([*boxes, self._said, self._log, self._shown])


def _text(description: str, value: str) -> widgets.Text:
    style, layout = {"description_width": "60px"}, {"width": "210px"}
    return widgets.Text(value=value, description=description, style=style, layout=layout)


def _code(told: Iterable[str]) -> str:
    """Return lines of Python as they can be copied."""
    # JupyterLab breaks a <pre> at any letter
    wrapped = "white-space:pre-wrap;word-break:normal;overflow-wrap:break-word"
    style = f"margin:0;font-size:12px;line-height:1.4;user-select:text;{wrapped}"
    return f'<pre style="{style}">{escape(chr(10).join(told))}</pre>'


def _small(told: str) -> str:
    return f'<div style="line-height:1.4"><small>{escape(told)}</small></div>'


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, MosiError) else f"{type(error).__name__}: {error}"
