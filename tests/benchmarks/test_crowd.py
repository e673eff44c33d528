"""The benchmarks' crowd is written by SQL of its own, which must name every column that a table has to have."""

import re
from pathlib import Path

import benchmarks.rig
import pytest
from django.apps import apps
from django.db.models import NOT_PROVIDED

SQL = (Path(benchmarks.rig.__file__).parent / "crowd.sql").read_text(encoding="utf-8")
WRITTEN = dict(re.findall(r"^INSERT INTO (\w+) \(([^)]+)\)", SQL, re.MULTILINE))
MODELS = {model._meta.db_table: model for model in apps.get_models()}


@pytest.mark.parametrize("table", WRITTEN)
def test_no_column_that_must_be_there_is_left_out(table):
    fields = MODELS[table]._meta.concrete_fields
    needed = {field.column for field in fields if not field.null and field.db_default is NOT_PROVIDED}
    named = {column.strip() for column in WRITTEN[table].split(",")}
    assert needed <= named <= {field.column for field in fields}


def test_each_statement_was_found():
    assert len(WRITTEN) == SQL.count("INSERT INTO")
