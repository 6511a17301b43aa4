"""Opening accounts: one for each address and each name, also when two ask at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_security.utils import verify_password

from shop.db import db, transaction
from shop.people import accounts, organisations
from shop.people.models import Administrator, Organisation, User
from shop.people.passwords import Hashed, check_password, hashed


def opened(username: str = "erna", email: str = "erna@example.org", password: str | None = None) -> User:
    """An account inside the caller's transaction."""
    return accounts.open_account(
        email=email,
        username=username,
        password=password,
        first_name="Erna",
        last_name="Müller",
        language="de",
    )


def test_an_account_is_found_by_name_and_address_however_cased(any_app: Flask) -> None:
    with transaction():
        opened("Erna.M", " Erna@Example.org ")
    for found in (
        accounts.by_username("erna.m"),
        accounts.by_email("ERNA@example.org"),
        accounts.by_identity("ERNA.M"),
        accounts.by_identity("erna@example.org"),
    ):
        assert found
        assert found.username == "Erna.M"
        assert found.email == "erna@example.org"
        assert found.confirmed_at is None
    assert accounts.by_username("erna-m") is None, "alike is not the same"
    assert accounts.by_email("") is None


@pytest.mark.parametrize(
    ("username", "email", "field"),
    [
        ("ema", "other@example.org", "username"),
        ("E.R.N.A", "other@example.org", "username"),
        ("otto", "ERNA@example.org", "email"),
        ("erna", "erna@example.org", "username"),
    ],
)
def test_taken_names_and_addresses_are_refused_the_name_first(
    any_app: Flask, username: str, email: str, field: str
) -> None:
    with transaction():
        opened()
    with pytest.raises(accounts.Taken) as taken, transaction():
        opened(username, email)
    assert taken.value.field == field


@pytest.mark.parametrize(
    ("username", "email"), [("ema", "other{}@example.org"), ("otto{}", "erna@example.org")]
)
def test_of_many_at_once_one_gets_it(any_app: Flask, username: str, email: str) -> None:
    def ask(n: int) -> str:
        with any_app.app_context():
            try:
                with transaction():
                    opened(username.format(chr(97 + n)), email.format(n))
            except accounts.Taken as taken:
                return taken.field
        return "opened"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert answers.count("opened") == 1
    assert set(answers) == {"opened", "username" if username == "ema" else "email"}


def test_a_refusal_leaves_the_callers_transaction_alive(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two asked at once: the constraint says no, and the rest of the deed goes on (redeeming does)."""
    with transaction():
        opened()
    monkeypatch.setattr(accounts, "refusal", lambda *_: None)
    with transaction():
        with pytest.raises(accounts.Taken) as taken:
            opened("otto")
        assert taken.value.field == "email"
        opened("otto", "otto@example.org")
    assert accounts.by_username("otto")


def test_a_password_is_kept_as_argon2id_and_hashed_once(app: Flask) -> None:
    before = hashed("Ameise kocht Suppe")
    assert isinstance(before, Hashed)
    with transaction():
        one, two = opened(password="Ameise kocht Suppe"), opened("otto", "otto@example.org", before)
        assert str(one.password).startswith("$argon2id$")
        assert one.password != two.password
        assert all(each.verify_and_update_password("Ameise kocht Suppe") for each in (one, two))


def test_the_same_password_in_another_form_of_unicode_is_the_same(app: Flask) -> None:
    kept = hashed("Mu\u0308hlrad dreht Käse")
    assert verify_password("Mu\u0308hlrad dreht Ka\u0308se", kept)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kurz", "short"),
        ("x" * 129, "long"),
        ("aaaaaaaaaaaa", "worn"),
        ("0123456789", "worn"),
        ("4567890123", "worn"),
        ("Passwort123", "worn"),
        ("qwertzuiop", "worn"),
        ("Sommer2026!", "worn"),
        ("erna.mueller", "about"),
        ("erna@example.org1", "about"),
    ],
)
def test_weak_passwords_are_refused_with_their_reason(password: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        check_password(password, "erna.mueller", "erna@example.org")


@pytest.mark.parametrize(
    "password", ["Ameise kocht Suppe", "kT7#pWq9zL", "Sommerfrische am Bodensee", "日本語のパスワードです!"]
)
def test_good_passwords_pass(password: str) -> None:
    assert check_password(password, "erna.mueller", "erna@example.org") == password


def municipality(name: str = "Gemeinde Seehausen") -> Organisation:
    """An organisation inside the caller's transaction."""
    return organisations.found(name, "Dorfstraße 1", "88131", "Seehausen", "rathaus@example.org")


def test_an_organisation_is_found_through_its_administrator_only(any_app: Flask) -> None:
    with transaction():
        erna, otto = opened(), opened("otto", "otto@example.org")
        here, there = municipality(), municipality("Stadt Lindau")
        organisations.appoint(here.id, erna)
        organisations.appoint(here.id, erna)
        organisations.appoint(there.id, otto)
        assert organisations.get_for(erna, here.id) is here
        assert organisations.get_for(erna, there.id) is None
        assert organisations.get_for(erna, uuid.uuid4()) is None
        assert [each.name for each in organisations.of_user(otto)] == ["Stadt Lindau"]
        with pytest.raises(organisations.NameTaken):
            municipality()


def test_the_last_administrator_stays(any_app: Flask) -> None:
    with transaction():
        erna, otto = opened(), opened("otto", "otto@example.org")
        here = municipality()
        for person in (erna, otto):
            organisations.appoint(here.id, person)
        organisations.remove(here, erna)
        organisations.remove(here, erna)
        with pytest.raises(organisations.LastOne):
            organisations.remove(here, otto)
        assert list(organisations.administrators(here)) == [otto]


def test_two_who_remove_each_other_at_once_do_not_leave_nobody(any_app: Flask) -> None:
    with transaction():
        people = [opened(), opened("otto", "otto@example.org")]
        here = municipality()
        for person in people:
            organisations.appoint(here.id, person)
        ids, organisation_id = [person.id for person in people], here.id

    def leave(user_id: int) -> bool:
        with any_app.app_context():
            try:
                with transaction() as session:
                    organisations.remove(
                        session.get_one(Organisation, organisation_id), session.get_one(User, user_id)
                    )
            except organisations.LastOne:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ids)) == [False, True]
    assert db.session.scalar(db.select(db.func.count()).select_from(Administrator)) == 1


def test_who_administers_is_not_invited_again_and_a_withdrawn_invitation_is_closed(any_app: Flask) -> None:
    with transaction():
        erna, here = opened(), municipality()
        organisations.appoint(here.id, erna)
        with pytest.raises(organisations.AlreadyThere):
            organisations.invite(here, "ERNA@example.org", "de", None)
        invitation = organisations.invite(here, "otto@example.org", "de", erna)
        token = organisations.token(invitation)
        assert organisations.of_token(token) is invitation
        assert list(organisations.open_invitations(here)) == [invitation]
        assert token not in repr(vars(invitation))
    with transaction():
        stranger = municipality("Stadt Lindau")
        assert not organisations.withdraw(stranger, invitation.id)
        assert organisations.withdraw(here, invitation.id)
    assert list(organisations.open_invitations(here)) == []
    with pytest.raises(organisations.NotOpen):
        organisations.of_token(token)


def test_two_accept_one_invitation_at_once_and_one_gets_it(any_app: Flask) -> None:
    with transaction():
        people = [opened(), opened("otto", "otto@example.org")]
        invitation = organisations.invite(municipality(), "neu@example.org", "de", None)
        token, ids = organisations.token(invitation), [person.id for person in people]

    def accept(user_id: int) -> bool:
        with any_app.app_context():
            try:
                with transaction() as session:
                    organisations.accept(token, session.get_one(User, user_id))
            except organisations.NotOpen:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, ids)) == [False, True]
