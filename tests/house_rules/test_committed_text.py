"""What is committed is for everybody: it names no index, no machine and no maker."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# One letter of each pattern stands in brackets, so that no pattern finds itself.
UNWANTED = {
    "a package index": r"pyp[i]\.org|files\.pythonhoste[d]|registry\.npmj[s]|--(?:extra-)?index-ur[l]",
    "a path of one machine": r"(?<![\w.~*-])/(?:work|root|home|Users)/\w",
    "its making": (
        r"(?i)\b(?:cla[u]de|anthropi[c]|openA[I]|chatgp[t]|copilo[t]|CE[O]|sub-?agen[t]s?|AI[ ]assistan[t]"
        r"|co-authore[d]-by|(?:this|last|previous|another)[ ]sessio[n]|thi[s] brief)\b"
    ),
    "a number that means nothing elsewhere": r"(?i)(?<!/)\bissue[ ][#]?\d+\b",
}


def committed():
    listed = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout of git")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", UNWANTED)
def test_no_committed_text_names(what):
    found = []
    for path in committed():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
            if match := re.search(UNWANTED[what], line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert found == []


def test_constraints_are_exact_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [x for x in lines if not x.startswith("#") and not re.fullmatch(r"[\w.-]+==[\w.!+]+", x)] == []
