import contextlib
import threading
import time

import pytest

from mosi_nb.run.limit import StuckError, TooLongError, within


def spin():
    while True:
        with contextlib.suppress(Exception):  # as a careless estimator does
            sum(range(100))


def test_what_is_in_time_returns():
    assert within(5.0, lambda: "here") == within(None, lambda: "here") == "here"


def test_what_it_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 / 0)


def test_python_code_that_takes_too_long_is_ended():
    with pytest.raises(TooLongError, match=r"took longer than fit_limit, 0.2 s") as caught:
        within(0.2, spin)
    assert not isinstance(caught.value, StuckError)
    assert not [t for t in threading.enumerate() if t.name == "mosi_nb fit"]


def test_what_cannot_be_ended_is_told():
    began = time.monotonic()
    with pytest.raises(StuckError):
        within(0.1, lambda: time.sleep(4))
    assert time.monotonic() - began < 3
