"""A small file of each format, with made-up ids, words and numbers, in exactly the shapes of the real ones."""

import pickle

import h5py
import numpy as np
import pytest

FOLDS = {"train": ("film_a", 4), "valid": ("_b", 2), "test": ("c-d", 3)}
COUNT = sum(n for _, n in FOLDS.values())


def ids_of(fold, form="{video}$_${clip}"):
    video, n = FOLDS[fold]
    return [form.format(video=video, clip=k + 1, index=k) for k in range(n)]


def labels_of(fold):
    return np.round(np.linspace(-2.4, 2.6, FOLDS[fold][1]), 1).astype("f4")


def steps(n, t, d, padding=2, *, front=False):
    values = np.arange(1.0, n * t * d + 1).reshape(n, t, d).astype("f4")
    values[:, slice(0, padding) if front else slice(t - padding, t)] = 0
    return values


def mmsa(fold, aligned):
    n = FOLDS[fold][1]
    bert = np.zeros((n, 3, 6))
    bert[:, 1, :4] = 1
    held = {
        "raw_text": np.array([f"words of {i}" for i in ids_of(fold)]),
        "audio": steps(n, 6 if aligned else 9, 5),
        "vision": steps(n, 6 if aligned else 8, 20),
        "id": np.array(ids_of(fold)),
        "text": steps(n, 6, 8),
        "text_bert": bert,
        "annotations": np.array(["Positive"] * n),
        "classification_labels": np.ones(n),
        "regression_labels": labels_of(fold),
    }
    lengths = {} if aligned else {"audio_lengths": [3] * n, "vision_lengths": np.full(n, 4)}
    return held | lengths


def mult(fold):
    video, n = FOLDS[fold]
    ids = [[video, f"{(n - k) * 1.5:.2f}", f"{(n - k) * 1.5 + 1:.2f}"] for k in range(n)]
    return {
        "text": steps(n, 6, 300, front=True),
        "audio": steps(n, 9, 5, front=True),
        "vision": steps(n, 8, 20, front=True),
        "labels": labels_of(fold)[:, None, None],
        "id": np.array(ids).astype("S"),
    }


def segment(fold, k, features):
    words, length = ["sp", "so", f"word{k}"], 3
    label = labels_of(fold)[k].reshape(1, 1)
    visual, acoustic = np.full((length, 47), k + 1.0, "f4"), np.full((length, 74), k + 2.0, "f4")
    held = {"mag": (words, visual, acoustic), "misa": (np.arange(3), visual, acoustic, words)}
    held["mmim"] = ([], visual, acoustic, words, 3, 3)
    return held[features], label if features != "mag" else float(label[0, 0]), ids_of(fold, "{video}[{index}]")[k]


def samples(features, valid="dev"):
    names = {"train": "train", "valid": valid, "test": "test"}
    return {names[fold]: [segment(fold, k, features) for k in range(n)] for fold, (_, n) in FOLDS.items()}


def lmf(fold):
    n = FOLDS[fold][1]
    held = {b"covarep": np.ones((n, 74)), b"facet": np.ones((n, 47)), b"glove": steps(n, 6, 300)}
    return held | {b"label": labels_of(fold)[:, None]}


def videos():
    held = [np.ones((2, 3, 73)), np.array([[1, 0, 0], [1, 1, 0]]), np.ones((1, 3, 73)), np.array([[0, 1, 1]])]
    return (*held, 3, [2, 3], [1])


def csd(path, root, content):
    with h5py.File(path, "w") as file:
        for key, (features, intervals) in content.items():
            group = file.create_group(f"{root}/data/{key}")
            group.create_dataset("features", data=features, compression="gzip")
            group["intervals"] = np.array(intervals, dtype="f4")
        file.create_group(f"{root}/metadata")
    return path


def sdk_folder(folder):
    spoken = {video: [[3.0 * k, 3.0 * k + 2] for k in range(n)] for fold, (video, n) in FOLDS.items()}
    labels = {FOLDS[f][0]: (labels_of(f)[:, None], spoken[FOLDS[f][0]]) for f in FOLDS}
    frames = {
        v: (steps(3 * len(i), 1, 4, 0).reshape(-1, 4), [[k, k + 1] for k in range(3 * len(i))])
        for v, i in spoken.items()
    }
    words = {v: (np.array([[b"sp"], [b"hey"], [b"you"]] * len(i)), frames[v][1]) for v, i in spoken.items()}
    csd(folder / "CMU_MOSI_Opinion_Labels.csd", "Opinion Segment Labels", labels)
    csd(folder / "CMU_MOSI_COVAREP.csd", "COVAREP", frames)
    csd(folder / "CMU_MOSI_Visual_Facet_42.csd", "FACET_4.2", frames)
    csd(folder / "CMU_MOSI_TimestampedWords.csd", "words", words)
    return folder


def mfn_folder(folder):
    for fold, (_, n) in FOLDS.items():
        for name, values in {"X": steps(n, 20, 325, 15, front=True), "y": labels_of(fold).astype("f8")}.items():
            with h5py.File(folder / f"{name}_{fold}.h5", "w") as file:
                file["data"] = values
    return folder


def pickled(path, tree, protocol=4):
    path.write_bytes(pickle.dumps(tree, protocol))
    return path


@pytest.fixture(scope="session")
def build():
    """Return a function that writes the file or folder of a format."""

    def write(name, folder, protocol=4):
        if name in ("sdk", "mfn"):
            return {"sdk": sdk_folder, "mfn": mfn_folder}[name](folder)
        if name == "misa folder":
            for fold, held in samples("misa").items():
                pickled(folder / f"{fold}.pkl", held, protocol)
            return folder
        trees = {
            "aligned": lambda: {fold: mmsa(fold, aligned=True) for fold in FOLDS},
            "unaligned": lambda: {fold: mmsa(fold, aligned=False) for fold in FOLDS},
            "mult": lambda: {fold: mult(fold) for fold in FOLDS},
            "misa": lambda: samples("misa"),
            "mag": lambda: samples("mag"),
            "mmim": lambda: samples("mmim", "valid"),
            "lmf": lambda: {fold.encode(): lmf(fold) for fold in FOLDS},
            "audio": videos,
        }
        return pickled(folder / f"{name}.pkl", trees[name](), protocol)

    return write
