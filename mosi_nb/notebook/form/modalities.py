"""Which modalities are used, and the encoders of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mosi_nb.cell.edit import with_key
from mosi_nb.errors import MosiError, SpecError
from mosi_nb.notebook.form.lists import Several
from mosi_nb.notebook.form.look import told
from mosi_nb.spec import MODALITIES

if TYPE_CHECKING:
    from mosi_nb.notebook.form.form import Form

EMPTY = {
    "text": "default, until one is added: tfidf for raw text",
    **dict.fromkeys(("audio", "video"), "default, until one is added: impute, scale(block=True)"),
}


class Modalities:
    """A box to tick for each modality, and below it the chain of its encoders."""

    def __init__(self, form: Form) -> None:
        self._form, self._showing = form, False
        look = form.look
        self.ticks = {m: look.tick(f"Use {m}", f"Whether {m} is used") for m in MODALITIES}
        self.chains = {
            m: Several(form, m, "encoder", f"{m} encoders", add=f"Add to {m}", empty=EMPTY[m]) for m in MODALITIES
        }
        self.message = look.html()
        self.note = look.html("", "mosi-form-about")
        ticks = look.box(*self.ticks.values(), across=True, classes=["mosi-form-ticks"])
        self._head = (ticks, self.note, self.message)
        self.widget = look.box(*self._head)
        for m, tick in self.ticks.items():
            tick.observe(lambda change, m=m: self._ticked(m, change["new"]), "value")

    def refresh(self) -> None:
        """Offer what is there by now."""
        for chain in self.chains.values():
            chain.refresh()

    def show(self) -> None:
        """Show what the text says."""
        used = self.used
        self._showing = True
        for m, tick in self.ticks.items():
            tick.value = m in used
        self._showing = False
        default = "Default: all that the data hold." if self._form.draft.spec.modalities is None else ""
        self.note.value, self.message.value = default, ""
        shown = [chain for m, chain in self.chains.items() if m in used]
        for chain in shown:
            chain.show()
        children = (*self._head, *(chain.widget for chain in shown))
        if self.widget.children != children:
            self.widget.children = children

    @property
    def used(self) -> list[str]:
        """The modalities that the text uses."""
        written = self._form.draft.spec.modalities
        return [*MODALITIES] if written is None else [m for m in MODALITIES if m in [use.name for use in written]]

    def _ticked(self, modality: str, on: Any) -> None:
        if self._showing:
            return
        wanted = [m for m in MODALITIES if (on if m == modality else m in self.used)]
        try:
            if not wanted:
                raise SpecError.at(None, "modalities", "at least one is needed.")
            self._form.edit(lambda text: self._changed(text, wanted))
        except MosiError as error:
            self.show()
            self.message.value = told(error, short=True)

    def _changed(self, text: str, wanted: list[str]) -> str:
        for m in MODALITIES:
            if m not in wanted:  # the plan refuses encoders of what is left out
                text = with_key(text, m, None)
        return with_key(text, "modalities", ", ".join(wanted))
