"""The classifier finds what there is to find, and nothing where there is nothing."""

import random

from benchmarks.privacy import accuracy

DICE = random.Random(5)


def drawn(mean: float, spread: float, truth: bool, count: int = 2000) -> list[tuple[float, bool]]:
    return [(DICE.gauss(mean, spread), truth) for _ in range(count)]


def test_classes_that_do_not_overlap_are_told_apart():
    assert accuracy(drawn(1, 0.1, True) + drawn(3, 0.1, False)) > 0.99
    assert accuracy(drawn(3, 0.1, True) + drawn(1, 0.1, False)) > 0.99


def test_classes_that_differ_in_spread_alone_are_told_apart():
    assert accuracy(drawn(2, 0.1, True) + drawn(2, 1.0, False)) > 0.8


def test_one_class_under_two_names_is_not():
    assert 0.44 < accuracy(drawn(2, 0.5, True) + drawn(2, 0.5, False)) < 0.56
