"""Check and Run: what a form does with its text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from mosi_nb.errors import MosiError
from mosi_nb.notebook.form.draft import refuse_no_name
from mosi_nb.notebook.form.latest import Latest
from mosi_nb.notebook.form.look import told

if TYPE_CHECKING:
    from mosi_nb.model import Model
    from mosi_nb.notebook.form.form import Form
    from mosi_nb.spec import Spec


NOT_STARTED = "the run could not be started; the notebook's log has the reason."
ABOVE = "correct the text first; the mistake is told above."
EARLIER = "The run below is of an earlier text."


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
        self.problem = look.html("", "mosi-form-problem")
        self.plan = look.html("", "mosi-form-plan")
        self.latest = Latest()
        self._told_of: str | None = None
        self._ran: tuple[Spec, str] | None = None
        self._run_said = ""

    def make_plan(self) -> None:
        """Show what would be run, or why it cannot be; made beside the form, which does not wait."""
        self._say("Checking ...")
        try:
            model = self._model()
        except MosiError as error:
            self._say(problem=told(error))
            return
        text = self._form.draft.text
        self.latest.ask(lambda: self._check(model, text))

    def changed(self) -> None:
        """Take away what was told of another text, and say whether the run below is of this one."""
        if self._told_of != self._form.draft.text:
            self._say_run()

    def start(self) -> None:
        """Train in the background; progress, Stop and the result stand below the form."""
        from mosi_nb.notebook.background import train  # noqa: PLC0415 -- only a run needs workers
        from mosi_nb.notebook.settings import setting  # noqa: PLC0415 -- as above

        self._say()
        flags, before = self._form.draft.flags, (self._ran, self._run_said)
        how = {"again": flags.again, "quiet": flags.quiet, "place": self._form.place}
        try:
            model = self._model()
            refuse_no_name(flags.name, "name")
            self.run.disabled = True
            self._ran, self._run_said = self._is_of(), f"Running '{flags.name}'; progress and Stop are below."
            self._say_run()
            on_error = flags.on_error or setting(self._form.shell, "on_error")
            train(self._form.shell, flags.name, model, on_error=on_error, ended=self._ended, **how)
        except BaseException as error:
            self.run.disabled = False
            self._ran, self._run_said = before
            is_ours = isinstance(error, MosiError)
            self._say(problem=told(error if is_ours else NOT_STARTED))
            if not is_ours:
                raise

    def _model(self) -> Model:
        from mosi_nb.model import Model  # noqa: PLC0415 -- as above
        from mosi_nb.notebook.clusters import meant  # noqa: PLC0415 -- as above

        draft = self._form.draft
        if draft.error is not None:
            raise draft.error
        cluster: Any = meant(self._form.shell, draft.flags.cluster) if draft.flags.cluster else None
        text = "\n" * draft.above + draft.body  # a mistake is told by its line in the text that is in view
        return Model.from_cell(text, self._form.namespace, cluster=cluster, name=draft.flags.name)

    def _check(self, model: Model, text: str) -> None:
        shown = problem = ""
        try:
            shown = model.plan_view().mimebundle()["text/html"]
        except MosiError as error:
            problem = told(error)
        except Exception as error:  # noqa: BLE001 -- of a user's own object; it must not be lost with the thread
            problem = told(f"{type(error).__name__}: {error}")
        if text == self._form.draft.text:
            self._say("" if problem else "The plan can be carried out; it is below.", shown, problem)

    def _ended(self, model: Model, error: BaseException | None) -> None:
        """Tell that a run has ended, from whatever thread; its result, or its error, stands in its place."""
        self.run.disabled = False
        finished = len(model.results.fits) if model.trained else 0
        if error is not None and not isinstance(error, KeyboardInterrupt):
            self._run_said = "The run has failed; the reason is below."
        elif finished and finished >= model.results.expected:
            self._run_said = "The run has ended; its result is below."
        elif finished:
            self._run_said = "The run was stopped; what was finished is below. Run goes on from there."
        else:
            self._run_said = "The run was stopped before its first fit was finished. Run begins anew."
        self._say_run()

    def _is_of(self) -> tuple[Spec, str] | None:
        """Return what a run of the text is of: comments and layout are not part of it."""
        draft = self._form.draft
        return None if draft.error is not None else (draft.spec, draft.flags.name or "")

    def _say_run(self) -> None:
        """Tell how it stands with the run whose progress or result is below, and nothing else."""
        self._say(self._run_said)
        self._told_of = None

    def _say(self, state: str = "", plan: str = "", problem: str = "") -> None:
        self._told_of = self._form.draft.text
        is_earlier = self._ran is not None and self._is_of() != self._ran
        self.state.value = escape(f"{state} {EARLIER}".strip() if is_earlier else state, quote=False)
        is_told = bool(problem) and problem == self._form.message.value
        self.plan.value, self.problem.value = plan, told(ABOVE, short=True) if is_told else problem
