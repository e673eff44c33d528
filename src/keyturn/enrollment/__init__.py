"""How people come on record, one by one or many from a file, and how they leave it."""
