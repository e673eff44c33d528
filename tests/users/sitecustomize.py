"""Python reads this first in every process under test (tests/conftest.py): what only the tests brought along
is not there, as it is not with users. structlog would read them for each of the hundreds of processes that a run
starts."""

import sys

sys.modules |= dict.fromkeys(("greenlet", "rich"))
