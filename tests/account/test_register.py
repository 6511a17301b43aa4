"""Opening an account by oneself; nobody learns whose addresses have one (QUALITY A1, A8)."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shop.db import db
from shop.people.models import User
from tests.account.cast import PASSWORD, change, is_signed_in, log_in, open_account, queued
from tests.account.test_guests import statements
from tests.account.test_passwords import link_in, mailed
from tests.web.guest import Guest, hidden, words

PAGE = "/konto/eroeffnen"
LEA = {
    "first_name": "Lea",
    "last_name": "Grażyński-Özdemir",
    "email": "lea@example.org",
    "username": "lea.g",
    "password": PASSWORD,
}


def form_of(guest: Guest, path: str = PAGE, **fields: str) -> dict[str, str]:
    """The form of the page, filled in by Lea."""
    page = guest.get(path)
    way = {"next": hidden(page, "next")} if 'name="next"' in page.text else {}
    return {name: hidden(page, name) for name in ("csrf_token", "form_key")} | way | LEA | fields


def register(guest: Guest, path: str = PAGE, **fields: str) -> TestResponse:
    """Fill the page in and send it."""
    return guest.send_bare(PAGE, form_of(guest, path, **fields))


def elsewhere(app: Flask, count: int) -> list[Guest]:
    """Visitors from many addresses."""
    return [Guest(app, address=f"203.0.113.{n + 1}") for n in range(count)]


def users(app: Flask) -> dict[str, str | None]:
    """Each address with its user name; names that are only kept count too."""
    with app.app_context():
        found = {each.email: each.username for each in db.session.scalars(db.select(User))}
        db.session.rollback()
    return found


def test_somebody_opens_an_account_confirms_and_logs_in(shop: Flask) -> None:
    lea = Guest(shop)
    answer = register(lea)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/eroeffnet")
    assert "lea@example.org" in words(lea.get("/konto/eroeffnet"))
    assert not is_signed_in(lea)
    assert log_in(lea, "lea.g").status_code == 422, "not before the address is confirmed"
    lea.send(link_in(mailed(shop, "account_confirm"), "/konto/bestaetigen/"))
    assert log_in(lea, "lea.g").headers["Location"] == "/konto/"
    assert "Lea Grażyński-Özdemir" in words(lea.get("/konto/"))


def test_the_address_is_shown_once(shop: Flask) -> None:
    lea = Guest(shop)
    register(lea)
    lea.get("/konto/eroeffnet")
    assert "lea@example.org" not in lea.get("/konto/eroeffnet").text


def test_an_address_with_an_account_is_answered_alike_and_its_owner_is_told(
    shop: Flask, erna: Guest, otto: Guest
) -> None:
    new, known = register(erna), register(otto, email="Jonas@example.org", username="lea.h")
    assert (new.status_code, new.headers["Location"]) == (known.status_code, known.headers["Location"])
    pages = [words(guest.get("/konto/eroeffnet")) for guest in (erna, otto)]
    assert pages[0].replace("lea@", "jonas@") == pages[1].replace("Jonas@", "jonas@")
    assert queued(shop) == [("account_confirm", "lea@example.org"), ("account_there", "jonas@example.org")]
    letter = mailed(shop, "account_there")
    assert "jonas.oe" in letter
    assert "lea.h" not in letter
    assert "/konto/anmelden" in letter
    link = link_in(letter, "/konto/passwort-vergessen/")
    assert otto.send(link, {"password": "Nebel singt im alten Turm"}).status_code == 302
    assert log_in(otto, "jonas.oe", "Nebel singt im alten Turm").status_code == 302


def test_both_take_the_same_steps(shop: Flask) -> None:
    """An early return, one more query or an account that is not written would be seen by a stopwatch."""

    def steps(guest: Guest, **fields: str) -> list[str]:
        form = form_of(guest, **fields)
        with statements(shop) as asked:
            assert guest.send_bare(PAGE, form).status_code == 303
        return [re.sub(r"\(.*|\s.*(?=FROM)", "", each, flags=re.S) for each in asked]

    new, known = elsewhere(shop, 2)
    ours, theirs = steps(new), steps(known, email="jonas@example.org", username="lea.h")
    assert [each.split()[0] for each in ours] == [each.split()[0] for each in theirs]
    assert [each for each in ours if "INSERT" in each] == [each for each in theirs if "INSERT" in each]
    assert "INSERT INTO users " in ours


def test_a_name_that_was_typed_tells_nothing_afterwards(shop: Flask) -> None:
    """Neither asking for it once more nor logging in with it tells whether the address was new."""
    first, second, third, fourth = elsewhere(shop, 4)
    register(first)
    register(second, email="jonas@example.org", username="lea.h")
    answers = set()
    for guest, name in ((third, "lea.g"), (fourth, "lea.h")):
        again = register(guest, email="otto@example.org", username=name)
        by_name, by_address = log_in(guest, name), log_in(guest, LEA["email"])
        texts = [re.sub(r'value="[^"]*"', "", page.text) for page in (again, by_name, by_address)]
        answers.add((again.status_code, by_name.status_code, by_address.status_code, *texts))
    assert len(answers) == 1
    assert "Diesen Namen" in next(iter(answers))[3]
    assert users(shop)["jonas@example.org"] == "jonas.oe"
    assert "lea.h" not in users(shop).values()


def test_a_new_account_and_a_wrong_password_are_told_the_same(shop: Flask) -> None:
    """Else who opens an account for a stranger's address and logs in with it would learn of another."""
    register(Guest(shop))
    pages = {
        re.sub(r'value="[^"]*"', "", log_in(Guest(shop), email).text)
        for email in ("lea@example.org", "niemand@example.org")
    }
    assert len(pages) == 1
    assert "Dann bestätigen Sie zuerst" in pages.pop()


def test_an_address_that_was_never_confirmed_is_proved_by_a_new_password(shop: Flask, otto: Guest) -> None:
    open_account(shop, "vergessen", "Mallory", "Böse", confirmed=False)
    register(otto, email="vergessen@example.org")
    letter = mailed(shop, "account_there")
    assert "Mallory" not in letter
    otto.send(link_in(letter, "/konto/passwort-vergessen/"), {"password": "Nebel singt im alten Turm"})
    assert log_in(otto, "vergessen", "Nebel singt im alten Turm").status_code == 302


def test_the_owner_of_a_locked_account_is_told_so(shop: Flask, otto: Guest) -> None:
    change(shop, "jonas.oe", active=False)
    assert register(otto, email="jonas@example.org").status_code == 303
    letter = mailed(shop, "account_there")
    assert "gesperrt" in letter
    assert "/passwort-vergessen/" not in letter


def test_what_a_stranger_types_is_not_mailed_to_others(shop: Flask, otto: Guest) -> None:
    register(otto, first_name="500 € gewonnen: evil.example/x", last_name="Jetzt abholen")
    assert "evil.example" not in mailed(shop, "account_confirm")


@pytest.mark.parametrize("name", ["erna", "ERNA", " erna ", "er.na", "ema"])
def test_a_name_that_is_taken_or_looks_alike_is_told_at_the_field(
    shop: Flask, otto: Guest, name: str
) -> None:
    answer = register(otto, username=name)
    assert answer.status_code == 422
    assert "zum Verwechseln ähnlichen" in answer.text.partition('id="username-error"')[2][:200]
    assert hidden(answer, "first_name") == "Lea"
    assert PASSWORD not in answer.text
    assert queued(shop) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_name", " ", "Bitte geben Sie Ihren Vornamen ein."),
        ("last_name", "", "Bitte geben Sie Ihren Nachnamen ein."),
        ("last_name", "x" * 101, "höchstens 100 Zeichen"),
        ("email", "", "Bitte geben Sie Ihre E-Mail-Adresse ein."),
        ("email", "lea@", "name@beispiel.de"),
        ("email", "lea@example.org\r\nBcc: x@example.org", "name@beispiel.de"),
        ("username", "lé", "Erlaubt sind die Buchstaben"),
        ("username", "", "mindestens 3 Zeichen"),
        ("username", "lea@example.org", "Erlaubt sind die Buchstaben"),
        ("password", "kurz", "mindestens 10 Zeichen"),
        ("password", "lea@example.org", "Ihr Name und Ihre Adresse"),
        ("form_key", "x", "Bitte schicken Sie das Formular noch einmal ab."),
    ],
)
def test_bad_input_is_refused_in_words(shop: Flask, otto: Guest, field: str, value: str, said: str) -> None:
    answer = register(otto, **{field: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert queued(shop) == []


def test_a_stale_page_loses_nothing_that_was_typed(otto: Guest) -> None:
    answer = register(otto, csrf_token="x")
    assert answer.status_code == 400
    assert hidden(answer, "email") == "lea@example.org"
    form = LEA | {name: hidden(answer, name) for name in ("csrf_token", "form_key")}
    assert otto.send_bare(PAGE, form).status_code == 303


def test_a_form_is_no_way_to_flood_mailboxes(shop: Flask, otto: Guest) -> None:
    for n in range(10):
        answer = register(otto, email=f"lea{n}@example.org", username=f"gast.{'abcdefghkm'[n]}")
        assert answer.status_code == 303
    answer = register(otto)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert hidden(answer, "email") == "lea@example.org"
    assert "lea@example.org" not in users(shop)
    assert register(Guest(shop, address="198.51.100.1")).status_code == 303


def test_names_cannot_be_tried_for_ever(otto: Guest) -> None:
    for _ in range(10):
        assert register(otto, username="erna").status_code == 422
    assert register(otto, username="erna").status_code == 429


def test_the_page_that_it_was_opened_for_comes_after_the_first_log_in(shop: Flask) -> None:
    lea = Guest(shop)
    page = lea.get(lea.get("/konto/sicherheit").headers["Location"])
    (link,) = re.findall(rf'href="({PAGE}[^"]*)"', page.text)
    there = lea.get(link)
    assert '"/konto/anmelden?next=/konto/sicherheit"' in there.text
    assert register(lea, link).headers["Location"] == "/konto/eroeffnet?next=/konto/sicherheit"
    mail = mailed(shop, "account_confirm")
    found = re.search(r"http://localhost:8000(/konto/bestaetigen/\S+)", mail)
    assert found
    press = re.search(r'action="(/konto/bestaetigen/[^"]+)"', lea.get(found[1]).text)
    assert press
    page = lea.get(lea.send(press[1]).headers["Location"])
    assert log_in(lea, "lea.g", next=hidden(page, "next")).headers["Location"] == "/konto/sicherheit"


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/kasse/",
        "/gibt-es-nicht",
        "/konto/abmelden",
    ],
)
def test_nothing_leads_to_other_places(shop: Flask, otto: Guest, way: str) -> None:
    """An open redirect makes a page that asks for passwords a bait (A3)."""
    page = otto.get(PAGE, query_string={"next": way})
    assert "evil" not in page.text
    assert 'name="next"' not in page.text
    assert register(otto, next=way).headers["Location"] == "/konto/eroeffnet"
    assert "next" not in mailed(shop, "account_confirm")
    link = link_in(mailed(shop, "account_confirm"), "/konto/bestaetigen/")
    assert "evil" not in otto.get(link, query_string={"next": way}).text
    token = otto.token()
    answer = otto.client.post(link, query_string={"next": way}, data={"csrf_token": token})
    assert answer.headers["Location"] == "/konto/anmelden"


def test_who_is_signed_in_needs_no_other_account(shop: Flask, erna: Guest) -> None:
    log_in(erna)
    answer = erna.get(f"{PAGE}?next=/konto/sicherheit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/sicherheit")
    assert erna.get(f"{PAGE}?next=//evil.example").headers["Location"] == "/konto/"
    count = len(users(shop))
    form = LEA | {"form_key": "6f0f3a54-54d9-4d33-9c1b-0d1c8e1f9a77"}
    assert erna.send(PAGE, form).headers["Location"] == "/konto/"
    assert len(users(shop)) == count


def test_letters_speak_the_language_of_the_page(shop: Flask, otto: Guest) -> None:
    otto.get("/?sprache=en")
    register(otto)
    with shop.app_context():
        lea = db.session.scalars(db.select(User).where(User.email == "lea@example.org")).one()
        assert lea.language == "en"
        db.session.rollback()


def send_all(forms: list[tuple[Guest, dict[str, str]]]) -> list[int]:
    """Send forms at the same moment; the answers' states, sorted."""
    with ThreadPoolExecutor(len(forms)) as pool:
        return sorted(pool.map(lambda each: each[0].send_bare(PAGE, each[1]).status_code, forms))


def test_of_many_who_want_one_name_at_once_one_gets_it(any_shop: Flask) -> None:
    guests = elsewhere(any_shop, 6)
    forms = [(guest, form_of(guest, email=f"lea{n}@example.org")) for n, guest in enumerate(guests)]
    assert send_all(forms) == [303] + [422] * 5
    assert sorted(map(str, users(any_shop).values())) == ["erna", "jonas.oe", "lea.g"]
    assert len(queued(any_shop)) == 1


def test_of_many_with_one_address_at_once_one_opens_an_account_and_none_is_told(any_shop: Flask) -> None:
    guests = elsewhere(any_shop, 6)
    forms = [
        (guest, form_of(guest, username=f"lea.{letter}"))
        for guest, letter in zip(guests, "abcdef", strict=True)
    ]
    assert send_all(forms) == [303] * 6
    opened = [email for email, username in users(any_shop).items() if username]
    assert sorted(opened) == ["erna@example.org", "jonas@example.org", "lea@example.org"]
    assert {email for _kind, email in queued(any_shop)} == {"lea@example.org"}
    assert [kind for kind, _email in queued(any_shop)].count("account_confirm") == 1


@pytest.mark.parametrize("email", ["lea@example.org", "jonas@example.org"])
def test_a_double_click_opens_one_account(any_shop: Flask, email: str) -> None:
    lea = Guest(any_shop)
    form = form_of(lea, email=email)
    assert send_all([(lea, form)] * 4) == [303] * 4
    assert len(queued(any_shop)) == 1
    assert len(users(any_shop)) == 3


def test_a_kept_name_is_nobodys_account(shop: Flask, otto: Guest) -> None:
    register(otto, email="jonas@example.org", username="lea.h")
    listed = shop.test_cli_runner().invoke(args=["shop", "user", "list"])
    assert listed.exit_code == 0, listed.output
    assert len(listed.output.splitlines()) == 2
    assert queued(shop) == [("account_there", "jonas@example.org")]


def test_the_log_in_page_carries_its_way_on(otto: Guest) -> None:
    page = otto.get("/konto/anmelden?next=/konto/sicherheit")
    (link,) = re.findall(rf'href="({PAGE}[^"]*)"', page.text)
    assert parse_qs(urlsplit(link).query) == {"next": ["/konto/sicherheit"]}
