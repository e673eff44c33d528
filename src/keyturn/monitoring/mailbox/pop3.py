"""Signing in to a POP3 server (RFC 1939, RFC 2449, RFC 5034) and out again; nothing is fetched or deleted."""

from keyturn.monitoring.core import answers, verdict
from keyturn.monitoring.core.answers import Pop3Line
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import sasl
from keyturn.monitoring.mailbox.place import Login, Method
from keyturn.monitoring.mailbox.wire import Broken, Wire

_LONGEST_COMMAND = 255  # bytes with the line's end (RFC 2449 §4)
_MOST_CAPABILITIES = 100


class Pop3:
    """One conversation."""

    def __init__(self, wire: Wire):
        self._wire = wire
        self._capabilities: dict[str, frozenset[str]] = {}

    async def greet(self) -> None:
        """Hear the greeting; raises Broken unless it is one."""
        greeting = await self._answer()
        if not greeting.is_ok:
            raise Broken(Code.PROTOCOL if greeting.is_more else verdict.turned_away(self._judged(greeting)))

    async def ask_for_tls(self) -> None:
        """Raises Broken unless the server is ready for it."""
        await self._wire.say(b"STLS\r\n")
        if not (await self._answer()).is_ok:
            raise Broken(Code.STARTTLS_MISSING)

    async def meet(self) -> None:
        """Learn what the server can do; an old one does not know the question."""
        await self._wire.say(b"CAPA\r\n")
        if not (await self._answer()).is_ok:
            return
        for _ in range(_MOST_CAPABILITIES):
            line = await self._wire.line()
            if line == b".":
                return
            name, beside = answers.offer(line)
            self._capabilities[name] = beside
        raise Broken(Code.TOO_MUCH)

    async def sign_in(self, login: Login) -> Code:
        """What the server says of the login; raises Broken when it did not come to that."""
        if mechanism := sasl.choose(login, self._capabilities.get("SASL", ())):
            answer = await self._authenticate(mechanism, sasl.first(mechanism, login))
        elif login.method == Method.XOAUTH2:
            raise Broken(Code.NOT_OFFERED)
        elif self._capabilities and "USER" not in self._capabilities:
            raise Broken(Code.PRIVACY_REQUIRED)  # so a server says that it wants TLS first
        else:
            answer = await self._pass(login)
        if answer.is_more:
            raise Broken(Code.PROTOCOL)
        return self._judged(answer)

    async def leave(self) -> None:
        """Sign out; ends with Broken, when the server has hung up."""
        await self._wire.farewell(b"QUIT\r\n")

    async def _authenticate(self, mechanism: str, first: bytes) -> Pop3Line:
        command = b"AUTH " + mechanism.encode()
        if len(command) + len(first) + 3 <= _LONGEST_COMMAND:
            await self._wire.tell(command + b" " + first + b"\r\n")
        else:
            await self._wire.say(command + b"\r\n")
            answer = await self._answer()
            if not answer.is_more:
                raise Broken(verdict.early(self._judged(answer)))
            await self._wire.tell(first + b"\r\n")
        answer = await self._answer()
        if answer.is_more and mechanism == sasl.XOAUTH2:  # what is wrong, in JSON; then it wants an empty line
            await self._wire.say(b"\r\n")
            answer = await self._answer()
        return answer

    async def _pass(self, login: Login) -> Pop3Line:
        await self._wire.tell(b"USER " + login.username.encode() + b"\r\n")
        answer = await self._answer()
        if not answer.is_ok:
            raise Broken(verdict.early(self._judged(answer)))
        await self._wire.tell(b"PASS " + login.secret.encode() + b"\r\n")
        return await self._answer()

    async def _answer(self) -> Pop3Line:
        try:
            return answers.pop3(await self._wire.line())
        except answers.Unreadable:
            raise Broken(Code.PROTOCOL) from None  # whose context would show what was said

    def _judged(self, answer: Pop3Line) -> Code:
        return verdict.of_pop3(answer.is_ok, answer.code, marks_wrong="AUTH-RESP-CODE" in self._capabilities)
