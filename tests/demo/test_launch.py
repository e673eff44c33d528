"""`keyturn demo` as a newcomer starts it: everything is up, what was sent can be read, nothing stays behind."""

import re
import subprocess

import httpx2

from keyturn.demo import story
from tests import cluster
from tests.demo.conftest import START
from tests.patience import wait_for

ASK = {"email": "mara@movers.example", "phone": "+1 415 555 0101", "method": "temporary_password"}
KEYTURN_DEMO_LIMIT_FACTOR = 20  # as keyturn.demo.settings has it, which only the demo can import


def test_it_says_what_to_try(demo):
    for word in ("/sign-in", "/demo/inbox", "mara@movers.example", story.players()[0].password):
        assert word in demo.said


def test_the_front_page_names_everybody_and_their_passwords(demo):
    front = demo.get("/", follow_redirects=True)
    assert front.url.path == "/demo/"
    for player in story.players():
        assert player.identifier in front.text
        assert player.password in front.text


def test_the_inbox_names_whom_an_operator_helped(demo):
    """Who asks for themselves is named as they named themselves; an operator names nobody to a form."""
    asked = re.findall(r'<p class="small">(.*?): <strong', demo.get("/demo/inbox").text)
    assert asked and all(asked)
    assert [name for name in asked if "*" not in name]


def test_everybody_on_the_front_page_can_sign_in_there_or_has_left(demo):
    for player in story.players():
        host = player.url.removeprefix("http://").partition(":")[0]
        body = {"identifier": player.identifier, "password": player.password}
        answer = demo.post("/api/v1/sessions", json=body, headers={"Host": f"{host}:{demo.port}"})
        assert answer.status_code == (401 if "left" in player.about else 201), player


def test_the_console_opens_on_a_month_of_life(demo):
    otto = story.operator()
    with httpx2.Client(base_url=demo.base_url, timeout=20, trust_env=False, follow_redirects=True) as console:
        console.headers |= {"Accept-Language": "en", "Origin": str(demo.base_url).rstrip("/")}
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)', console.get("/console/").text)[1]
        typed = {"identifier": otto["username"], "password": otto["password"], "csrfmiddlewaretoken": token}
        home = console.post("/console/sign-in", data=typed).text
        people = console.get("/console/people/").text
    assert all(word in home for word in ("Needs a look", "Bounced", "Refused today", "The last thirty days"))
    assert people.count("/console/people/") >= 25


def test_mail_and_text_message_can_be_read_and_only_from_here(demo):
    assert demo.post("/api/v1/recoveries", json=ASK).status_code == 202
    page = wait_for(lambda: _with(demo, "4155550101", 'class="secret"'), "the text message")
    assert page.count('class="secret"') == 2
    assert "frame-src 'self'" in demo.get("/demo/inbox").headers["Content-Security-Policy"]


def test_html_is_shown_where_it_can_do_nothing(demo):
    wait_for(lambda: _with(demo, "/html"), "a mail with HTML")
    answer = demo.get("/demo/inbox/1/html")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert demo.get("/demo/inbox/999/html").status_code == 404


def test_the_inbox_says_why_nothing_came(demo):
    demo.post("/api/v1/recoveries", json={"email": "nils@movers.example"})
    wait_for(lambda: _with(demo, "The person is not active."), "the reason")


def test_a_limit_that_was_met_is_told(demo):
    for _ in range(3 * KEYTURN_DEMO_LIMIT_FACTOR + 1):
        demo.post("/api/v1/recoveries", json={"email": "vera@movers.example"})
    page = wait_for(lambda: _with(demo, "A limit was met."), "the notice of a limit")
    assert "Enough messages went out for this login" in page


def test_what_is_not_there_is_said_on_a_page_of_ours(demo):
    missing = demo.get("/nothing")
    assert missing.status_code == 404
    assert "There is no such page" in missing.text


def test_a_second_demo_in_the_folder_is_refused_in_one_sentence(demo, folder):
    command = [*START, "--port", str(cluster.free_port()), "--data", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "already running" in done.stderr


def test_a_taken_port_is_refused_in_one_sentence(demo, tmp_path):
    command = [*START, "--port", str(demo.port), "--data", str(tmp_path / "other")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"--port {demo.port + 1}" in done.stderr
    assert not (tmp_path / "other").exists()


def _with(demo: httpx2.Client, *words: str) -> str | None:
    page = demo.get("/demo/inbox").text
    return page if all(word in page for word in words) else None
