"""(f) Processor time that a hostile value costs, in every field of every door: python -m benchmarks.hostile

One process, Django's own client, no mail and no worker: what is measured is reading, refusing and answering. Each
value is sent a few times and the median counts, because a collection of garbage is nobody's fault in particular.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

_FOLDER = tempfile.TemporaryDirectory(prefix="benchmark-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "keyturn.settings",
    "KEYTURN_DATA": _FOLDER.name,
    "KEYTURN_ARGON2": "1,8,1",  # what is measured is not the hash
    "KEYTURN_SOURCE_LIMIT_FACTOR": "1000000",
    "KEYTURN_LOG_LEVEL": "ERROR",
}
os.environ.pop("KEYTURN_DATABASE_URL", None)

import django  # noqa: E402 -- the environment comes first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.rig import report  # noqa: E402
from keyturn.lib import keys  # noqa: E402
from keyturn.tenants.models import Tenant, TenantHost  # noqa: E402

AIM_MS = 50
TIMES = 5
HOST = "movers.localhost"
VALUES = {
    "a megabyte of letters": "a" * 1_000_000,
    "a megabyte of signs that read as letters": "4@$3!1|" * 140_000,
    "half a megabyte beyond ASCII": "é" * 250_000,
    "60 kB of letters": "x" * 60_000,
    "256 signs that read as letters": "4@$3!1|0" * 32,
    "30,000 combining marks": "a" + "\u0301" * 30_000,
    "20,000 bidirectional marks": "\u202e" * 20_000,
    "50,000 zero bytes": "\0" * 50_000,
    "60,000 labels of a domain": "a@" + "b." * 30_000,
    "60,000 digits": "1" * 60_000,
    "30,000 opening brackets": "[" * 30_000,
    "a lone surrogate": "\ud800",
}
GOOD = {
    "email": "mara@movers.example", "phone": "+14155550101", "method": "link", "token": "A" * 43, "code": "123456",
    "new_password": "violet tractor by a lake", "confirm_password": "violet tractor by a lake", "device": "",
    "identifier": "mara", "password": "orange bicycle",
}  # fmt: skip
API = {
    "/api/v1/recoveries": ("email", "phone", "method"),
    "/api/v1/recoveries/redeem": ("token", "code", "new_password"),
    "/api/v1/sessions": ("identifier", "password", "device"),
    "/api/v1/password/strength": ("password", "identifier"),
}
PAGES = {
    "/sign-in": ("identifier", "password"),
    "/forgot": ("identifier",),
    "/forgot/confirm": ("identifier",),
    "/r": ("code", "new_password", "confirm_password"),
    "/password/strength": ("new_password",),
}


def main() -> None:
    """Measure, write, print."""
    client = _installation()
    measured = sorted(((_median(send), what) for what, send in _requests(client)), reverse=True)
    rows = [[what, f"{cost:.1f}"] for cost, what in measured[:6]]
    lines = report.table(["the most expensive of all", "CPU-ms"], rows)
    lines += ["", f"{len(measured)} values and fields, {TIMES} times each; required: less than {AIM_MS} CPU-ms."]
    report.publish("hostile", {"measured": measured}, lines)


def _installation() -> Client:
    keys.create()
    call_command("migrate", verbosity=0)
    tenant = Tenant.objects.create(slug="movers", name="Movers", public_url=f"http://{HOST}:8000")
    TenantHost.objects.create(host=HOST, tenant=tenant)
    client = Client(HTTP_HOST=HOST)
    client.get("/r/" + "A" * 43)  # the cookie that /r asks for
    client.post("/password/strength", {"new_password": GOOD["new_password"]})  # lists are loaded once
    return client


def _requests(client: Client) -> Iterator[tuple[str, Callable[[], object]]]:
    for path, fields in API.items():
        for field, (name, value) in ((field, value) for field in fields for value in VALUES.items()):
            body = json.dumps({one: GOOD[one] for one in fields} | {field: value}).encode()
            yield f"{path}, {field}: {name}", lambda path=path, body=body: _post_json(client, path, body)
    for path, fields in PAGES.items():
        for field, (name, value) in ((field, value) for field in fields for value in VALUES.items()):
            if name != "a lone surrogate":  # no form can say one
                form = {one: GOOD[one] for one in fields} | {field: value}
                yield f"{path}, {field}: {name}", lambda path=path, form=form: client.post(path, form)


def _post_json(client: Client, path: str, body: bytes) -> object:
    return client.post(path, data=body, content_type="application/json")


def _median(send: Callable[[], object]) -> float:
    """Milliseconds of processor time; an answer of 5xx ends the benchmark."""
    costs = []
    for _ in range(TIMES):
        begun = time.process_time()
        answer = send()
        costs.append((time.process_time() - begun) * 1000)
        if answer.status_code >= 500:
            raise SystemExit(f"{answer.status_code}: {answer.content[:200]!r}")
    return statistics.median(costs)


if __name__ == "__main__":
    main()
