"""The cell language: text to `Spec` and back. Nothing in a cell is ever executed."""

from mosi_nb.cell.arguments import Search, spec_of
from mosi_nb.cell.parse import parse, parse_value
from mosi_nb.cell.write import write

__all__ = ["Search", "parse", "parse_value", "spec_of", "write"]
