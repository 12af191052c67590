"""Where data come from, as a cell names it."""

from mosi_nb.data import read, sample
from mosi_nb.registry import component

component("data", "sample")(sample)
component("data", "read")(read)
