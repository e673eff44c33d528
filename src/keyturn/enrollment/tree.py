"""Who came by whose PIN: the people of one PIN, and everybody who came by somebody, in whatever generation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from keyturn.enrollment.models import MadeByPin, Pin
from keyturn.people.models import Person

MOST = 500  # people of a tree; there may be more, and it says so
_DEEPEST = 50


@dataclass
class Node:
    """Somebody in the tree; `brought` are those who came by their PINs, the oldest first."""

    person: Person
    pin_id: UUID | None = None
    at: datetime | None = None
    depth: int = 0
    brought: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """A family, its root who was asked for; `is_cut` when there are more people than are shown."""

    root: Node
    many: int
    is_cut: bool

    def flat(self) -> list[Node]:
        """Everybody below the root, each before those who came by them; `depth` says how far to indent."""
        shown, waiting = [], list(reversed(self.root.brought))
        while waiting:
            node = waiting.pop()
            shown.append(node)
            waiting.extend(reversed(node.brought))
        return shown


def count(pin: Pin) -> int:
    """How many came by this PIN and are on record."""
    return MadeByPin.objects.filter(pin=pin).count()


def origin(person: Person) -> MadeByPin | None:
    """How somebody came on record, with the PIN's owner; None for whoever came without a PIN."""
    return MadeByPin.objects.filter(person=person).select_related("owner", "pin").first()


def family(person: Person, at_most: int = MOST) -> Tree:
    """Everybody who came by this person's PINs, and by theirs, and so on: one statement a generation."""
    root = Node(person)
    generation, many, is_cut, known = {person.pk: root}, 0, False, {person.pk}
    for depth in range(1, _DEEPEST + 1):
        born = _children(list(generation), at_most - many + 1)
        is_cut = len(born) > at_most - many
        generation = {
            made.person_id: _hang(generation[made.owner_id], made, depth)
            for made in born[: at_most - many]
            if made.person_id not in known
        }
        many, known = many + len(generation), known | generation.keys()
        if not generation or is_cut:
            break
    return Tree(root, many, is_cut or bool(_children(list(generation), 1)))


def _children(owners: list[UUID], at_most: int) -> list[MadeByPin]:
    theirs = MadeByPin.objects.filter(owner_id__in=owners).select_related("person")
    return list(theirs.order_by("at", "pk")[:at_most])


def _hang(parent: Node, made: MadeByPin, depth: int) -> Node:
    node = Node(made.person, made.pin_id, made.at, depth)
    parent.brought.append(node)
    return node
