"""One saved model in one file: the fitted pipeline, its predictions, and how it came about.

The file is a zip of three members: `about.json`, `pipeline.skops` and `predictions.npz`. Nothing in
it is executed when it is read; the types that may be constructed are listed here, never in the file.

To change the format: raise `FORMAT`, write a function that turns the previous `about.json` into the
new one, call it in `_about`, and keep a file of the previous format among the tests.
"""

from __future__ import annotations

import io
import json
import os
import platform
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from mosi_nb.components.ensembles import Combined
from mosi_nb.errors import BundleError, MissingExtraError
from mosi_nb.results import Fit, Fold, Vector
from mosi_nb.storage.networks import own_layers
from mosi_nb.storage.trees import TYPES as TREES
from mosi_nb.storage.trees import check_trees

FORMAT = 1
LARGEST_MEMBER = 4 * 2**30
MEMBERS = ("about.json", "pipeline.skops", "predictions.npz")
TRUSTED = (
    "mosi_nb.components.estimators.FixedPassesMLP",
    "mosi_nb.components.estimators.FixedPassesMLPClassifier",
    "mosi_nb.components.estimators.Nothing",
    "mosi_nb.components.estimators.CentredKernelRidge",
    "mosi_nb.components.ensembles.Combined",
    "mosi_nb.components.ensembles.Greedy",
    "mosi_nb.components.ensembles.Mean",
    "mosi_nb.components.ensembles.Median",
    "mosi_nb.components.ensembles.Stack",
    "mosi_nb.components.ensembles.Weighted",
    "mosi_nb.components.gaussian.ScaledGaussianProcess",
    "mosi_nb.components.lexicon.Lexicon",
    "mosi_nb.components.ordinal.OrdinalLogistic",
    "mosi_nb.components.keras_models.KerasModel",
    "mosi_nb.components.keras_plain.Template",
    "mosi_nb.components.outputs.Outputs",
    "mosi_nb.components.plain_modules.Instance",
    "mosi_nb.components.plain_modules.Stored",
    "mosi_nb.components.handed_over.HandedOver",
    "mosi_nb.components.tasks.SentimentClassifier",
    "mosi_nb.components.torch_models.ModuleModel",
    "mosi_nb.components.torch_models.SkorchModel",
    "mosi_nb.components.thresholds.Thresholds",
    "mosi_nb.components.transformers.Dense",
    "mosi_nb.components.transformers.FiniteImputer",
    "mosi_nb.components.transformers.PoolSteps",
    "mosi_nb.components.transformers.Scaler",
    "mosi_nb.components.transformers.TakeModality",
    "mosi_nb.components.transformers.Transcripts",
    "numpy.dtype",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.feature_selection._univariate_selection.f_regression",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
)
DECISIVE = ("mosi_nb", "scikit-learn")
PACKAGES = ("mosi_nb", "scikit-learn", "numpy", "scipy", "skops")


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes
    ----------
    model
        Name of the model.
    cell
        The experiment, as cell text.
    pipeline
        Fitted, from segments to predicted sentiment.
    modalities
        Those that the pipeline looks at.
    scale
        Lowest and highest sentiment.
    fits
        Of the candidate that was chosen, with their predictions.
    segment_ids, video_ids, sentiment
        Of all rows of the data, each of shape (n_segments,).
    metrics
        Names of the metrics, the one that ranks first.
    fingerprint
        Of data, folds and target.
    notes
        What whoever loads it should know.
    baseline
        Whether it was there to compare with.
    members
        Of an ensemble, the scores of its members by name and metric.
    versions
        Of Python and packages, by name.
    """

    model: str
    cell: str
    pipeline: Pipeline | Combined
    modalities: tuple[str, ...]
    scale: tuple[float, float]
    fits: tuple[Fit, ...]
    segment_ids: NDArray[np.str_]
    video_ids: NDArray[np.str_]
    sentiment: Vector
    metrics: tuple[str, ...]
    fingerprint: str = ""
    notes: tuple[str, ...] = ()
    baseline: bool = False
    members: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def save(saved: Saved, file: str | Path) -> Path:
    """Write a model to a file; one that is there already is replaced only when all is written.

    Parameters
    ----------
    saved
        The model.
    file
        Where to; the ending `.mosi` is customary.

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    BundleError
        If the file cannot be written, or the pipeline holds what cannot be saved.
    """
    path = Path(file)
    about = {name: getattr(saved, name) for name in ("model", "cell", "modalities", "scale", "metrics", "fingerprint")}
    about |= {"format": FORMAT, "versions": _versions(), "notes": saved.notes, "baseline": saved.baseline}
    about["members"] = {name: dict(scores) for name, scores in saved.members.items()}
    about["fits"] = [_described(fit) for fit in saved.fits]
    import skops.io  # noqa: PLC0415 -- 0.4 s that only saved models need

    try:
        pipeline = skops.io.dumps(saved.pipeline)
    except Exception as error:
        message = f"{saved.model} cannot be saved: {type(error).__name__}: {error}"
        raise BundleError(message) from error
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as bundle:
            contents = (json.dumps(about, default=_plain), pipeline, _arrays(saved))
            for member, content in zip(MEMBERS, contents, strict=True):
                bundle.writestr(member, content)
        partial.replace(path)
    except OSError as error:
        message = f"{path}: the model could not be written: {error}"
        raise BundleError(message) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def load(file: str | Path, trusted: Sequence[str] = ()) -> Saved:
    """Read a model from a file.

    Parameters
    ----------
    file
        As `save` wrote it.
    trusted
        Full names of types beyond scikit-learn's and the package's own that may be constructed,
        such as the class of your own estimator. Name only what you know: their code is run.

    Raises
    ------
    BundleError
        If the file is no saved model, is damaged, or holds types that are not trusted.
    """
    path = Path(file)
    try:
        with zipfile.ZipFile(path) as bundle:
            members = {name: _member(bundle, name, path) for name in MEMBERS}
        about = _about(members["about.json"], path)
        arrays = np.load(io.BytesIO(members["predictions.npz"]), allow_pickle=False)
        fits = tuple(_fit(one, about["model"], number, arrays) for number, one in enumerate(about["fits"]))
        rows = {name: arrays[name] for name in ("segment_ids", "video_ids", "sentiment")}
    except FileNotFoundError:
        message = f"{path}: there is no such file."
        raise BundleError(message) from None
    except BundleError:
        raise
    except Exception as error:  # noqa: BLE001 -- a damaged file may raise anything
        message = f"{path}: this is no saved model, or it is damaged ({type(error).__name__}: {error})."
        raise BundleError(message) from None
    pipeline = _pipeline(members["pipeline.skops"], path, trusted)
    kept = {name: about[name] for name in ("model", "cell", "fingerprint", "baseline", "versions")}
    kept["members"] = about.get("members", {})  # files before there were ensembles have none
    tuples = {name: tuple(about[name]) for name in ("modalities", "scale", "metrics", "notes")}
    return Saved(pipeline=pipeline, fits=fits, **rows, **kept, **tuples)  # type: ignore[arg-type]  # checked by key


def _member(bundle: zipfile.ZipFile, name: str, path: Path) -> bytes:
    if bundle.getinfo(name).file_size > LARGEST_MEMBER:
        message = f"{path}: {name} is larger than {LARGEST_MEMBER // 2**30} GiB; it is not read."
        raise BundleError(message)
    return bundle.read(name)


def _about(text: bytes, path: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(text)
    if about["format"] > FORMAT:
        written = about.get("versions", {}).get("mosi_nb", "?")
        message = f"{path}: written by mosi_nb {written}, in a format that this version does not know. Update mosi_nb."
        raise BundleError(message)
    return about


def _pipeline(content: bytes, path: Path, trusted: Sequence[str]) -> Pipeline | Combined:
    import skops.io  # noqa: PLC0415 -- as above

    try:
        named = set(skops.io.get_untrusted_types(data=content))
        allowed = sorted({*TRUSTED, *TREES, *own_layers(named), *trusted})
        unknown = sorted(named - set(allowed))
        with warnings.catch_warnings():
            # scikit-learn's about versions: `differing` tells it once, in the leaderboard's notes.
            warnings.simplefilter("ignore")
            pipeline: Pipeline | Combined | None = None if unknown else skops.io.loads(content, trusted=allowed)
        if not set(TREES) & set(trusted):
            check_trees(pipeline)
    except MissingExtraError:
        raise
    except Exception as error:  # noqa: BLE001 -- as above
        message = f"{path}: the pipeline cannot be read ({type(error).__name__}: {error})."
        raise BundleError(message) from None
    if not isinstance(pipeline, Pipeline | Combined):
        raise _refused(path, unknown)
    return pipeline


def _refused(path: Path, unknown: Sequence[str]) -> BundleError:
    if not unknown:
        return BundleError(f"{path}: what it holds is no pipeline.")
    return BundleError(
        f"{path}: it holds types that are not trusted: {', '.join(unknown)}.\n"
        f"If they are yours, load it with trusted={list(unknown)!r}."
    )


def differing(saved: Saved) -> dict[str, tuple[str, str]]:
    """Return the packages that decide how the pipeline acts and are of another version now: then and now."""
    now = _versions()
    then = {name: str(saved.versions.get(name, "?")) for name in DECISIVE}
    return {name: (then[name], now[name]) for name in DECISIVE if then[name] != now[name]}


def _described(fit: Fit) -> dict[str, Any]:
    names = ("params", "fit_seconds", "predict_seconds", "warnings")
    return {name: getattr(fit, name) for name in names} | {"repeat": fit.fold.repeat, "number": fit.fold.number}


def _fit(one: Mapping[str, Any], model: str, number: int, arrays: Mapping[str, Any]) -> Fit:
    fold = Fold(one["repeat"], one["number"], arrays[f"train_{number}"], arrays[f"held_out_{number}"])
    predicted, segments = arrays[f"predicted_{number}"], len(arrays["sentiment"])
    if predicted.shape != fold.held_out.shape or np.any(fold.held_out >= segments):
        message = f"fold {number + 1} does not fit its segments"
        raise ValueError(message)
    times = {name: one[name] for name in ("fit_seconds", "predict_seconds")}
    return Fit(model, 0, one["params"], fold, predicted, warnings=tuple(one["warnings"]), **times)


def _arrays(saved: Saved) -> bytes:
    arrays: dict[str, Any] = {"sentiment": saved.sentiment}
    arrays |= {name: np.asarray(getattr(saved, name)).astype(str) for name in ("segment_ids", "video_ids")}
    for number, fit in enumerate(saved.fits):
        arrays |= {f"train_{number}": fit.fold.train, f"held_out_{number}": fit.fold.held_out}
        arrays[f"predicted_{number}"] = fit.predicted
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def _plain(value: object) -> object:
    """Write what JSON does not know: numbers of numpy, and mappings that cannot be changed."""
    if isinstance(value, np.generic):
        return value.item()
    return dict(value) if isinstance(value, Mapping) else str(value)
