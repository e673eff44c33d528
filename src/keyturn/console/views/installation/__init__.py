"""What owners of the installation have: its organizations, visits to them, and its own book."""
