"""Who is invited to administer an organisation, and accepts with an old account or a new one (DOMAIN C1)."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from shop import clock
from shop.db import db, transaction
from shop.people import accounts, organisations
from shop.people.models import Organisation
from tests.account.cast import PASSWORD, is_signed_in, log_in, open_account, queued
from tests.account.test_passwords import link_in, mailed
from tests.web.guest import Guest, words

FORM = {"first_name": "Aylin", "last_name": "Kaya", "username": "aylin.kaya", "password": PASSWORD}


@pytest.fixture
def seehausen(shop: Flask) -> str:
    """A municipality that Erna administers; its name."""
    with shop.app_context(), transaction():
        here = organisations.found(
            "Gemeinde Seehausen", "Dorfstraße 1", "88131", "Seehausen", "rathaus@example.org"
        )
        erna = accounts.by_username("erna")
        assert erna
        organisations.appoint(here.id, erna)
    return "Gemeinde Seehausen"


def invite(app: Flask, name: str, email: str, by: str | None = "erna") -> str:
    """Invite somebody; the path in the letter."""
    with app.app_context(), transaction():
        here = organisations.by_name(name)
        assert here
        organisations.invite(here, email, "de", accounts.by_username(by) if by else None)
    return link_in(mailed(app, "organisation_invited"), "/konto/einladung/")


def administrators(app: Flask, name: str) -> list[str]:
    """The user names of who administers an organisation."""
    with app.app_context():
        here = organisations.by_name(name)
        assert here
        found = [str(each.username) for each in organisations.administrators(here)]
        db.session.rollback()
    return found


def test_a_new_administrator_opens_an_account_with_the_invitation(
    shop: Flask, seehausen: str, otto: Guest
) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    page = otto.get(link)
    assert "Erna Müller lädt Sie ein" in words(page)
    assert "aylin@example.org" in page.text
    assert otto.send(link, FORM).headers["Location"] == "/konto/"
    assert "Gemeinde Seehausen" in otto.get("/konto/").text
    assert administrators(shop, seehausen) == ["erna", "aylin.kaya"]
    assert log_in(Guest(shop), "aylin.kaya").status_code == 302, "the mailbox is proved"
    assert otto.get(link).status_code == 404


def test_who_has_an_account_logs_in_and_accepts(shop: Flask, seehausen: str, otto: Guest) -> None:
    link = invite(shop, seehausen, "jonas@example.org", by=None)
    page = otto.get(link)
    assert "gibt es schon ein Konto" in words(page)
    assert 'name="password"' not in page.text
    step = otto.get(f"{link}/anmelden").headers["Location"]
    assert step == "/konto/anmelden", "no address carries the link on"
    assert log_in(otto, "jonas.oe").headers["Location"] == link
    assert otto.send(f"{link}/annehmen").headers["Location"] == "/konto/"
    assert administrators(shop, seehausen) == ["erna", "jonas.oe"]


def test_an_invitation_is_accepted_once(shop: Flask, seehausen: str, otto: Guest) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    otto.send(link, FORM)
    other = Guest(shop)
    log_in(other, "jonas.oe")
    assert other.send(f"{link}/annehmen").status_code == 404
    assert administrators(shop, seehausen) == ["erna", "aylin.kaya"]


def test_a_new_invitation_voids_the_old_link(shop: Flask, seehausen: str, otto: Guest) -> None:
    old = invite(shop, seehausen, "aylin@example.org")
    new = invite(shop, seehausen, "Aylin@Example.org ")
    assert old != new
    assert otto.get(old).status_code == 404
    assert otto.get(new).status_code == 200


def test_an_invitation_ends_after_two_weeks(shop: Flask, seehausen: str, otto: Guest) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    with clock.shifted_by(timedelta(days=14, minutes=1)):
        assert otto.get(link).status_code == 404
        assert otto.send(link, FORM).status_code == 404
    assert administrators(shop, seehausen) == ["erna"]


@pytest.mark.parametrize("way", ["", "/anmelden", "/annehmen"])
def test_a_made_up_link_opens_nothing(shop: Flask, seehausen: str, erna: Guest, way: str) -> None:
    log_in(erna)
    answer = (
        erna.send(f"/konto/einladung/falsch{way}")
        if way != "/anmelden"
        else erna.get("/konto/einladung/falsch")
    )
    assert answer.status_code in (404, 422)
    assert administrators(shop, seehausen) == ["erna"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "erna", "zum Verwechseln ähnlichen"),
        ("username", "Erna", "zum Verwechseln ähnlichen"),
        ("username", "er.na", "zum Verwechseln ähnlichen"),
        ("username", "ema", "zum Verwechseln ähnlichen"),
        ("username", "аylin", "Erlaubt sind die Buchstaben"),
        ("username", "ay", "mindestens 3 Zeichen"),
        ("username", "a" * 33, "höchstens 32 Zeichen"),
        ("username", ".aylin", "beginnen und enden"),
        ("username", "aylin kaya", "Erlaubt sind die Buchstaben"),
        ("password", "kurz", "mindestens 10 Zeichen"),
        ("password", "aylin.kaya1", "Ihr Name und Ihre Adresse"),
        ("first_name", " ", "Bitte geben Sie Ihren Vornamen ein."),
        ("last_name", "x" * 101, "höchstens 100 Zeichen"),
    ],
)
def test_bad_data_is_refused_at_its_field(
    shop: Flask, seehausen: str, otto: Guest, field: str, value: str, said: str
) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    answer = otto.send(link, {**FORM, field: value})
    assert answer.status_code == 422
    error = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.S)
    assert error
    assert said in words(error[1])
    assert PASSWORD not in answer.text
    assert otto.send(link, FORM).status_code == 303


def test_markup_in_names_stays_text(shop: Flask, seehausen: str, otto: Guest) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    otto.send(link, {**FORM, "first_name": "<b>Aylin</b>"})
    assert "&lt;b&gt;Aylin" in otto.get("/konto/").text


def test_a_form_without_token_opens_no_account(shop: Flask, seehausen: str, otto: Guest) -> None:
    link = invite(shop, seehausen, "aylin@example.org")
    assert otto.send_bare(link, FORM).status_code == 400
    assert otto.send_bare(f"{link}/annehmen").status_code == 400


def test_an_invited_organisation_is_not_seen_by_others(shop: Flask, seehausen: str, otto: Guest) -> None:
    log_in(otto, "jonas.oe")
    assert "Seehausen" not in otto.get("/konto/").text
    assert is_signed_in(otto)


def test_commands_found_invite_list_and_remove(shop: Flask) -> None:
    run = shop.test_cli_runner()
    create = ["shop", "organisation", "create", "Stadt Lindau", "--street", "Markt 1", "--postcode", "88131"]
    create += ["--city", "Lindau", "--email", "kasse@example.org", "--admin", "erna@example.org"]
    assert run.invoke(args=create).exit_code == 0
    assert ("organisation_invited", "erna@example.org") in queued(shop)
    assert "There is an organisation" in run.invoke(args=create).output
    invite_two = ["shop", "organisation", "invite", "Stadt Lindau", "jonas@example.org"]
    assert run.invoke(args=invite_two).exit_code == 0
    listed = run.invoke(args=["shop", "organisation", "list"]).output
    assert "Stadt Lindau" in listed
    assert "invited: erna@example.org" in listed
    with shop.app_context(), transaction() as session:
        here = session.scalars(db.select(Organisation)).one()
        for name in ("erna", "jonas.oe"):
            person = accounts.by_username(name)
            assert person
            organisations.appoint(here.id, person)
    remove = ["shop", "organisation", "remove", "Stadt Lindau"]
    assert run.invoke(args=[*remove, "erna"]).exit_code == 0
    assert "last administrator" in run.invoke(args=[*remove, "jonas.oe"]).output
    for bad in (["keine"], ["a@b@c"]):
        assert run.invoke(args=["shop", "organisation", "invite", "Stadt Lindau", *bad]).exit_code == 2
    assert run.invoke(args=["shop", "organisation", "invite", "Nirgends", "a@example.org"]).exit_code == 1


def test_staff_open_an_account_whose_owner_chooses_the_password(shop: Flask, otto: Guest) -> None:
    run = shop.test_cli_runner()
    create = [
        "shop",
        "user",
        "create",
        "aylin@example.org",
        "aylin",
        "--first-name",
        "Aylin",
        "--last-name",
        "Kaya",
    ]
    assert run.invoke(args=create).exit_code == 0
    assert "looks alike" in run.invoke(args=create).output
    link = link_in(mailed(shop, "account_opened"), "/konto/passwort-vergessen/")
    assert otto.send(link, {"password": PASSWORD}).status_code == 302
    assert log_in(otto, "aylin").status_code == 302
    listed = run.invoke(args=["shop", "user", "list", "--query", "kaya"]).output
    assert "aylin@example.org" in listed
    assert "erna" not in listed


def test_commands_say_when_there_is_no_such_account(shop: Flask) -> None:
    run = shop.test_cli_runner()
    for command in ("disable", "enable", "confirm", "send-link"):
        result = run.invoke(args=["shop", "user", command, "niemand"])
        assert result.exit_code == 1
        assert "There is no account" in result.output


def test_confirming_by_staff(shop: Flask) -> None:
    open_account(shop, "neu", confirmed=False)
    assert shop.test_cli_runner().invoke(args=["shop", "user", "confirm", "neu"]).exit_code == 0
    assert log_in(Guest(shop), "neu").status_code == 302
