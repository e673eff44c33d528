"""Signing in to an SMTP server (RFC 5321, RFC 4954) and out again; no mail is sent."""

from keyturn.monitoring.core import answers, verdict
from keyturn.monitoring.core.answers import SmtpLine
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import sasl
from keyturn.monitoring.mailbox.place import Login, Method
from keyturn.monitoring.mailbox.wire import Broken, Wire

_LONGEST_COMMAND = 512  # bytes with the line's end (RFC 4954 §4)
_MOST_LINES = 100  # of one answer
_MORE = 334


class Smtp:
    """One conversation."""

    def __init__(self, wire: Wire):
        self._wire = wire
        self._offers: dict[str, frozenset[str]] = {}

    async def greet(self) -> None:
        """Hear the greeting; raises Broken unless it is one."""
        greeting = await self._answer()
        if greeting.number != 220:
            raise Broken(verdict.turned_away(_judged(greeting)))

    async def ask_for_tls(self) -> None:
        """Raises Broken unless the server offers it and is ready. What it said so far is forgotten."""
        await self.meet()
        if "STARTTLS" not in self._offers:
            raise Broken(Code.STARTTLS_MISSING)
        await self._wire.say(b"STARTTLS\r\n")
        if (await self._answer()).number != 220:
            raise Broken(Code.STARTTLS_MISSING)

    async def meet(self) -> None:
        """Say who we are and learn what the server offers, over the connection as it is now."""
        own = self._wire.own_address
        await self._wire.say(f"EHLO [{'IPv6:' * (':' in own)}{own}]\r\n".encode())
        said = await self._lines()
        if said[-1].number != 250:
            raise Broken(verdict.turned_away(_judged(said[-1])))
        self._offers = dict(answers.offer(line.text) for line in said[1:])

    async def sign_in(self, login: Login) -> Code:
        """What the server says of the login; raises Broken when it did not come to that."""
        offered = self._offers.get("AUTH", frozenset())
        if mechanism := sasl.choose(login, offered):
            answer = await self._authenticate(mechanism, sasl.first(mechanism, login))
        elif login.method == Method.PASSWORD and sasl.LOGIN in offered:
            answer = await self._login(*sasl.login_steps(login))
        else:
            raise Broken(Code.NOT_OFFERED)
        return _judged(answer)

    async def leave(self) -> None:
        """Sign out; ends with Broken, when the server has hung up."""
        await self._wire.farewell(b"QUIT\r\n")

    async def _authenticate(self, mechanism: str, first: bytes) -> SmtpLine:
        command = b"AUTH " + mechanism.encode()
        if len(command) + len(first) + 3 <= _LONGEST_COMMAND:
            await self._wire.tell(command + b" " + first + b"\r\n")
        else:
            await self._wire.say(command + b"\r\n")
            await self._wait_for_more()
            await self._wire.tell(first + b"\r\n")
        answer = await self._answer()
        if answer.number == _MORE and mechanism == sasl.XOAUTH2:  # what is wrong, in JSON; it wants an empty line
            await self._wire.say(b"\r\n")
            answer = await self._answer()
        return answer

    async def _login(self, name: bytes, secret: bytes) -> SmtpLine:
        await self._wire.say(b"AUTH LOGIN\r\n")
        await self._wait_for_more()
        await self._wire.tell(name + b"\r\n")
        await self._wait_for_more()
        await self._wire.tell(secret + b"\r\n")
        return await self._answer()

    async def _wait_for_more(self) -> None:
        answer = await self._answer()
        if answer.number != _MORE:
            raise Broken(verdict.early(_judged(answer)))

    async def _answer(self) -> SmtpLine:
        return (await self._lines())[-1]

    async def _lines(self) -> list[SmtpLine]:
        """All lines of one answer, which have one number."""
        lines: list[SmtpLine] = []
        while not lines or not lines[-1].is_last:
            try:
                lines.append(answers.smtp(await self._wire.line()))
            except answers.Unreadable:
                raise Broken(Code.PROTOCOL) from None  # whose context would show what was said
            if lines[-1].number != lines[0].number or len(lines) > _MOST_LINES:
                raise Broken(Code.PROTOCOL)
        return lines


def _judged(answer: SmtpLine) -> Code:
    return verdict.of_smtp(answer.number, answer.enhanced)
