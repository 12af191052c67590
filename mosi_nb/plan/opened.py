"""The data that an experiment names, opened."""

from __future__ import annotations

from mosi_nb.components import build, lookup
from mosi_nb.components.build import Namespace
from mosi_nb.data import as_segments
from mosi_nb.data.segments import Segments
from mosi_nb.errors import SpecError
from mosi_nb.registry import Component
from mosi_nb.spec import Spec, Use


def open_data(spec: Spec, namespace: Namespace) -> Segments:
    """Return the segments that the key `data` means.

    Parameters
    ----------
    spec
        What was asked for.
    namespace
        The notebook's variables.

    Raises
    ------
    SpecError
        If there is no such key, or nobody knows its name.
    DataError
        If the data cannot be read.
    """
    data = spec.data
    if data is None:
        sentence = "there are no data to learn from: an experiment needs the key 'data'."
        raise SpecError.at(None, "data", sentence, advice='For example: data = sample(), or data = "mosi.csv"')
    if not isinstance(data, Use):
        return as_segments(data)
    found = lookup(data, "data", "data", namespace)
    if isinstance(found, Component):
        return as_segments(build(found, data, "data"))
    if data.called:
        sentence = f"'{data.name}' is a variable of the notebook; a cell names it and does not call it."
        raise SpecError.at(data.place, "data", sentence, advice=f"Write data = {data.name}.")
    return as_segments(found)
