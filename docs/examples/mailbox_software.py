"""An example of software that uses mailboxes which Keyturn watches: takes passwords over, fetches a message.

    python mailbox_software.py key                      makes a key; paste the public half into the settings
    python mailbox_software.py states                   every mailbox and how it is
    python mailbox_software.py fetch MAILBOX            takes the password over, signs in, prints the newest subject
    python mailbox_software.py listen PORT              waits for the webhook, and takes over what was mended

It reads KEYTURN_URL, KEYTURN_API_KEY, KEYTURN_PRIVATE_KEY (what `key` printed) and KEYTURN_WEBHOOK_SECRET from its
environment, and needs PyNaCl. Keep the private half where only this software reads it.
"""

import base64
import hmac
import imaplib
import json
import os
import ssl
import sys
import time
import urllib.request
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

from nacl.public import PrivateKey, SealedBox

TOLERANCE = 300  # seconds that a call may be old: what is older was recorded and played back


def make_key() -> tuple[str, str]:
    """A private and its public half, in base64."""
    private = PrivateKey.generate()
    return base64.b64encode(bytes(private)).decode(), base64.b64encode(bytes(private.public_key)).decode()


def open_secret(answer: dict, private: str) -> dict:
    """What is within the answer of `/mailboxes/…/secret`: the password, and the place that it is for."""
    box = SealedBox(PrivateKey(base64.b64decode(private)))
    found = json.loads(box.decrypt(base64.b64decode(answer["sealed"])))
    if found["mailbox"] != answer["id"]:
        raise ValueError("this password belongs to another mailbox")
    return found


def is_from_keyturn(headers: dict, body: bytes, secret: str, now: float) -> bool:
    """Whether a call of the webhook was signed with our secret, lately. Header names in small letters."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(now - int(moment)) > TOLERANCE:
        return False
    wanted = hmac.new(key, b".".join((told.encode(), moment.encode(), body)), sha256).digest()
    given = headers.get("webhook-signature", "").removeprefix("v1,")
    return hmac.compare_digest(base64.b64encode(wanted).decode(), given)


def ask(path: str) -> dict:
    """What Keyturn answers; asks again while a password is being sealed."""
    request = urllib.request.Request(f"{os.environ['KEYTURN_URL']}/api/v1{path}")  # noqa: S310 -- our own setting
    request.add_header("Authorization", f"Bearer {os.environ['KEYTURN_API_KEY']}")
    while True:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- the same
            if answer.status != 202:
                return json.load(answer)
            time.sleep(int(answer.headers["Retry-After"]))


def take_over(mailbox: str) -> dict:
    """The password of a mailbox, and where to use it."""
    return open_secret(ask(f"/mailboxes/{mailbox}/secret"), os.environ["KEYTURN_PRIVATE_KEY"])


def newest_subject(login: dict, context: ssl.SSLContext | None = None) -> str:
    """Sign in as the owner of an IMAP mailbox and read one line. The context checks certificates unless told how."""
    context = context or ssl.create_default_context()
    if login["tls"] == "implicit":
        box = imaplib.IMAP4_SSL(login["host"], login["port"], ssl_context=context, timeout=30)
    else:
        box = imaplib.IMAP4(login["host"], login["port"], timeout=30)
        if login["tls"] == "starttls":
            box.starttls(context)
    with box:
        words = f"\0{login['username']}\0{login['secret']}".encode()  # of any alphabet, which LOGIN is not
        box.authenticate("PLAIN", lambda _challenge: words)
        _said, (many, *_rest) = box.select(readonly=True)
        if not int(many):
            return ""
        _said, parts = box.fetch(many.decode(), "(BODY[HEADER.FIELDS (SUBJECT)])")
        return parts[0][1].decode("ascii", "replace").removeprefix("Subject:").strip()


class Hook(BaseHTTPRequestHandler):
    """Hears of mailboxes. The same call may come twice, under the same id."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_ours = is_from_keyturn(headers, body, os.environ["KEYTURN_WEBHOOK_SECRET"], time.time())
        self.send_response(204 if is_ours else 401)
        self.end_headers()
        told = json.loads(body) if is_ours else {"type": "nothing"}
        if told["type"] == "mailbox.mended":
            print(told["data"]["name"], newest_subject(take_over(told["data"]["id"])))


def main(command: str, *words: str) -> None:
    """One command."""
    if command == "key":
        print("private (KEYTURN_PRIVATE_KEY): {}\npublic (settings, Mailboxes): {}".format(*make_key()))
    elif command == "states":
        for one in ask("/mailboxes")["mailboxes"]:
            print(one["id"], one["person"], one["name"], one["state"], one["code"])
    elif command == "fetch":
        print(newest_subject(take_over(words[0])))
    else:
        HTTPServer(("127.0.0.1", int(words[0])), Hook).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
