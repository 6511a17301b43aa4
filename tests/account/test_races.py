"""Many who log in at once, codes used twice at once, and what time tells (F7, A1, A8)."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import pytest
from flask import Flask

from shop.db import db, transaction
from shop.orders.models import WrongCode
from shop.people.models import User
from tests.account.cast import change, is_signed_in, log_in
from tests.account.test_second_factor import CODE, SPARE, spare_codes, switch_on
from tests.web.guest import Guest


def test_many_log_in_at_once_while_others_write(any_shop: Flask) -> None:
    """The library reads, then writes; a reader that becomes a writer is refused on SQLite."""

    def one(n: int) -> int:
        guest = Guest(any_shop, address=f"203.0.113.{n}")
        if n % 3:
            return log_in(guest, ("erna", "jonas.oe")[n % 2]).status_code
        guest.put_in()
        return 302

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(24))) == {302}
    with any_shop.app_context():
        left = db.session.scalar(db.select(db.func.count()).select_from(WrongCode))
        db.session.rollback()
    assert left == 0, "right passwords are forgiven"


def test_a_code_of_the_app_opens_one_of_two_browsers(any_shop: Flask) -> None:
    first = Guest(any_shop)
    log_in(first)
    code = switch_on(first).generate().token
    guests = [Guest(any_shop, address=f"203.0.113.{n}") for n in range(4)]
    for guest in guests:
        log_in(guest)
    tokens = [guest.token() for guest in guests]

    def send(n: int) -> int:
        return guests[n].send_bare(CODE, {"code": code, "csrf_token": tokens[n]}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [302, 422, 422, 422]
    assert sum(map(is_signed_in, guests)) == 1


def test_a_spare_code_opens_one_of_two_browsers(any_shop: Flask) -> None:
    first = Guest(any_shop)
    log_in(first)
    switch_on(first)
    code = spare_codes(first)[0]
    guests = [Guest(any_shop, address=f"203.0.113.{n}") for n in range(4)]
    for guest in guests:
        log_in(guest)
    tokens = [guest.token() for guest in guests]

    def send(n: int) -> int:
        return guests[n].send_bare(SPARE, {"code": code, "csrf_token": tokens[n]}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [302, 422, 422, 422]
    assert sum(map(is_signed_in, guests)) == 1


def test_many_guesses_at_once_are_no_way_around_the_throttle(any_shop: Flask) -> None:
    guest = Guest(any_shop)
    token = guest.token()
    form = {"email": "erna", "password": "falsch", "csrf_token": token}

    def guess(_n: int) -> int:
        other = Guest(any_shop)
        other.client._cookies = guest.client._cookies
        return other.send_bare("/konto/anmelden", form).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count(422) == 10
    assert answers.count(429) == 14


@pytest.mark.timeout(120)
def test_an_unknown_name_takes_as_long_as_a_wrong_password(shop: Flask) -> None:
    """The answer is the same; so is the time, up to noise."""

    def seconds(name: str) -> float:
        guest = Guest(shop)
        token = guest.token()
        started = time.perf_counter()
        answer = guest.send_bare(
            "/konto/anmelden", {"email": name, "password": "falsch", "csrf_token": token}
        )
        spent = time.perf_counter() - started
        assert answer.status_code == 422
        with shop.app_context(), transaction() as session:
            session.execute(db.delete(WrongCode))
        return spent

    log_in(Guest(shop))
    known, unknown = [], []
    for _ in range(15):
        known.append(seconds("erna"))
        unknown.append(seconds("niemand"))
    assert 0.7 < median(known) / median(unknown) < 1.43


def test_disabling_between_password_and_code_keeps_the_door_shut(shop: Flask) -> None:
    erna = Guest(shop)
    log_in(erna)
    app = switch_on(erna)
    other = Guest(shop)
    log_in(other)
    change(shop, "erna", active=False)
    other.send(CODE, {"code": app.generate().token})
    assert not is_signed_in(other)


def test_a_password_reset_between_password_and_code_starts_anew(shop: Flask) -> None:
    erna = Guest(shop)
    log_in(erna)
    app = switch_on(erna)
    other = Guest(shop)
    log_in(other)
    with shop.app_context(), transaction() as session:
        user = session.scalars(db.select(User).where(User.username == "erna")).one()
        user.fs_uniquifier = "0" * 32
    assert other.send(CODE, {"code": app.generate().token}).headers["Location"] == "/konto/anmelden"
    assert not is_signed_in(other)
