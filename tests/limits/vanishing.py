"""A row that is gone at the worst moment: between the statement that refused and the one that asks until when."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def before_it_is_read(model: type[Model]) -> Iterator[None]:
    """Whoever reads the table by itself finds it empty."""

    def execute_too_late(execute, statement, *rest):
        if statement.startswith("SELECT"):
            model.objects.all().delete()
        return execute(statement, *rest)

    with connection.execute_wrapper(execute_too_late):
        yield
