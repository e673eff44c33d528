"""How the tests of people's pages fill forms and read answers."""

import re

from keyturn.people.models import Person

FORM = {
    "name": "Mara Lind",
    "identifier": "driver-7",
    "status": "active",
    "language": "",
    "email": "mara@movers.example",
    "other_addresses": "mara@home.example",
    "number0": "+14155550101",
    "type0": "sms",
    "number1": "+14155550102",
    "type1": "office",
}


def page_of(person, tab=""):
    return f"/console/people/{person.pk}/{tab}"


def fresh(person):
    return Person.objects.get(pk=person.pk)


def save(browser, person, **changed):
    return browser.post(page_of(person), FORM | {"version": fresh(person).version, "was": "{}"} | changed)


def text(answer):
    return answer.content.decode()


def without_token(answer):
    return re.sub(r'value="\w{64}"|people/[0-9a-f-]{36}', "", text(answer))
