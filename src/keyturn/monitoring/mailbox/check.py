"""Whether a mailbox takes a password: by really signing in, and out again.

    seen = await check(Place("imap", "mail.example", 993, "implicit"), Login("mara", secret))
    seen.verdict, seen.code, seen.stage

Whatever the server does, this ends in time with a verdict and raises nothing. What the server said comes down to one
word of ours.
"""

import asyncio
import contextlib
import errno
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from keyturn.monitoring.core.verdict import Code, Verdict
from keyturn.monitoring.mailbox import names, wire
from keyturn.monitoring.mailbox.imap import Imap
from keyturn.monitoring.mailbox.place import Login, Place, Protocol, Tls
from keyturn.monitoring.mailbox.pop3 import Pop3
from keyturn.monitoring.mailbox.smtp import Smtp
from keyturn.monitoring.mailbox.wire import PATIENCE, Broken, Clock, Patience, Wire

_SPEAKERS = {Protocol.IMAP: Imap, Protocol.POP3: Pop3, Protocol.SMTP: Smtp}
_TROUBLES = (
    (ssl.SSLCertVerificationError, Code.CERTIFICATE),
    (ssl.SSLError, Code.TLS),
    (TimeoutError, Code.TIMEOUT),
    (ConnectionRefusedError, Code.CLOSED),
    (ConnectionError, Code.BROKEN_OFF),
    (OSError, Code.CLOSED),
)
_OUR_OWN = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL, errno.ENETDOWN}


class Stage(StrEnum):
    """How far a check came, in this order; without TLS nothing is secured."""

    BEGUN = "begun"
    RESOLVED = "resolved"
    CONNECTED = "connected"
    SECURED = "secured"
    GREETED = "greeted"  # over the connection as it stays
    SIGNED_IN = "signed_in"


Tell = Callable[[Stage], None]


@dataclass(frozen=True)
class Seen:
    """What a check saw: why in one word, and the last stage it reached."""

    code: Code
    stage: Stage

    @property
    def verdict(self) -> Verdict:
        """What that says about the password."""
        return self.code.verdict


async def check_evenly(place: Place, login: Login, *, patience: Patience, tell: Tell | None = None) -> Seen:
    """As `check`, for whoever waits and may have typed the host: that there is nothing is told when all the time for
    looking up is over, so that no stopwatch tells a closed place from a name that is none (C78)."""
    moment = asyncio.get_running_loop().time
    told_at = moment() + patience.look_up
    seen = await check(place, login, patience=patience, tell=tell)
    if seen.code is Code.NOWHERE:
        await asyncio.sleep(told_at - moment())
    return seen


async def check(place: Place, login: Login, *, patience: Patience = PATIENCE, tell: Tell | None = None) -> Seen:
    """Sign in and out. `tell` hears every stage as it is reached, at once; it must not wait."""
    one = _Check(place, login, patience, tell)
    try:
        return Seen(await one.run(), one.stage)
    except Broken as broken:
        return Seen(broken.code, one.stage)
    except OSError as trouble:
        return Seen(Code.NOWHERE if one.stage is Stage.BEGUN else _named(trouble), one.stage)


class _Check:
    """One check on its way through its stages."""

    def __init__(self, place: Place, login: Login, patience: Patience, tell: Tell | None):
        self._place, self._login, self._patience, self._tell = place, login, patience, tell
        self.stage = Stage.BEGUN

    async def run(self) -> Code:
        """Raises Broken and OSError for everything that is not an answer to the login."""
        with contextlib.ExitStack() as at_the_end:
            async with asyncio.timeout(self._patience.total) as limit:
                line = await self._connected(Clock(self._patience, limit, asyncio.get_running_loop().time))
                at_the_end.callback(line.close)
                speaker = await self._greeted(line)
                code = await speaker.sign_in(self._login)
            if code is Code.SIGNED_IN:
                self._reach(Stage.SIGNED_IN)
            await self._leave(speaker)
        return code

    async def _connected(self, clock: Clock) -> Wire:
        clock.allow(self._patience.look_up)
        places = await names.look_up(self._place)
        self._reach(Stage.RESOLVED)
        sock = await wire.connect(places, clock)
        self._reach(Stage.CONNECTED)
        clock.allow(self._patience.answer)
        return Wire(sock, clock, is_open_allowed=self._place.tls == Tls.NONE)

    async def _greeted(self, line: Wire) -> Imap | Pop3 | Smtp:
        speaker = _SPEAKERS[Protocol(self._place.protocol)](line)
        if self._place.tls == Tls.IMPLICIT:
            await self._secure(line)
        await speaker.greet()
        if self._place.tls == Tls.STARTTLS:
            await speaker.ask_for_tls()
            await self._secure(line)
        await speaker.meet()
        self._reach(Stage.GREETED)
        return speaker

    async def _secure(self, line: Wire) -> None:
        await line.secure(self._place.host)
        self._reach(Stage.SECURED)

    async def _leave(self, speaker: Imap | Pop3 | Smtp) -> None:
        """The verdict stands; a server that does not let us go politely is left all the same."""
        with contextlib.suppress(Broken, OSError):
            async with asyncio.timeout(self._patience.farewell):
                await speaker.leave()

    def _reach(self, stage: Stage) -> None:
        self.stage = stage
        if self._tell:
            self._tell(stage)


def _named(trouble: OSError) -> Code:
    if trouble.errno in _OUR_OWN:
        return Code.OUR_OWN
    return next(code for kind, code in _TROUBLES if isinstance(trouble, kind))
