"""Fixtures that tests of several folders ask for."""

import os
from pathlib import Path

import pytest

REAL_MOSI = Path(__file__).parents[2] / "shared" / "data" / "mosi"


@pytest.fixture(scope="session")
def real_mosi():
    """Return the folder with the real CMU-MOSI files, which are no part of the project."""
    if REAL_MOSI.is_dir():
        return REAL_MOSI
    reason = f"the real MOSI files are not in {REAL_MOSI}"
    if os.environ.get("MOSI_NB_REQUIRE_REAL_DATA") == "1":
        pytest.fail(f"{reason}, and MOSI_NB_REQUIRE_REAL_DATA=1 asks for them")
    pytest.skip(reason)
