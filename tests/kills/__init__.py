"""Processes that die by kill -9, at every named point and at any moment, and what becomes of the passwords."""

DOOM = "doom"  # the file in the data folder that names the point where the next process dies; see doomed.py
TORN = "redeem.torn"  # no point of the product: the transaction that settles is cut in two, death stands between
