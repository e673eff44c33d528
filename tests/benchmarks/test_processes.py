"""Processor time counts children, living or ended."""

import subprocess
import sys

from benchmarks.rig.processes import cpu_ms

# more than is asked for: the system rounds down, the user's share and its own, to a hundredth of a second each
BURN = "import time\nwhile time.process_time() < 0.35: pass"
PARENT = (
    f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\nprint(flush=True)\nsys.stdin.read()"
)


def test_the_time_of_a_child_that_ended_is_counted():
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()
        assert cpu_ms(parent.pid) >= 300
        parent.stdin.close()


def test_what_does_not_exist_costs_nothing():
    assert cpu_ms(None) == 0
