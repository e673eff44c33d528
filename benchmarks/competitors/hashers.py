"""Django's Argon2id hasher with the parameters that the benchmark was given, by default Keyturn's."""

import os

from django.contrib.auth.hashers import Argon2PasswordHasher


class SameArgon2(Argon2PasswordHasher):
    """`BENCHMARK_ARGON2` has the shape of KEYTURN_ARGON2: time cost, KiB, parallelism."""

    time_cost, memory_cost, parallelism = map(int, os.environ.get("BENCHMARK_ARGON2", "2,19456,1").split(","))
