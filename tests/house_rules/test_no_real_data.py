"""The real CMU-MOSI is research material of others: nothing of it may be committed."""

import csv
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_id_and_no_transcript_of_the_real_data_is_in_the_project(real_mosi):
    with (real_mosi / "mosi_utterances.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    videos = {row["video_id"] for row in rows}
    transcripts = {row["text"].lower() for row in rows if len(row["text"].split()) > 6}
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8", errors="ignore") if (ROOT / name).is_file() else ""
        assert [video for video in videos if video in text] == [], name
        assert [told for told in transcripts if told in text.lower()] == [], name
