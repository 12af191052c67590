"""The form without a browser: controls are driven in Python, as a front end would."""

import pytest
from sklearn.linear_model import Ridge

from mosi_nb import Model, sample
from mosi_nb.cell.edit import source_of
from mosi_nb.errors import DataError, FitError
from mosi_nb.notebook import background
from mosi_nb.notebook.form import opening
from mosi_nb.notebook.form.data import as_data
from mosi_nb.notebook.form.draft import Draft
from mosi_nb.notebook.form.form import Form
from mosi_nb.notebook.form.opening import Opened, follow
from mosi_nb.notebook.form.sections import OUTLINES
from mosi_nb.notebook.form.versions import LATE, Versions
from mosi_nb.notebook.template import template
from mosi_nb.registry import component, find, names
from mosi_nb.spec import KEYS

CELL = """\
%%mosi_experiment first
data       = data_8               # made up
modalities = text
models     = ridge(alpha=[1, 10]), svr  # two
folds      = by_video(3)
"""


@pytest.fixture
def form(shell):
    """Return a form of a small cell."""
    made = Form(shell.ipython, CELL)
    made.section("Data").parts[0].latest.wait()
    yield made
    made.close()


def opened(form, title):
    section = form.section(title)
    if not section.open:
        section.toggle()
    return section.parts


def later(form):
    """Let the front end have taken up what was sent to it."""
    form._versions = Versions(form.text.value)


def field(part, name):
    return part.parameters._fields[name]


def test_a_field_changes_the_text_and_nothing_else_in_it(form):
    (models,) = opened(form, "Models")
    field(models, "alpha").control.value = "log(0.1, 10, 3)"
    assert form.text.value == CELL.replace("[1, 10]), svr  #", "log(0.1, 10, 3)), svr  #")
    field(models, "alpha").control.value = ""
    assert "models     = ridge, svr" in form.text.value
    assert field(models, "alpha").control.placeholder == "default: 1.0"
    assert "Strength of the penalty, > 0" in field(models, "alpha").control.tooltip


def test_typing_in_the_text_changes_the_fields(form):
    (models,), (folds,) = opened(form, "Models"), opened(form, "Folds")
    form.text.value = CELL.replace("[1, 10]", "[2, 2e1]").replace("by_video(3)", "holdout(share=0.5)")
    assert field(models, "alpha").control.value == "[2, 2e1]"
    assert (folds.choice.value, field(folds, "share").control.value) == ("holdout", "0.5")
    assert form.section("Folds").summary.value == '<span title="holdout(share=0.5)">holdout(share=0.5)</span>'


def test_a_mistake_in_the_text_is_told_with_its_line_and_leaves_the_fields(form):
    (models,) = opened(form, "Models")
    form.text.value = CELL.replace("= by_video", ": by_video").replace("[1, 10]", "5")
    assert "<b>Error</b> <div>line 5: found &#x27;folds:&#x27;" in form.message.value
    assert "^^^^" in form.message.value
    assert field(models, "alpha").control.value == "[1, 10]"
    field(models, "alpha").control.value = "7"
    assert "the text cannot be read, so that no field can change it." in field(models, "alpha").message.value
    assert opened(form, "Limits and seed")[4].field.asked.name == "Seed"
    seed = form.section("Limits and seed").parts[4].field
    seed.control.value = "5"
    assert "the text cannot be read" in seed.message.value
    form.text.value = CELL  # the fields show again what it says
    assert (form.message.value, field(models, "alpha").control.value) == ("", "[1, 10]")
    assert (seed.control.value, seed.message.value) == ("", "")
    seed.control.value = "5"
    assert form.text.value.endswith("\nseed       = 5\n")


def test_what_is_typed_while_a_field_changes_the_text_is_not_lost(form):
    (models,), seed = opened(form, "Models"), opened(form, "Limits and seed")[4].field
    seed.control.value = "5"
    form.text.value = f"{CELL}# x"  # sent before the text with the seed had come
    assert form.text.value == f"{CELL}seed       = 5\n# x"
    form.text.value = f"{CELL}seed       = 5\n# xy"
    field(models, "alpha").control.value = "3"
    form.text.value = f"{CELL}seed       = 5\n# xyz"
    assert "ridge(alpha=3), svr" in form.text.value
    assert form.text.value.endswith("seed       = 5\n# xyz")
    other = CELL.replace("data_8               # made up", "data_24")
    form.text.value = other  # pasted over all of it
    assert (form.text.value, seed.control.value) == (other, "")
    assert "what a field changed just now is not in the text" in form.message.value
    later(form)
    form.text.value = CELL
    assert (form.text.value, form.message.value) == (CELL, "")
    field(models, "alpha").control.value = "3"
    form.text.value = CELL.replace("[1, 10]", "[1, 100]")  # at the same place: the field's is made again
    assert "ridge(alpha=3)" in form.text.value
    later(form)
    form.text.value = CELL
    field(models, "alpha").control.value = "4"
    form.text.value = CELL.replace("[1, 10]", "[1, 10")
    assert "[1, 10" in form.text.value
    assert "what a field changed just now is not in the text" in form.message.value


def test_a_text_that_comes_long_after_a_change_is_taken_as_it_is():
    clock = [0.0]
    versions = Versions("seed = 1\njobs = 2", lambda: clock[0])
    versions.send("seed = 1\njobs = 2\nfolds = by_video(5)")
    clock[0] = LATE
    assert versions.arrive("seed = 1\njobs = 23") == ("seed = 1\njobs = 23", True)


def test_a_name_that_nobody_knows_is_told_while_the_text_is_typed(form):
    form.text.value = CELL.replace("svr", "svvr")
    assert "line 4: unknown model: &#x27;svvr&#x27;. Did you mean &#x27;svr&#x27;?" in form.message.value


def test_what_cannot_stand_in_a_field_is_told_beside_it(form):
    (models,) = opened(form, "Models")
    alpha = field(models, "alpha")
    alpha.control.value = "[1, "
    assert "this is no value that a cell can hold: [1," in alpha.message.value
    assert (form.text.value, alpha.control.value) == (CELL, "[1, ")  # it can be corrected
    alpha.control.value = '["<b>"]'
    assert "wants a number, found &quot;&lt;b&gt;&quot;" in alpha.message.value
    assert "line 4: &#x27;alpha&#x27; of model &#x27;ridge&#x27; wants a number" in form.message.value
    alpha.control.value = "[3]"
    assert (alpha.message.value, form.message.value) == ("", "")


def test_components_are_added_moved_and_taken_away(form):
    (models,) = opened(form, "Models")
    models.adding.value = "knn"
    models.add.click()
    assert source_of(form.draft.body, "models") == ["ridge(alpha=[1, 10])", "svr", "knn"]
    assert (models.listing.index, next(iter(models.parameters._fields))) == (2, "n_neighbors")
    models.up.click()
    assert (source_of(form.draft.body, "models")[1], models.listing.index) == ("knn", 1)
    models.remove.click()
    models.listing.index = 0
    models.remove.click()
    assert form.text.value.splitlines()[3].split("#") == [f"{'models     = svr':45}", " two"]
    models.remove.click()
    assert "models" not in form.text.value
    assert models.listing.options == (("none yet: add one", 0),)
    assert not models.remove.disabled  # it has the focus
    models.remove.click()
    assert "there is none to take away." in models.message.value
    models.add.click()
    assert "models     = knn" in form.text.value
    models.down.click()
    assert "there is none to change places with below." in models.message.value
    assert (models.add.description, models.up.description) == ("Add model", "Model up")


def test_what_a_later_cell_makes_is_offered_by_itself(form, shell):
    (models,), (data,), (metrics,) = opened(form, "Models"), opened(form, "Data"), opened(form, "Metrics")
    follow(shell.ipython, form)
    shell.names["my_net"] = Ridge(5.0)
    shell.names["trained"] = Model(sample(videos=8))

    @component("model", "mine_too")
    def mine_too(depth: int = 2, kind: str = "<b>") -> Ridge:
        """Something <b>bold</b>."""
        return Ridge()

    shell.run("def near(sentiment, predicted):\n    return 0.0")
    offered = dict(models.adding.options)
    assert offered["my_net: of the notebook. Linear least squares with l2 regularization."] == "my_net"
    assert offered["mine_too: Something <b>bold</b>."] == "mine_too"
    assert "trained" not in offered.values()
    assert "near: of the notebook" in dict(metrics.adding.options)
    assert data.control.options == ("sample()", "data_8", "data_24")
    for name in ("mine_too", "my_net"):
        models.adding.value = name
        models.add.click()
    assert field(models, "alpha").control.placeholder == "default: 5.0"
    models.select(2)
    assert "&lt;b&gt;bold&lt;/b&gt;" in models.parameters.widget.children[0].value
    shell.run("%unload_ext mosi_nb")
    assert [
        one.__qualname__ for one in shell.ipython.events.callbacks["post_run_cell"] if "follow" in one.__qualname__
    ] == []


def test_data_are_looked_at_beside_the_form(form):
    (data,) = opened(form, "Data")
    assert "<b>195 segments of 8 videos</b>" in data.found.value
    data.control.value = "no/such <i>.csv"
    assert 'data       = "no/such <i>.csv"' in form.text.value
    data.latest.wait()
    assert "no/such &lt;i&gt;.csv: there is no such file or folder" in data.found.value
    data.control.value = "sample(videos=6)"
    data.latest.wait()
    assert "of 6 videos" in data.found.value
    field(data, "videos").control.value = "7"
    assert "data       = sample(videos=7)     # made up" in form.text.value
    data.latest.wait()
    assert "of 7 videos" in data.found.value


def test_a_path_gets_quotes_and_a_variable_none():
    held = {"mosi": {}}
    typed = ["mosi.csv", "'a b.csv'", "mosi", "read('x.csv')", "a/b", ""]
    assert [as_data(one, held) for one in typed] == ["mosi.csv", "'a b.csv'", "mosi", "read('x.csv')", '"a/b"', ""]
    assert as_data("mosi.csv", {}) == '"mosi.csv"'


def test_modalities_are_ticked_and_have_chains_of_encoders(form):
    (part,) = opened(form, "Modalities and encoders")
    assert [tick.value for tick in part.ticks.values()] == [True, False, False]
    part.ticks["audio"].value = True
    assert "modalities = text, audio" in form.text.value
    chain = part.chains["audio"]
    for name in ("scale", "pool"):
        chain.adding.value = name
        chain.add.click()
    field(chain, "statistics").control.value = "mean, std"
    assert "audio      = scale, pool(mean, std)" in form.text.value
    assert field(chain, "statistics").control.value == "mean, std"
    part.ticks["audio"].value = False
    assert "audio" not in form.text.value
    part.ticks["text"].value = False
    assert "at least one is needed" in part.message.value
    assert part.ticks["text"].value


def test_a_key_with_one_component_has_its_default_in_the_list(form):
    (folds,) = opened(form, "Folds")
    assert folds.choice.options[0] == ("default: by_video(5)", "")
    field(folds, "k").control.value = "2"
    field(folds, "stratify").control.value = "True"
    assert "folds      = by_video(2, stratify=True)" in form.text.value
    assert field(folds, "stratify").control.options == (("default: False", ""), ("yes", "True"), ("no", "False"))
    folds.choice.value = ""
    assert "folds" not in form.text.value
    folds.choice.value = "by_speaker"
    assert "line 5: folds &#x27;by_speaker&#x27; needs &#x27;speakers&#x27;." in form.message.value


def test_what_is_added_to_the_default_metrics_stands_beside_them(form):
    (metrics,) = opened(form, "Metrics")
    metrics.adding.value = "rmse"
    metrics.add.click()
    assert "metrics    = mae, corr, acc7, acc2_nonzero, rmse" in form.text.value
    assert metrics.listing.options[-1] == ("5. rmse", 5)


def test_name_flags_limits_and_the_rest_are_written(form):
    name, on_error, cluster, again = opened(form, "Name and flags")
    name.field.control.value = "second"
    on_error.field.control.value = "keep"
    cluster.field.control.value = "tcp://10.0.0.1:8786"
    again.control.value = True
    line = "%%mosi_experiment second --on-error keep --cluster tcp://10.0.0.1:8786 --again"
    assert form.text.value.splitlines()[0] == line
    for wrong, said in (("first --again", "cannot be the name"), ("class", "cannot be the name"), ("", "needs a name")):
        name.field.control.value = wrong
        assert said in name.field.message.value
    assert form.text.value.splitlines()[0] == line
    later(form)
    form.text.value = form.text.value.replace(line, "%%mosi_experiment third")
    assert (name.field.control.value, on_error.field.control.value, again.control.value) == ("third", "", False)
    fields = dict(
        zip(("budget", "fit_limit", "checkpoint", "jobs", "seed"), opened(form, "Limits and seed"), strict=False)
    )
    fields["budget"].field.control.value = "10min"
    fields["seed"].field.control.value = "-1"
    assert 'budget     = "10min"' in form.text.value
    assert "&#x27;seed&#x27; wants a whole number" in fields["seed"].field.message.value
    assert "seed" not in form.text.value


def test_every_key_has_a_section():
    assert sorted(key for outline in OUTLINES for key in outline.keys) == sorted(KEYS)


@pytest.mark.parametrize("kind", ["model", "encoder", "ensemble", "folds", "test", "search", "fusion"])
def test_every_component_has_fields_that_show_its_defaults(form, kind):
    key = {"model": "models", "encoder": "text"}.get(kind, kind)
    title = {"models": "Models", "text": "Modalities and encoders", "ensemble": "Ensembles, ablation, baselines"}
    part = opened(form, title.get(key, kind.capitalize()))[0]
    part = part.chains["text"] if key == "text" else part
    for name in names(kind):
        form.edit(lambda text, name=name: opening_edit(text, key, name))
        assert list(part.parameters._fields) == list(find(kind, name).parameters)
        assert all(one.message.value == "" for one in part.parameters._fields.values())


def opening_edit(text, key, name):
    from mosi_nb.cell.edit import with_key

    return with_key(text, key, name)


def test_changes_of_the_text_are_taken_back_and_made_again(form):
    (models,) = opened(form, "Models")
    field(models, "alpha").control.value = "3"
    for typed in ("s", "se", "see", "seed = 1"):  # letters in one line are one change
        form.text.value = CELL.replace("[1, 10]), svr  ", "3), svr        ") + typed
    form.undo.click()
    form.undo.click()
    assert form.text.value == CELL
    assert form.undo.disabled
    form.redo.click()
    assert (field(models, "alpha").control.value, form.redo.disabled) == ("3", False)
    field(models, "alpha").control.value = "4"
    assert form.redo.disabled


def test_a_draft_refuses_another_magic_and_flags_that_nobody_knows():
    assert "a form is of %%mosi_experiment, found %%time." in str(Draft("%%time\nseed = 0").error)
    assert "--bakground" in str(Draft("%%mosi_experiment first --bakground\nseed = 0").error)
    assert Draft("seed = 0").error is None


def test_check_shows_the_plan_or_why_there_is_none(form):
    form.running.check.click()
    form.running.latest.wait()
    assert form.running.state.value == "The plan can be carried out; it is below."
    assert "12 fits" in form.running.plan.value
    form.edit(lambda text: text.replace("by_video(3)", "by_video(40)"))
    assert (form.running.state.value, form.running.plan.value) == ("", "")  # it was of another text
    form.running.check.click()
    form.running.latest.wait()
    assert "line 5: 40 folds, but the data has only" in form.running.problem.value


class Trained:
    trained = True

    def __init__(self, fits, expected):
        self.results = type("Results", (), {"fits": [0] * fits, "expected": expected})


def test_run_trains_in_the_background_in_the_place_of_the_form(form, monkeypatch):
    started = []
    monkeypatch.setattr(background, "train", lambda *given, **how: started.append((given, how)))
    form.place = "place"
    form.edit_line(lambda line: f"{line} --again --on-error keep")
    form.running.run.click()
    (shell, name, model), how = started[0]
    assert (shell, name, model.cell) == (form.shell, "first", Model.from_cell(form.draft.body, {}).cell)
    ended = how.pop("ended")
    assert how == {"again": True, "quiet": False, "place": "place", "on_error": "keep"}
    assert form.running.run.disabled
    assert form.running.state.value == "Running 'first'; progress and Stop are below."
    for model, error, said in (
        (Trained(2, 3), None, "The run was stopped; what was finished is below."),
        (Trained(0, 3), None, "The run was stopped before its first fit was finished."),
        (Trained(3, 3), None, "The run has ended"),
        (Trained(1, 3), FitError("svr"), "The run has failed"),
    ):
        ended(model, error)
        assert form.running.state.value.startswith(said)
    assert not form.running.run.disabled
    text = form.text.value
    form.text.value = f"{text}seed = 1"
    failed = "The run has failed; the reason is below."
    assert form.running.state.value == f"{failed} The run below is of an earlier text."
    form.text.value = f"{text}# nothing else"
    assert form.running.state.value == failed


def test_a_run_that_cannot_begin_says_why(form, monkeypatch):
    def train(*_given, **_how):
        raise DataError.of("x.csv", "<b>.")

    monkeypatch.setattr(background, "train", train)
    form.running.run.click()
    assert "x.csv: &lt;b&gt;." in form.running.problem.value
    form.text.value = form.text.value.replace(" first", "")
    form.running.run.click()
    assert "the result needs a name." in form.running.problem.value
    form.text.value = "models: ridge"
    form.running.run.click()
    assert "the mistake is told above." in form.running.problem.value
    assert not form.running.run.disabled


def test_a_saved_notebook_holds_the_text(form):
    bundle = form._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == form.widget.model_id
    assert (bundle["text/plain"], "script" in bundle["text/html"]) == (CELL, False)
    kept = []
    form.keep_in(type("Handle", (), {"update": staticmethod(lambda shown, raw: kept.append(shown["text/html"]))}))
    form.text.value = CELL + "# <b>"
    assert "# &lt;b&gt;</pre>" in kept[-1]


def test_the_magic_opens_inserts_and_explains(shell, monkeypatch):
    shown, error = shell.run("%mosi_form")
    assert error is None
    assert (
        shown == f"A form needs a notebook: a terminal shows no widgets. A cell to begin with:\n\n{template('first')}"
    )
    assert "%mosi_form --cell" in shell.run("%mosi_form --help")[0]
    shell.names.update(mine=Model.from_cell("seed = 3  # as written", {}), words="data = sample()")
    assert "%%mosi_experiment mine\nseed = 3  # as written" in shell.run("%mosi_form mine")[0]
    inserted = []
    monkeypatch.setattr(type(shell.ipython), "set_next_input", lambda self, text: inserted.append(text))
    monkeypatch.setattr(opening, "in_notebook", lambda shell: True)
    opening.forget(shell.ipython)
    assert "no form was opened yet." in str(shell.refused("%mosi_form --cell"))
    assert "there is no variable 'mime'." in str(shell.refused("%mosi_form mime"))
    assert "'data_8' is of type" in str(shell.refused("%mosi_form data_8"))
    shell.run("%mosi_form words")
    shell.run("%mosi_form --cell")
    shell.run("%mosi_form --cell mine")
    assert inserted == ["%%mosi_experiment words\ndata = sample()", "%%mosi_experiment mine\nseed = 3  # as written"]
    Opened.last.close()
