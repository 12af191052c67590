"""Scores on MOSI as they were published, under the names that their metrics have here.

Most are of one seed on the standard test fold. Whose definition a paper took is not always known: where its
Acc-2 counts neutral segments as non-negative it stands under `acc2_nonneg`, where it leaves them out under
`acc2_nonzero`. They are numbers to look at, not to test against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMES = ("mae", "corr", "acc7", "acc5", "acc2_nonneg", "acc2_nonzero", "f1_nonneg", "f1_nonzero")


@dataclass(frozen=True)
class Published:
    """One row of a published table.

    Attributes
    ----------
    name
        Of the model, as published.
    metrics
        By name; accuracies and F1 from 0 to 1.
    source
        Where it was read.
    """

    name: str
    metrics: Mapping[str, float]
    source: str


def best_published(metric: str, *, larger_is_better: bool) -> Published | None:
    """Return the model with the best published score; None for a metric without one.

    Examples
    --------
    >>> best_published("mae", larger_is_better=False).name
    'DMMF'
    """
    rows = [row for row in PUBLISHED if metric in row.metrics]
    sign = 1 if larger_is_better else -1
    return max(rows, key=lambda row: sign * row.metrics[metric], default=None)


_SOURCES = {
    "SDK": "scoreboard of CMU-MultimodalSDK, read in 2026",
    "CMB": "table in the repository of CM-BERT (thuiar/Cross-Modal-BERT)",
    "DE": "table in the repository of DEMSA (mmm587/DEMSA), compiled by its authors",
    "DM": "table in the repository of DMMF (mmm587/DMMF), compiled by its authors",
    "TFN2": "table in an unofficial repository of TFN",
    "MMSA": "re-run by MMSA (thuiar/MMSA), mean over seeds",
}

# model | mae corr acc7 acc5 acc2_nonneg acc2_nonzero f1_nonneg f1_nonzero | source; accuracies and F1 x 100, as printed
_TABLE = """
SVM-MD           |   1.10    .53      -   32.0   71.6      -   72.3      - | TFN2
RF-MD            |   1.11    .51      -   31.9   71.4      -   72.1      - | TFN2
BC-LSTM          |  1.079   .581   28.7      -   73.9      -   73.9      - | SDK
EF-LSTM          |  1.023   .608   33.7      -   75.3      -   75.2      - | CMB
MV-LSTM          |  1.019   .601   33.2      -   73.9      -   74.0      - | SDK
TFN              |   .970   .633   32.1      -   73.9      -   73.4      - | SDK
MARN             |   .968   .625   34.7      -   77.1      -   77.0      - | SDK
MFN              |   .965   .632   34.1      -   77.4      -   77.3      - | SDK
LMF              |   .912   .668   32.8      -   76.4      -   75.7      - | SDK
MFM              |   .951   .662   36.2      -   78.1      -   78.1      - | SDK
CH-Fusion        |      -      -      -      -   80.0      -      -      - | SDK
RAVEN            |   .915   .691   33.2      -   78.0      -   76.6      - | SDK
RMFN             |   .922   .681   38.3      -   78.4      -   78.0      - | SDK
MCTN             |   .909   .676   35.6      -   79.3      -   79.1      - | SDK
MulT             |   .871   .698   40.0      -      -   83.0      -   82.8 | SDK
TFN (BERT)       |   .901   .698   34.9      -      -   80.8      -   80.7 | SDK
LMF (BERT)       |   .917   .695   33.2      -      -   82.5      -   82.4 | SDK
MFM (BERT)       |   .877   .706   35.4      -      -   81.7      -   81.6 | SDK
ICCN (BERT)      |   .860   .710   39.0      -      -   83.0      -   83.0 | SDK
MISA             |   .783   .761   42.3      -   81.8   83.4   81.7   83.6 | SDK
CM-BERT          |   .729   .791   44.9      -      -      -      -      - | CMB
MAG-BERT         |   .712   .796      -      -   84.2   86.1   84.1   86.0 | SDK
MAG-XLNet        |   .675   .821      -      -   85.7   87.9   85.6   87.9 | SDK
Self-MM          |   .712   .795  45.79      -  82.54  84.77      -  84.91 | DM
MMIM             |   .700   .800      -      -  84.14  86.06  84.00  85.98 | DE
TETFN            |   .717   .800      -      -  84.05  86.10  83.83  86.07 | DE
ALMT             |   .683   .805      -      -  84.55  86.43  84.55  86.43 | DE
EMT              |   .705   .798   47.4      -   83.3   85.0   83.2   85.0 | DM
DMMF             |   .671   .831  48.28      -  85.84  87.94  85.81  87.95 | DM
ef_lstm (MMSA)   |  .9488  .6690  35.39  40.15  77.38  78.48  77.35  78.51 | MMSA
lf_dnn (MMSA)    |  .9548  .6584  34.52  38.05  77.52  78.63  77.46  78.63 | MMSA
tfn (MMSA)       |  .9473  .6733  34.46  39.39  77.99  79.08  77.95  79.11 | MMSA
lmf (MMSA)       |  .9504  .6510  33.82  38.13   77.9  79.18   77.8  79.15 | MMSA
mfn (MMSA)       |  .9268  .6702  35.83  40.47  77.67  78.87  77.63  78.90 | MMSA
graph_mfn (MMSA) |  .9557  .6486  34.64  38.63  77.14  78.35  77.08  78.35 | MMSA
mult (MMSA)      |  .8799  .7022  36.91  42.68  79.71  80.98  79.63  80.95 | MMSA
misa (MMSA)      |  .7765  .7781  41.37  47.08  81.84  83.54  81.82  83.58 | MMSA
self_mm (MMSA)   |  .7080  .7963  46.67  53.47  83.44  85.46  83.36  85.43 | MMSA
tetfn (MMSA)     |  .7084  .7984  45.77  53.64  83.24  85.37  83.13  85.33 | MMSA
cenet (MMSA)     |  .7254  .7953  44.90  50.87  83.53  85.21  83.49  85.22 | MMSA
"""


def _row(line: str) -> Published:
    name, values, source = (part.strip() for part in line.split("|"))
    scores = {
        metric: round(float(value) / (1 if metric in ("mae", "corr") else 100), 6)
        for metric, value in zip(NAMES, values.split(), strict=True)
        if value != "-"
    }
    return Published(name, scores, _SOURCES[source])


PUBLISHED = tuple(_row(line) for line in _TABLE.strip().splitlines())
"""All of them, in the order of their sources."""
