"""Signing in to an IMAP server (RFC 9051, RFC 3501) and out again; nothing else of it."""

from keyturn.monitoring.core import answers, verdict
from keyturn.monitoring.core.answers import MORE, UNTAGGED, ImapLine
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox import sasl
from keyturn.monitoring.mailbox.place import Login, Method
from keyturn.monitoring.mailbox.wire import Broken, Wire

_MOST_LINES = 100  # of one answer


class Imap:
    """One conversation."""

    def __init__(self, wire: Wire):
        self._wire = wire
        self._capabilities: frozenset[str] = frozenset()
        self._commands = 0

    async def greet(self) -> None:
        """Hear the greeting; raises Broken unless it is one."""
        greeting = await self._line()
        if greeting.status == "PREAUTH":  # nobody said a password, and STARTTLS is not allowed any more
            raise Broken(Code.PREAUTHENTICATED)
        if greeting.tag != UNTAGGED or greeting.status != "OK":
            raise Broken(Code.PROTOCOL)

    async def ask_for_tls(self) -> None:
        """Raises Broken unless the server is ready for it. What it said so far is forgotten."""
        answer = await self._answer(await self._say(b"STARTTLS"))
        if answer.status != "OK":
            raise Broken(Code.STARTTLS_MISSING)
        self._capabilities = frozenset()

    async def meet(self) -> None:
        """Learn what the server can do, if it did not say so over this very connection."""
        if not self._capabilities:
            answer = await self._answer(await self._say(b"CAPABILITY"))
            if answer.status != "OK":
                raise Broken(verdict.early(verdict.of_imap(answer.status, answer.code)))

    async def sign_in(self, login: Login) -> Code:
        """What the server says of the login; raises Broken when it did not come to that."""
        offered = {word.removeprefix("AUTH=") for word in self._capabilities if word.startswith("AUTH=")}
        if mechanism := sasl.choose(login, offered):
            answer = await self._authenticate(mechanism, sasl.first(mechanism, login))
        elif login.method == Method.XOAUTH2:
            raise Broken(Code.NOT_OFFERED)
        elif "LOGINDISABLED" in self._capabilities:
            raise Broken(Code.PRIVACY_REQUIRED)
        else:
            answer = await self._login(login.username.encode(), login.secret.encode())
        if answer.tag == MORE:
            raise Broken(Code.PROTOCOL)
        return verdict.of_imap(answer.status, answer.code)

    async def leave(self) -> None:
        """Sign out; ends with Broken, when the server has hung up."""
        await self._wire.farewell(self._next_tag().encode() + b" LOGOUT\r\n")

    async def _authenticate(self, mechanism: str, first: bytes) -> ImapLine:
        command = b"AUTHENTICATE " + mechanism.encode()
        if "SASL-IR" in self._capabilities:  # RFC 4959
            tag = self._next_tag()
            await self._wire.tell(tag.encode() + b" " + command + b" " + first + b"\r\n")
        else:
            tag = await self._say(command)
            await self._wait_for_more(tag)
            await self._wire.tell(first + b"\r\n")
        answer = await self._answer(tag)
        if answer.tag == MORE and mechanism == sasl.XOAUTH2:  # what is wrong, in JSON; then it wants an empty line
            await self._wire.say(b"\r\n")
            answer = await self._answer(tag)
        return answer

    async def _login(self, *arguments: bytes) -> ImapLine:
        """LOGIN, with each argument quoted; as a literal where it has letters that no quoted string has."""
        tag = self._next_tag()
        words = tag.encode() + b" LOGIN"
        for argument in arguments:
            if argument.isascii():
                words += b' "' + argument.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
                continue
            await self._wire.tell(words + b" {%d}\r\n" % len(argument))
            await self._wait_for_more(tag)
            words = argument
        await self._wire.tell(words + b"\r\n")
        return await self._answer(tag)

    async def _wait_for_more(self, tag: str) -> None:
        answer = await self._answer(tag)
        if answer.tag != MORE:
            raise Broken(verdict.early(verdict.of_imap(answer.status, answer.code)))

    async def _say(self, command: bytes) -> str:
        tag = self._next_tag()
        await self._wire.say(tag.encode() + b" " + command + b"\r\n")
        return tag

    async def _answer(self, tag: str) -> ImapLine:
        """The next line that is ours: with our tag, or the server waits for more."""
        for _ in range(_MOST_LINES):
            line = await self._line()
            if line.tag in (tag, MORE):
                return line
            if line.tag != UNTAGGED or line.status == "PREAUTH":
                raise Broken(Code.PROTOCOL)
        raise Broken(Code.TOO_MUCH)

    async def _line(self) -> ImapLine:
        try:
            line = answers.imap(await self._wire.line())
        except answers.Unreadable:
            raise Broken(Code.PROTOCOL) from None  # whose context would show what was said
        if line.status == "BYE":
            raise Broken(verdict.turned_away(verdict.of_imap("NO", line.code)))
        self._capabilities = line.capabilities or self._capabilities
        return line

    def _next_tag(self) -> str:
        self._commands += 1
        return f"K{self._commands}"
