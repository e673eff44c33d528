"""`keyturn check`: refuses unsafe configuration, as every command does before it starts, and tells the warnings."""

from argparse import Namespace

from keyturn import checks


def run(given: Namespace) -> int:
    """What is broken was refused before this began; what remains are warnings."""
    for problem in checks.run():
        print(f"warning: {problem.sentence}")
    print("The configuration is safe to start with.")
    return 0
