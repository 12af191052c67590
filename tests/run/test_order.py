from mosi_nb.run.fit import Unit
from mosi_nb.run.order import HANDFUL_SECONDS, OneByOne, Order


def order_of(guesses, folds=3, workers=2, models=None, *, together=True):
    models = models or [f"model {n}" for n in range(len(guesses))]
    units = [Unit(family, fold) for family in range(len(guesses)) for fold in range(folds)]
    return Order(units, models, guesses, workers, together=together)


def taken(order, takes=(), learn=None):
    """Hand all units out, telling the order at once how long each took."""
    batches = []
    while units := order.take():
        batches.append(units)
        if learn:
            for unit in units:
                order.learn(unit.family, learn[unit.family])
    return batches


def test_every_unit_is_handed_out_once():
    order = order_of([0.01, 5.0, 0.3], folds=7)
    units = [unit for batch in taken(order) for unit in batch]
    assert sorted((u.family, u.fold) for u in units) == [(n, fold) for n in range(3) for fold in range(7)]
    assert order.take() == []


def test_the_quickest_model_comes_first_so_that_there_is_a_row():
    batches = taken(order_of([5.0, 0.001, 1.0]), learn=[5.0, 0.001, 1.0])
    assert [unit.family for batch in batches for unit in batch][:3] == [1, 1, 1]


def test_then_each_family_is_tried_and_the_rest_goes_longest_first():
    batches = taken(order_of([1.0, 0.0, 2.0, 3.0]), learn=[3.0, 0.0, 2.0, 1.0])
    families = [unit.family for batch in batches for unit in batch][3:]
    assert families == [3, 2, 0, 0, 0, 2, 2, 3, 3]


def test_short_fits_go_together_and_long_ones_alone():
    quick = HANDFUL_SECONDS / 10
    batches = taken(order_of([quick, 4.0], folds=100), learn=[quick, 4.0])
    assert max(len(batch) for batch in batches) >= 9
    assert all(len(batch) == 1 for batch in batches if batch[0].family == 1)


def test_towards_the_end_less_is_handed_out_together():
    quick = HANDFUL_SECONDS / 10
    batches = taken(order_of([quick], folds=100), learn=[quick])
    assert len(batches[-1]) <= 2


def test_what_nobody_knows_goes_one_by_one():
    assert [len(batch) for batch in taken(order_of([0.0001], folds=5))] == [1] * 5


def test_a_limit_wants_each_fit_by_itself():
    order = order_of([0.0001, 0.0001], together=False)
    order.learn(0, 0.0001)
    assert len(order.take()) == 1


def test_suspects_go_one_at_a_time():
    order = OneByOne([Unit(0, 0), Unit(1, 0)])
    order.learn(0, 1.0)
    assert [order.take(), order.take(), order.take()] == [[Unit(0, 0)], [Unit(1, 0)], []]
