"""Writes docs/proven.md: which tests prove which statement of the mission, by their markers.

python -m tests.house.proven            writes it
python -m tests.house.proven --check    exits with 1 when it is out of date, or a statement has no test
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/proven.md"
# what Keyturn promises today; the statement in a few words, the number is its name
PROMISED = {
    "M0.1": "an app asks for a temporary password; nobody has to be signed in",
    "M0.2": "ten characters, unambiguous alphabet, upper and lower case and a digit",
    "M0.3": "by email and by SMS as well, each with its own",
    "M0.4": "whatever fails, the original password still works, byte for byte",
    "M0.5": "a message that was refused or bounced is seen, with the provider's words",
    "M0.6": "a password told on the telephone is set from the Mobile user tab",
    "M0.7": "the tenant's switch Allow mobile password reset",
    "M0.8": "the person's switch Allow mobile password reset",
    "M0.9": "the person is active",
    "M0.10": "the person has an email address, and the request carries it",
    "M0.11": "any number of phone numbers, each with a type",
    "M0.12": "numbers that find a person are unique in the installation; extensions are refused",
    "M0.13": "the phone number finds the tenant",
    "M0.14": "email and phone of the same person, or the email alone; one message per tenant",
    "M0.15": "the SMS goes to the number on record",
    "M0.16": "cell providers and the number formats their domains expect",
    "M0.17": "Test provider: send, and see what the mail server answered",
    "M0.18": "mail profiles in order; the next one when one fails",
    "M0.19": "a durable queue with visible states, attempts and replies",
    "M0.20": "the request log: what was decided, why, and what became of it, by its reference",
    "M0.21": "Readiness: what is missing for a person and where it is mended; how many of a tenant could recover",
    "M1.1": "people have mailboxes, IMAP or POP3, whose password is kept sealed",
    "M1.2": "every mailbox is checked by really signing in, every 30 minutes or as the tenant says",
    "M1.3": "after a set number of real refusals it is suspended and not tried any more",
    "M1.4": "only a server's own word for a wrong password counts; a host in trouble alerts operators alone",
    "M1.5": "suspended ones are red, with the word Suspended and a stop sign",
    "M1.6": "Notification rules: a list with Enabled and Save",
    "M1.7": "Test settings shows each step; blocked, refused and wrong password are told apart",
    "M1.8": "web addresses of the tenant's desktop and phone app",
    "M1.9": "one notice an incident, with a link and the bare address",
    "M1.10": "the link's page asks for the old and the new password of the mailbox, without signing in",
    "M1.11": "the new one is tested at the real server, with visible progress",
    "M1.12": "mended: links to the apps, the red goes, checking resumes",
    "M1.13": "a wrong old or new password: one sentence, another try, and what an operator can do",
    "M1.14": "the operators' grid of mailboxes: filtered, searched, checked now",
    "M1.15": "the organization's software learns the states and takes a password over, sealed to its key",
    "M2.1": "PIN code user creation: off, web only, all clients",
    "M2.2": "Allow password reset via email, and the envelope that opens the mail settings",
    "M2.3": "a choice of mail services: paste a key, press Test settings",
    "M2.4": "Import default layouts, refused until there is an environment name",
    "M2.5": "variables hold the exact name of a layout; pointed elsewhere, the next message changes",
    "M2.6": "the layout builder: merge items, preview with a real person, Send me a test, no PIN mail without it",
    "M2.7": "a PIN by one press of a round icon, replaced, taken away",
    "M2.8": "Email PIN code, to the person or somebody else, by the operator's default location",
    "M2.9": "the PIN icon and its form; the same in the API for all clients",
    "M2.10": "the owner's permissions, profiles and company exceptions of that moment, less what is never cloned",
    "M2.11": "a temporary password by mail, and an own password at the first sign-in",
    "M2.12": "another icon and licence type for whoever has a PIN",
    "M2.13": "PINs end by date, uses and with their owner; all made by one are listed and disabled at once",
    "M3.1": "Sign in, Forgot your password?, Reset my password, confirmation",
    "M3.2": "Reset password on the Account tab sends link and code, and says to look in spam",
    "M3.3": "Allow manual entry; off, the choice does not exist",
    "M3.4": "Enter a new password for the customer",
    "M3.5": "requirements are told before anything happens; the classic set is a choice",
    "M3.6": "Password changed after every change",
    "M3.7": "how long tickets and temporary passwords live; SMS ten minutes at most",
    "M3.8": "a new person: send the first password mail now, and a warning until it is done",
    "M4.1": "Reset password appears after a valid user name",
    "M4.2": "a dialog shows where the code goes; cancelling sends nothing",
    "M4.3": "one mail with a link and a code; neither suffices alone",
    "M4.4": "code, new password, confirmation; Save new password",
    "M4.5": "the meter: five levels while typing; below Acceptable nothing is saved",
    "M4.6": "saved only if code, fields and strength are right; back to the sign-in page",
    "M4.7": "the new password works at once for website and API",
    "M4.8": "a name that is not a readable address: the page says to ask an operator",
    "M4.9": "an app opens /sign-in?identifier=… with the name filled in",
}


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    proofs = collect(ROOT / "tests")
    text = render(proofs)
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    unproven = [number for number in PROMISED if number not in proofs]
    for number in unproven:
        print(f"{number} ({PROMISED[number]}) has no test", file=sys.stderr)
    is_old = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
    if is_old:
        print("docs/proven.md is out of date; run: python -m tests.house.proven", file=sys.stderr)
    return 1 if is_old or unproven else 0


def collect(tests: Path) -> dict[str, list[str]]:
    """Number of the statement -> the tests that carry it, each as `file::test`."""
    proofs = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        of_module = list(_of_module(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                numbers = of_module + [number for mark in node.decorator_list for number in _numbers(mark)]
                for number in dict.fromkeys(numbers):
                    proofs[number].append(f"{path.relative_to(tests.parent)}::{node.name}")
    return dict(proofs)


def render(proofs: dict[str, list[str]]) -> str:
    """The page."""
    lines = ["# What is proven, and where", ""]
    lines += ["Made by `python -m tests.house.proven` from the markers of the tests; do not edit.", ""]
    lines += ["| statement | in a few words | tests |", "|---|---|---|"]
    for number in sorted(PROMISED.keys() | proofs.keys(), key=_order):
        tests = "<br>".join(f"`{test}`" for test in proofs.get(number, [])) or "**none**"
        lines.append(f"| {number} | {PROMISED.get(number, '')} | {tests} |")
    return "\n".join(lines) + "\n"


def _of_module(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "pytestmark" for name in node.targets):
            for call in ast.walk(node.value):
                yield from _numbers(call)


def _numbers(mark: ast.AST) -> Iterator[str]:
    if isinstance(mark, ast.Call) and getattr(mark.func, "attr", "") == "mission":
        yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def _order(number: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", number)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
