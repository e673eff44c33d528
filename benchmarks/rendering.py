"""(h) Rendering: what a tenant's own words cost, beside one plain string. python -m benchmarks.rendering

One process, one thread, one kept SMTP connection to the mail catcher. The same message goes out in turns: as one
string that nobody merged; in built-in words; in stored words whose HTML is made of the text; in stored words with
HTML of their own, a style sheet to inline, and every item. Processor time of the sender alone counts, from the
values to the server's last answer. Cleaning, inlining and cutting happen once for each version, and are told apart.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

_FOLDER = tempfile.TemporaryDirectory(prefix="benchmark-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "keyturn.settings", "KEYTURN_DATA": _FOLDER.name}
os.environ.pop("KEYTURN_DATABASE_URL", None)

import django  # noqa: E402 -- the environment comes first

django.setup()

from benchmarks.rig import options, report  # noqa: E402
from benchmarks.rig.inbox import Inbox  # noqa: E402
from keyturn.outbox import render  # noqa: E402
from keyturn.outbox.layouts import drafted, variables  # noqa: E402
from keyturn.outbox.layouts.core.words import Words  # noqa: E402
from keyturn.outbox.layouts.importing import default_words  # noqa: E402
from keyturn.outbox.mail_page import Look  # noqa: E402
from keyturn.outbox.render import Rendered  # noqa: E402
from keyturn.outbox.transports import Smtp  # noqa: E402
from keyturn.outbox.transports.base import Outgoing  # noqa: E402
from keyturn.outbox.transports.server import NONE, Server  # noqa: E402
from keyturn.outbox.wording import wording  # noqa: E402

NAMED = variables.of("recovery_link", "email")
VALUES = {
    "LINK": "https://movers.example/r/" + "A" * 43, "CODE": "048213", "PERSON_NAME": "Mara Lind", "TENANT": "Movers",
    "ENVIRONMENT": "The Yard", "SUPPORT": "Call dispatch, 415 555 0100", "EXPIRES_MINUTES": "60",
    "SIGN_IN_LINK": "https://movers.example/sign-in", "WHEN": "2026-11-22 04:00 UTC",
}  # fmt: skip
PLAIN = default_words(NAMED, wording("en"))
SHEET = """
<style>
  .page { max-width: 560px; margin: 0 auto; font: 16px/1.5 sans-serif } .page p { margin: 0 0 16px }
  .page h1 { font-size: 20px; color: #1d4ed8 } .page td { padding: 8px; border: 1px solid #888888 }
  .button { display: inline-block; padding: 12px 24px; background: #1d4ed8; color: #ffffff }
  .small { font-size: 14px }
</style>"""
OWN = replace(
    PLAIN,
    html=SHEET
    + '<div class="page"><h1>!TENANT!, !ENVIRONMENT!</h1><p>Hello <b>!PERSON_NAME!</b>,</p>'
    + '<p>Somebody, probably you, asked to reset your password.</p><p><a class="button" href="!LINK!">Open</a></p>'
    + "<table>" + "<tr><td>!CODE!</td><td>good for !EXPIRES_MINUTES! minutes</td></tr>" * 8 + "</table>"
    + '<p class="small"><a href="!SIGN_IN_LINK!">!SIGN_IN_LINK!</a>, !WHEN!, !SUPPORT!</p></div>',
)  # fmt: skip


def main() -> None:
    """Measure, write, print."""
    wanted = options.read(__doc__, (), (), rounds=(9, "rounds"), messages=(300, "messages of a kind in a round"))
    inbox = Inbox()
    try:
        sent = _measure(wanted, inbox)
    finally:
        inbox.close()
    once = {"html of the text": _once(PLAIN), "own html": _once(OWN)}
    report.publish("rendering", {"sending_ms": sent, "once_ms": once}, _table(wanted, sent, once))


def kinds() -> dict[str, Callable[[], Rendered]]:
    """Each way to come by the words of one message."""
    words = wording("en")
    whole = render.mail(words.layouts["recovery_link", "email"], VALUES, words)
    of_text, own = _compiled(PLAIN), _compiled(OWN)
    return {
        "one plain string": lambda: whole,
        "built-in words": lambda: render.mail(words.layouts["recovery_link", "email"], VALUES, words),
        "stored words, HTML made of the text": lambda: of_text.filled(VALUES),
        "stored words, HTML of their own": lambda: own.filled(VALUES),
    }


def _compiled(words: Words) -> render.Cut:
    return drafted.compiled(words, NAMED, "en", Look())


def _measure(wanted: argparse.Namespace, inbox: Inbox) -> dict[str, list[float]]:
    smtp = Smtp(Server("catcher", "127.0.0.1", inbox.smtp_port, NONE))
    costs: dict[str, list[float]] = {kind: [] for kind in kinds()}
    for _ in range(wanted.rounds + 1):
        for kind, words in kinds().items():
            costs[kind].append(_cost(smtp, words, wanted.messages))
            inbox.gather(wanted.messages)
    return {kind: measured[1:] for kind, measured in costs.items()}  # the first round warms up


def _cost(smtp: Smtp, words: Callable[[], Rendered], messages: int) -> float:
    """Milliseconds of processor time of this thread for one message, from its values to the last answer."""
    begun = time.thread_time()
    for number in range(messages):
        smtp.send(_outgoing(words(), number))
    return (time.thread_time() - begun) * 1000 / messages


def _outgoing(rendered: Rendered, number: int) -> Outgoing:
    return Outgoing(
        to=f"person{number}@movers.example",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        header_id=f"<{number:032x}@movers.example>",
        written_at=datetime(2026, 11, 22, tzinfo=UTC),
        sender_name="Movers",
        sender_host="movers.example",
    )


def _once(words: Words) -> float:
    """Milliseconds of what is done once for a version: clean, inline, cut."""
    costs = []
    for _ in range(50):
        begun = time.thread_time()
        _compiled(words)
        costs.append((time.thread_time() - begun) * 1000)
    return statistics.median(costs)


def _table(wanted: argparse.Namespace, sent: dict[str, list[float]], once: dict[str, float]) -> list[str]:
    head = ["", "messages a second and core", "CPU-ms of one", "**ratio to one plain string**", "kB of text and HTML"]
    base = statistics.median(sent["one plain string"])
    rows = []
    for kind, words in kinds().items():
        cost, size = statistics.median(sent[kind]), words()
        kilobytes = len(size.text + size.html) / 1000
        rows.append([kind, f"{1000 / cost:.0f}", f"{cost:.3f}", f"**{base / cost:.2f}**", f"{kilobytes:.1f}"])
    told = f"Medians of {wanted.rounds} rounds of {wanted.messages} messages of each kind, in turns."
    first = ", ".join(f"{cost:.2f} ms ({what})" for what, cost in once.items())
    return [*report.table(head, rows), "", f"{told} Once for each version: clean, inline, cut in {first}."]


if __name__ == "__main__":
    main()
