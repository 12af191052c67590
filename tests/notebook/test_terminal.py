"""IPython in a terminal: progress on one line, the result as a table of text."""

import os
import pty
import re
import select
import subprocess
import sys
import time

LIMIT = 240
"""Seconds after which a terminal that hangs is given up."""

LINES = """\
%load_ext mosi_nb
%%mosi_experiment first
data = sample(videos=6)
models = ridge(alpha=[1, 10])
modalities = text
folds = by_video(2)
jobs = 1


print("ended", first.best().name)
exit
"""


def typed(lines, environment):
    """Type lines into IPython in a terminal of its own; return what it shows."""
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"]
    shell = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=os.environ | environment, close_fds=True)
    os.close(its)
    os.write(ours, lines.encode())
    shown, end = b"", time.monotonic() + LIMIT
    try:
        while time.monotonic() < end and select.select([ours], [], [], LIMIT)[0]:
            shown += os.read(ours, 65536)
    except OSError:  # a terminal whose other side is closed has ended
        pass
    finally:
        os.close(ours)
        shell.kill()
        shell.wait()
    return shown.decode()


def test_a_terminal_shows_progress_on_one_line_and_the_leaderboard_as_text(tmp_path):
    shown = typed(LINES, {"IPYTHONDIR": str(tmp_path), "TERM": "xterm", "MOSI_NB_HISTORY": "none"})
    steps = re.findall(r"\r\x1b\[K(\d+)/(\d+) fits · \d+:\d\d", shown)
    assert {total for _, total in steps} == {"6"}, shown
    assert re.search(r"\r\x1b\[Krank +model +mae ↓ ", shown), "the table begins where the progress stood"
    assert re.search(r"^ *1 a +ridge +\*\d\.\d{3} ", shown, re.MULTILINE)
    assert "* best of its column; ↓ smaller is better" in shown
    assert "ended ridge" in shown
    assert "Traceback" not in shown
    assert "<table" not in shown
