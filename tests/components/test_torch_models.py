"""Torch modules and skorch nets: real ones, and small."""

import cloudpickle
import numpy as np
import pytest
import torch
from skorch import NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor
from skorch.callbacks import EarlyStopping
from skorch.dataset import ValidSplit
from torch import nn

from mosi_nb import SpecError
from mosi_nb.components.checkpoints import Checkpoint
from mosi_nb.components.foreign import adapted
from mosi_nb.errors import MissingExtraError
from mosi_nb.plan.checks import splits_rows
from mosi_nb.plan.keys import fit_keys


class Total(nn.Module):
    def forward(self, x):
        return x.sum()


class Net(nn.Module):
    def __init__(self, n_columns, hidden=4, outputs=1):
        super().__init__()
        self.inner, self.dropout = nn.Linear(n_columns, hidden), nn.Dropout(0.2)
        self.norm, self.outer = nn.BatchNorm1d(hidden), nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.outer(self.norm(self.dropout(torch.relu(self.inner(x)))))


@pytest.fixture(scope="module")
def rows():
    """Return features, sentiment and videos of 120 segments."""
    chance = np.random.default_rng(0)
    features = chance.normal(size=(120, 6))
    sentiment = np.clip(2 * features[:, 0] + chance.normal(size=120) * 0.1, -3, 3)
    return features, sentiment, np.repeat(np.arange(12).astype(str), 10)


def model(thing, **params):
    return adapted(thing).with_params(params).set_params(random_state=0)


def predicted(estimator, rows, checkpoint=None):
    features, sentiment, videos = rows
    return estimator.fit(features, sentiment, videos=videos, checkpoint=checkpoint).predict(features)


KINDS = {
    "regression": lambda: model(Net, max_epochs=4),
    "classes": lambda: model(Net, outputs=7, max_epochs=4),
    "early stopping": lambda: model(Net, max_epochs=6, valid=0.2, patience=2),
    "lazy": lambda: model(nn.Sequential(nn.LazyLinear(3), nn.Tanh(), nn.LazyLinear(1), nn.Flatten(0)), max_epochs=3),
    "recurrent": lambda: model(Last, max_epochs=3),
    "skorch": lambda: model(NeuralNetRegressor(Net, max_epochs=3)),
    "skorch classes": lambda: model(NeuralNetClassifier(Net, criterion=nn.CrossEntropyLoss, module__outputs=5)),
    "skorch two classes": lambda: model(NeuralNetBinaryClassifier(Net, max_epochs=3)),
}


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.outer, self.shape = nn.GRU(2, 4, batch_first=True), nn.Linear(4, 1), torch.Size([3, 2])

    def forward(self, x):
        return self.outer(self.gru(x.unflatten(1, self.shape))[0][:, -1])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_numbers_and_every_state_leads_to_them(kind, rows):
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()  # noqa: NPY002
    kept = []
    expected = predicted(KINDS[kind](), rows, Checkpoint(0.0, kept.append))
    assert expected.shape == (120,)
    assert np.isfinite(expected).all()
    assert len(kept) >= 3
    for state in kept:
        np.testing.assert_array_equal(predicted(KINDS[kind](), rows, Checkpoint(60.0, print, state)), expected)
    np.testing.assert_array_equal(predicted(KINDS[kind](), rows), expected)
    assert (torch.get_rng_state() == before[0]).all()
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002
    assert torch.get_num_threads() == before[2]


def test_it_learns(rows):
    found = predicted(model(Net, max_epochs=40, lr=0.01, hidden=16), rows)
    assert np.abs(found - rows[1]).mean() < 0.5 * np.abs(rows[1] - rows[1].mean()).mean()


def test_what_is_held_out_are_videos_and_the_best_epoch_is_kept(rows):
    fitted = model(Net, max_epochs=60, lr=0.5, valid=0.3, patience=3)
    predicted(fitted, rows)
    losses = [valid for _, _, valid in fitted.history_]
    assert len(losses) == int(np.argmin(losses)) + 1 + 3
    with pytest.raises(ValueError, match="nobody knows their videos"):
        fitted.fit(rows[0], rows[1])


def test_a_skorch_net_holds_out_whole_videos_in_place_of_rows(rows):
    net = NeuralNetRegressor(Net, max_epochs=9, lr=0.2, callbacks=[EarlyStopping(patience=2)])
    seen = []

    class Spy(EarlyStopping):
        def on_train_begin(self, net, X, y, **others):  # noqa: N803 -- skorch's name
            seen.append(len(X))
            super().on_train_begin(net, **others)

    kept = []
    predicted(model(net.set_params(callbacks=[Spy(patience=2)])), rows, Checkpoint(0.0, kept.append))
    assert seen == [100]  # of 12 videos, a fifth, which is 2 of 10 segments each, is held out
    assert kept == []  # nobody knows what a callback remembers
    assert splits_rows(model(net)) == []
    assert splits_rows(net) == ["train_split=ValidSplit"]
    assert splits_rows(model(net.set_params(train_split=ValidSplit([])))) == ["train_split=ValidSplit"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_fitted_travels(kind, rows):
    fitted = KINDS[kind]()
    expected = predicted(fitted, rows)
    np.testing.assert_array_equal(cloudpickle.loads(cloudpickle.dumps(fitted)).predict(rows[0]), expected)


def test_weights_of_an_instance_are_where_each_fit_begins(rows):
    torch.manual_seed(0)
    mine = nn.Linear(6, 1)
    before = mine.weight.detach().clone()
    first = model(mine, max_epochs=1, lr=1e-9)
    predicted(first, rows)
    assert torch.allclose(first.module_.weight, before, atol=1e-6)
    assert torch.equal(mine.weight, before)


@pytest.mark.parametrize(
    ("outputs", "told"),
    [(4, "it has 4 outputs for a segment. One output is sentiment"), (9, "2, 3, 5 or 7 outputs are classes")],
)
def test_outputs_that_stand_for_nothing_are_refused(outputs, told, rows):
    with pytest.raises(ValueError, match=told):
        predicted(model(Net, outputs=outputs), rows)


def test_a_module_that_returns_something_else_is_told(rows):
    with pytest.raises(ValueError, match="forward returned a tuple for 2 segments; it is to return one row for each"):
        predicted(model(nn.GRU(6, 3)), rows)
    with pytest.raises(ValueError, match=r"returned a tensor of shape \(\) for 2 segments; it is to return one row"):
        predicted(model(Total()), rows)


def test_in_a_cell_parameters_are_those_of_the_class_and_of_the_training(make_plan_of):
    plan = make_plan_of("models = Net(hidden=[2, 3], max_epochs=[1, 2], lr=0.1)\nbaselines = none", Net=Net)
    assert [tuple(c.params.values()) for c in plan.candidates] == [(2, 1), (2, 2), (3, 1), (3, 2)]
    assert {(c.estimator.lr, c.estimator.random_state) for c in plan.candidates} == {(0.1, 0)}
    with pytest.raises(SpecError, match=r"unknown parameter of 'Net': 'hiden'. Did you mean 'hidden'\?"):
        make_plan_of("models = Net(hiden=2)", Net=Net)
    with pytest.raises(SpecError, match="max_epochs"):
        make_plan_of("models = Net(max_epochs=0)", Net=Net)
    with pytest.raises(SpecError, match=r"the class Wants needs 'hidden'. Write Wants\(hidden=...\)"):
        make_plan_of("models = Wants", Wants=Wants)


class Wants(nn.Module):
    def __init__(self, in_features, hidden):
        super().__init__()


def test_a_skorch_net_takes_parameters_under_the_names_of_skorch(make_plan_of):
    net = NeuralNetRegressor(Net)
    plan = make_plan_of("models = net(max_epochs=[1, 2], module__hidden=3)\nbaselines = none", net=net)
    assert [c.estimator.net.max_epochs for c in plan.candidates] == [1, 2]
    assert plan.candidates[0].estimator.net.module__hidden == 3
    with pytest.raises(SpecError, match=r"unknown parameter of 'net': 'max_epoch'. Did you mean 'max_epochs'\?"):
        make_plan_of("models = net(max_epoch=3)", net=net)


def test_equal_nets_have_the_same_key_and_others_another(make_plan_of):
    def key(thing):
        return set(
            fit_keys(make_plan_of("models = net\nbaselines = none\nmodalities = audio", net=thing)).by_fit.values()
        )

    def seeded(seed):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.LazyLinear(1))

    assert key(seeded(0)) == key(seeded(0)) != key(seeded(1))
    assert key(Net) == key(Net)
    assert key(NeuralNetRegressor(Net)) != key(NeuralNetRegressor(Net, lr=0.5))


def test_without_skorch_the_line_that_installs_it_is_told(make_plan_of, monkeypatch):
    monkeypatch.setattr("mosi_nb.components.torch_nets.importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"the torch module Net needs the package skorch.*\n.*mosi_nb\[torch\]"):
        make_plan_of("models = Net", Net=Net)
