"""Commands of the competitors."""
