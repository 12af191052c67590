"""Check and Run: what a form does with its text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import MosiError, SpecError
from mosi_nb.notebook.form.latest import Latest
from mosi_nb.notebook.form.look import told

if TYPE_CHECKING:
    from mosi_nb.model import Model
    from mosi_nb.notebook.form.form import Form


class Running:
    """The buttons Check and Run, and what they tell.

    Parameters
    ----------
    form
        Whose text is checked and run.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        look = form.look
        self.check = look.button("Check", self.make_plan, "Make the plan: what would be run. Nothing is fitted.")
        self.run = look.button("Run", self.start, "Train in the background; progress and result come below", "primary")
        self.state = look.html("", "mosi-form-state")
        self.plan = look.html("", "mosi-form-plan")
        self.latest = Latest()
        self._of: str | None = None

    def make_plan(self) -> None:
        """Show what would be run, or why it cannot be; made beside the form, which does not wait."""
        self._say("Checking ...", "")
        try:
            model = self._model()
        except MosiError as error:
            self._say("", told(error))
            return
        text = self._form.draft.text
        self.latest.ask(lambda: self._check(model, text))

    def changed(self) -> None:
        """Take away what was told of another text, but for a run that is under way."""
        if self._of not in (None, self._form.draft.text) and not self.run.disabled:
            self._say("", "")

    def start(self) -> None:
        """Train in the background; progress, Stop and the result stand below the form."""
        from mosi_nb.notebook.background import train  # noqa: PLC0415 -- only a run needs workers
        from mosi_nb.notebook.settings import setting  # noqa: PLC0415 -- as above

        self._say("", "")
        flags = self._form.draft.flags
        how = {"again": flags.again, "quiet": flags.quiet, "place": self._form.place}
        try:
            model = self._model()
            _refuse_no_name(flags.name)
            self.run.disabled = True
            self._say(f"Running '{flags.name}'; progress and Stop are below.", "")
            on_error = flags.on_error or setting(self._form.shell, "on_error")
            train(self._form.shell, flags.name, model, on_error=on_error, ended=self._ended, **how)
        except MosiError as error:
            self.run.disabled = False
            self._say("", told(error))
        except BaseException:
            self.run.disabled = False
            self._say("", told("the run could not be started; the notebook's log has the reason."))
            raise

    def _model(self) -> Model:
        from mosi_nb.model import Model  # noqa: PLC0415 -- as above
        from mosi_nb.notebook.clusters import meant  # noqa: PLC0415 -- as above

        draft = self._form.draft
        if draft.error is not None:
            raise draft.error
        cluster: Any = meant(self._form.shell, draft.flags.cluster) if draft.flags.cluster else None
        return Model.from_cell(draft.body, self._form.namespace, cluster=cluster, name=draft.flags.name)

    def _check(self, model: Model, text: str) -> None:
        try:
            said, shown = "The plan can be carried out:", model.plan_view().mimebundle()["text/html"]
        except MosiError as error:
            said, shown = "", told(error)
        except Exception as error:  # noqa: BLE001 -- of a user's own object; it must not be lost with the thread
            said, shown = "", told(f"{type(error).__name__}: {error}")
        if text == self._form.draft.text:
            self._say(said, shown)

    def _ended(self, model: Model, error: BaseException | None) -> None:
        """Tell that a run has ended, from whatever thread; its result, or its error, stands in its place."""
        self.run.disabled = False
        is_whole = model.trained and len(model.results.fits) >= model.results.expected
        if error is not None and not isinstance(error, KeyboardInterrupt):
            self._say("The run has failed; the reason is below.", "")
        elif is_whole:
            self._say("The run has ended; its result is below.", "")
        else:
            self._say("The run was stopped; what was finished is below. Run goes on from there.", "")

    def _say(self, state: str, below: str) -> None:
        self._of = self._form.draft.text
        self.state.value, self.plan.value = escape(state, quote=False), below


def _refuse_no_name(name: str | None) -> None:
    if not name:
        advice = "Write it in the field Name, or behind %%mosi_experiment."
        raise SpecError.at(None, "name", "the result needs a name.", advice=advice)
