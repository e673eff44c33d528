"""What Keyturn costs, measured over its real doors and beside its neighbours. README.md says how to run each."""
