"""What happens to requests and messages before an operator looks at them."""

from datetime import datetime, timedelta

from keyturn.lib import clock
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.posting import Letter, post
from keyturn.people import queries
from keyturn.people.models import Person
from keyturn.recovery import follow_up
from keyturn.tenants import scope

REPLY = "550 5.1.1 <mara@movers.example>: no such user here"


def notices(person: Person, many: int, state: str = Message.QUEUED, begun: datetime | None = None) -> list[Message]:
    """So many notices to somebody's main email, one a second, in this state."""
    address, now = queries.main_email(person), begun or clock.now()
    letters = [Letter("password_changed", address, {}, now + timedelta(days=2)) for _ in range(many)]
    made = [post(one, person=person, now=now - timedelta(seconds=number)) for number, one in enumerate(letters)]
    if state not in Message.WAITING:
        for message in made:
            end(message, state, "")
    return made


def end(message: Message, state: str, words: str = REPLY) -> None:
    """The provider's last word about a message."""
    if words:
        Attempt.objects.create(message=message, at=clock.now(), profile="relay", outcome="refused", reply=words)
    ended = {"state": state, "ended_at": clock.now(), "last_reply": words, "sealed": None, "due_at": None}
    Message.objects.filter(pk=message.pk).update(**ended)


def follow_all_up() -> None:
    """The worker draws its conclusions."""
    with scope.inside(None):
        while follow_up.step():
            pass


def words_of(answer) -> str:
    """A page's text, blanks made one."""
    return " ".join(answer.content.decode().split())
