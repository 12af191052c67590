"""Small files of each format, with made-up ids and words."""

import h5py
import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def table():
    """Return six segments of three videos; an id holds `_`, as some real ones do."""
    return pd.DataFrame(
        {
            "segment_id": ["v_a_1", "v_a_2", "_b_1", "_b_2", "c_1", "c_2"],
            "text": ["good", "NA", "", "dull, really", "null", "fine"],
            "label": [2.4, -1.0, 0.0, -2.2, 1.2, 3.0],
            "mode": ["train", "train", "dev", "dev", "test", "test"],
        }
    )


@pytest.fixture
def csv(table, tmp_path):
    path = tmp_path / "segments.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def features(table, tmp_path):
    """Return a .npz in another order of rows, with one segment too many and one missing."""
    path = tmp_path / "features.npz"
    ids = np.array(["x_9", *table.segment_id[::-1][:-1]])
    np.savez(path, segment_id=ids, audio73=np.arange(18.0).reshape(6, 3), video=np.ones((6, 2)), label=np.zeros(6))
    return path


@pytest.fixture
def csd(tmp_path):
    """Return labels as the SDK writes them."""
    path = tmp_path / "labels.csd"
    with h5py.File(path, "w") as file:
        for video, labels in {"v_a": [2.4, -1.0], "_b": [0.0, -2.2], "c": [1.2, 3.0]}.items():
            group = file.create_group(f"Opinion Segment Labels/data/{video}")
            group["features"] = np.array(labels, dtype=np.float32)[:, None]
            group["intervals"] = np.array([[0.0, 1.5], [2.0, 2.0]], dtype=np.float32)
        file.create_group("Opinion Segment Labels/metadata")
    return path


@pytest.fixture
def poria(tmp_path):
    """Return a folder laid out as Poria's, four segments with two in each fold."""
    folder = tmp_path / "poria"
    folder.mkdir()
    (folder / "transcripts.csv").write_text(
        '"a_1","GOOD","1","1"\n"a_2","BAD","1","0"\n"b_1","SO","2","1"\n"b_2","HM","2","0"\n'
    )
    for fold, rows in {"train": [2, 3], "test": [1, 0]}.items():
        (folder / f"text_{fold}.csv").write_text("".join(f'"{row}","0.5"\n' for row in rows))
        for name in ("text", "audio", "video"):
            (folder / f"{name}_{fold}0.csv").write_text("".join(f'"{row}.5","7","{(row + 1) % 2}"\n' for row in rows))
    return folder
