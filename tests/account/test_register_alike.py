"""Nobody learns whose addresses have an account by opening one, nor do many at once get two (QUALITY A1, A8, F6)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from tests.account.cast import change, log_in, open_account, queued
from tests.account.test_passwords import link_in, mailed
from tests.account.test_register import LEA, PAGE, elsewhere, form_of, register, users
from tests.statements import statements
from tests.web.guest import Guest, words


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
        with shop.app_context(), statements() as asked:
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
