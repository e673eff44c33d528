"""Many tables in one operation: what single operations do, with each model rendered once."""

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.state import ModelState, ProjectState

from keyturn.lib.tables import CreateModels


def model(name: str, *, of: str = "") -> CreateModel:
    fields = [("id", models.BigAutoField(primary_key=True))]
    link = models.ForeignKey(of, models.CASCADE) if of else models.TextField()
    return CreateModel(name, [*fields, ("link", link)])


def family() -> list[CreateModel]:
    return [model("Tenant"), *(model(name, of="shelf.Tenant") for name in ("Person", "Address", "Message"))]


class Editor:
    """Makes no tables, and notes which it was asked for."""

    connection = connection

    def __init__(self) -> None:
        self.asked: list[str] = []

    def create_model(self, made: type[models.Model]) -> None:
        self.asked.append(f"+{made.__name__}")

    def delete_model(self, gone: type[models.Model]) -> None:
        self.asked.append(f"-{gone.__name__}")


@pytest.fixture
def rendered(monkeypatch) -> list[str]:
    """The models that were rendered, as often as they were."""
    seen: list[str] = []
    render = ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda state, apps: (seen.append(state.name), render(state, apps))[1])
    return seen


@pytest.mark.parametrize(("operations", "renderings"), [([CreateModels(family())], 4), (family(), 10)])
def test_each_model_is_rendered_once(operations, renderings, rendered):
    state = ProjectState()
    assert state.apps is not None  # from here on each addition to it is rendered
    for operation in operations:
        operation.state_forwards("shelf", state)
    assert {made.__name__ for made in state.apps.get_models()} == {"Tenant", "Person", "Address", "Message"}
    assert len(rendered) == renderings


def test_tables_are_made_in_their_order_and_go_in_the_other():
    empty, full, editor = ProjectState(), ProjectState(), Editor()
    operation = CreateModels(family())
    operation.state_forwards("shelf", full)
    operation.database_forwards("shelf", editor, empty, full)
    operation.database_backwards("shelf", editor, full, empty)
    assert operation.describe() == "Create Tenant, Person, Address, Message"
    assert editor.asked == [
        "+Tenant",
        "+Person",
        "+Address",
        "+Message",
        "-Message",
        "-Address",
        "-Person",
        "-Tenant",
    ]
