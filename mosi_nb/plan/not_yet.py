"""What the cell language holds and this version cannot do: refused, never passed over."""

from __future__ import annotations

from collections.abc import Mapping

from mosi_nb.errors import SpecError
from mosi_nb.spec import Spec

KEYS: Mapping[str, str] = {}
COMPONENTS: Mapping[str, Mapping[str, str]] = {}


def refuse_not_yet(spec: Spec) -> None:
    """Raise for the first key or component whose engine is not there.

    Raises
    ------
    SpecError
        With what to write in its place.
    """
    for key, instead in KEYS.items():
        if getattr(spec, key) is not None:
            raise SpecError.not_yet(spec.places.get(key), key, f"'{key}'", instead)
    for key, later in COMPONENTS.items():
        use = getattr(spec, key)
        if use is not None and use.name in later:
            raise SpecError.not_yet(use.place, key, f"{key} = {use.name}", later[use.name])
