import threading
import warnings

import joblib
import pytest
from threadpoolctl import threadpool_info

from mosi_nb.run.alone import quiet


def threads():
    return max((library["num_threads"] for library in threadpool_info()), default=1)


def test_joblib_is_sequential_and_native_threads_are_one_inside():
    before = threads()
    with quiet():
        assert (joblib.effective_n_jobs(-1), threads()) == (1, 1)
    assert threads() == before


def test_warnings_are_kept_and_filters_put_back():
    before = warnings.filters[:]
    with quiet() as caught:
        warnings.warn("first", stacklevel=1)
    assert [str(w.message) for w in caught] == ["first"]
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="outside"):
        warnings.warn("outside", UserWarning, stacklevel=1)


def test_one_inside_another_keeps_its_own():
    with quiet() as outer:
        with quiet() as inner:
            warnings.warn("inner", stacklevel=1)
        warnings.warn("outer", stacklevel=1)
    assert [[str(w.message) for w in caught] for caught in (outer, inner)] == [["outer"], ["inner"]]


def test_threads_of_one_process_keep_their_own_warnings():
    both_in, found = threading.Barrier(2), {}

    def fit(name):
        with quiet() as caught:
            for _ in range(20):
                both_in.wait()
                warnings.warn(name, stacklevel=1)
        found[name] = {str(w.message) for w in caught}, len(caught)

    before = warnings.showwarning
    started = [threading.Thread(target=fit, args=(name,)) for name in ("one", "two")]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert found == {"one": ({"one"}, 20), "two": ({"two"}, 20)}
    assert warnings.showwarning is before
