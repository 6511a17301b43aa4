"""Every address, asked by everyone it is not for (QUALITY A2).

The walk takes the addresses from the app itself. A new one is private until it is named here as
public, and an unknown placeholder stops the walk, so nobody can add a door and forget the lock.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shop.cards.open import open_card
from shop.catalogue.models import Offer
from shop.core.codes import shown_number
from shop.db import db, transaction
from shop.documents import issue as documents
from shop.documents.models import Certificate
from shop.orders.certify import complete
from shop.orders.enrol.redeem import redeem_existing
from shop.people import organisations
from shop.people.models import Organisation, User
from tests.cards.cast import card_type
from tests.conftest import MakeApp
from tests.organisations.cast import (
    PASSWORD,
    administrator,
    code_texts,
    codes_of,
    learner,
    municipality,
    ordered,
)
from tests.shopfloor import course, open_shop
from tests.web.guest import Guest, everything

# For everybody. An address that names nobody, or a public thing such as a course.
PUBLIC = {
    "static",
    "motif",
    "hooks.health",
    "hooks.stripe_webhook",  # proves itself by its signature
    "account.login",
    "account.to_register",
    "account.open_account",
    "account.registered",
    "storefront.start",
    "storefront.vouchers",
    "storefront.configure",
    "storefront.put_in",
    "storefront.preview",
    "storefront.embed",
    "storefront.courses",
    "storefront.course",
    "storefront.dates",
    "storefront.balance",
    "appointments.list",
    "appointments.appointment",
    "appointments.dates",
    "pages.page",
    "pages.colours",
    "booking.book",
    "booking.put_in",
    "booking.remember",
    "booking.price",
    "booking.wait",
    "booking.join",
    "booking.joined",
    "checkout.basket",
    "checkout.remembered",
    "checkout.checkout",
    "checkout.order_now",
    "checkout.claim",
    "checkout.withdraw",
    "checkout.confirm_withdrawal",
    "checkout.withdrawn",
    "redeem.redeem",
    "redeem.redeem_now",
    "redeem.redeemed",
    "redeem.look",
    "redeem.help",
    "redeem.ask_for_help",
    "redeem.helped",
    "redeem.check",
    "redeem.check_typed",
    "security.login",
    "security.logout",
    "security.forgot_password",
    "security.send_confirmation",
    "security.wan_signin",
    "hooks.mails",  # the demo's, closed in every other shop
}
# The address itself is the key, or the visitor's own cookie is: a made-up one opens nothing.
KEYED = {
    "checkout.release",  # takes nothing that this visitor does not hold
    "redeem.certificate",
    "hooks.pretend",
    "hooks.pretend_press",
    "hooks.mail",
    "hooks.attachment",
    "account.invited",
    "account.to_log_in",
    "account.open_and_accept",
    "account.accept",
    "redeem.undo",
    "redeem.undo_now",
    "booking.place",
    "booking.accept",
    "booking.leave",
    "booking.pass_on",
    "checkout.order",
    "checkout.paper",
    "checkout.pay_again",
    "checkout.send_again",
    "checkout.voucher_pdf",
    "checkout.receipt_pdf",
    "checkout.cancel",
    "checkout.confirm_cancel",
    "checkout.transfer_code",
    "checkout.take",
    "checkout.remove",
    "checkout.set_quantity",
    "checkout.remember",
}
# Steps of the library that lead back to their first page without a token or a state of theirs.
STEPS = {
    "security.confirm_email": "/konto/bestaetigen",
    "security.reset_password": "/konto/passwort-vergessen",
    "security.wan_signin_response": "/konto/anmelden/passkey",
    "security.two_factor_token_validation": "/konto/anmelden",
    "security.mf_recovery": "/konto/anmelden",
}
# Of these the page at the made-up address only asks to press a button, which then leads back.
ASKS_FIRST = {"security.confirm_email"}

# They only work something out: what they are sent changes nothing.
COMPUTES = {"booking.price", "storefront.preview", "redeem.ask_for_help"}

LOG_IN = "/konto/anmelden"
TABLES_OF_VISITS = ("wrong_codes", "users")  # a log-in counts, and is noted


@dataclass(frozen=True)
class Town:
    """Seedorf's own things, by the names that addresses give them."""

    organisation: UUID
    anna: int
    order: str
    code: str
    invoice: str
    certificate: str
    card: str
    secrets: tuple[str, ...]  # what nobody else may read

    def value(self, rule: Rule, name: str) -> Any:
        """What stands for a placeholder; a name that is new here must be given a meaning."""
        numbers = {
            "codes": self.code,
            "bestellungen": self.order,
            "zertifikat": self.certificate,
            "wertkarte": self.card,
        }
        own = {
            "organisation_id": self.organisation,
            "user_id": self.anna,
            "paper": self.invoice,
            "ending": "csv",
            "token": "x" * 43,
            "dimension": "user",
            "key": "erwachsen",
            "number": next((value for part, value in numbers.items() if f"/{part}/" in rule.rule), "K1"),
        }
        public = {
            "slug": "agb",
            "file": "standard.webp",
            "filename": "css/base.css",
            "name": "x.eml",
            "place": 0,
        }
        ids = dict.fromkeys(("line", "payment", "booking_id", "row_id", "contract_id"), UUID(int=7))
        known = {**own, **public, **ids}
        assert name in known, f"what is <{name}> in {rule.rule}? Give the walk a value for it."
        return known[name]


@pytest.fixture
def town(shop: Flask) -> Town:
    """Seedorf has ordered two codes; Jonas has redeemed one and has a certificate. Berta administers Fernau.

    Anna, who ordered, has a value card.
    """
    with shop.app_context():
        here = municipality()
        anna = administrator(here)
        administrator(municipality("Stadt Fernau", "kasse@fernau.example.org"), "berta", "Berta")
        learner()
        learner("carla", "Carla")
        order = ordered(here, anna)
        texts = code_texts(order)
        redeem_existing("jonas", texts[0], ["address:192.0.2.9"])
        with transaction() as session:
            session.get_one(Offer, "K1").starts_on = None  # it can be completed at any time
            session.flush()
            complete("K1", ["jonas"])
        certificate = db.session.scalars(db.select(Certificate)).one().number
        with transaction():
            card = open_card(anna.id, "wert").number
        made = Town(
            organisation=here.id,
            anna=anna.id,
            order=order.number,
            code=codes_of(order)[1].number,
            invoice=documents.of_order(order.id)[0].number,
            certificate=certificate,
            card=card,
            secrets=("Seedorf", shown_number(card), order.number, texts[1], "anna@example.org"),
        )
        db.session.rollback()
    return made


@pytest.fixture
def shop(make_app: MakeApp, sqlite_uri: str) -> Flask:
    """The small shop with one course."""
    app = make_app(sqlite_uri)
    with app.app_context():
        open_shop()
        course("K1", 10000)
        card_type()
    return app


def addresses(shop: Flask, town: Town) -> list[tuple[Rule, str, str]]:
    """Every rule of the app, each method that it answers, and the address of Seedorf's own thing there."""
    found = []
    with shop.test_request_context():
        adapter = shop.url_map.bind("localhost")
        for rule in shop.url_map.iter_rules():
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                values = {name: town.value(rule, name) for name in rule.arguments}
                found.append((rule, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def ask(guest: Guest, method: str, path: str) -> TestResponse:
    """Open a page, or send an empty form with a valid token."""
    return guest.get(path) if method == "GET" else guest.send(path)


def signed_in(shop: Flask, username: str) -> Guest:
    """Somebody at their account."""
    guest = Guest(shop)
    answer = guest.send(LOG_IN, {"email": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return guest


def refused(answer: TestResponse) -> bool:
    """Sent to log in, or told that there is nothing."""
    if answer.status_code in (302, 303):
        return urlsplit(answer.headers["Location"]).path == LOG_IN
    return answer.status_code in (403, 404)


def told(answer: TestResponse, town: Town) -> list[str]:
    """What an answer says of Seedorf that its asker did not know from the address."""
    return [secret for secret in town.secrets if secret in answer.text and secret not in answer.request.path]


def untouched(shop: Flask) -> dict[str, list[str]]:
    """What must not change when others knock."""
    return {name: rows for name, rows in everything(shop).items() if name not in TABLES_OF_VISITS}


def test_the_lists_name_nothing_that_is_gone(shop: Flask) -> None:
    assert (PUBLIC | KEYED | STEPS.keys()) <= set(shop.view_functions)
    assert not PUBLIC & KEYED
    assert not any("organisation." in name for name in PUBLIC | KEYED)


def test_a_visitor_opens_only_what_is_public(shop: Flask, town: Town) -> None:
    before, seen = untouched(shop), 0
    for rule, method, path in addresses(shop, town):
        if rule.endpoint in PUBLIC:
            continue
        seen += 1
        answer = ask(Guest(shop), method, path)
        if rule.endpoint in STEPS and not (method == "GET" and rule.endpoint in ASKS_FIRST):
            assert answer.status_code == 302, (method, path, answer.status_code)
            assert urlsplit(answer.headers["Location"]).path == STEPS[rule.endpoint], (method, path)
        elif rule.endpoint in ASKS_FIRST:
            assert answer.status_code == 200
        elif rule.endpoint == "account.open_and_accept":
            assert answer.status_code == 404
        elif rule.endpoint == "redeem.certificate":
            assert answer.status_code == 200, "a certificate's number is what its paper shows"
        elif rule.endpoint == "checkout.release":
            assert answer.status_code in (200, 303)
        elif rule.endpoint == "checkout.set_quantity":
            assert answer.status_code == 422, "no number is refused before any line is looked for"
        else:
            assert refused(answer), (method, path, answer.status_code, answer.headers.get("Location"))
        assert not told(answer, town), (method, path)
    assert seen > 50
    assert untouched(shop) == before


@pytest.mark.parametrize("who", ["berta", "carla"])
def test_nobody_reaches_into_a_foreign_organisation(shop: Flask, town: Town, who: str) -> None:
    """Berta administers another one; Carla has an account and nothing else."""
    guest = signed_in(shop, who)
    before, seen = untouched(shop), 0
    for rule, method, path in addresses(shop, town):
        if rule.endpoint in PUBLIC or rule.endpoint in KEYED or rule.endpoint.startswith("security."):
            continue
        if not rule.arguments:
            if method == "GET":
                answer = guest.get(path, follow_redirects=True)
                assert not told(answer, town), path
            continue
        seen += 1
        answer = ask(guest, method, path)
        assert answer.status_code == 404, (method, path, answer.status_code, answer.headers.get("Location"))
        assert not told(answer, town), (method, path)
    assert seen > 20
    assert guest.get("/konto/").status_code == 200
    assert untouched(shop) == before


def test_those_it_is_for_do_get_in(shop: Flask, town: Town) -> None:
    """Else the walks above would prove nothing."""
    guests = {"anna": signed_in(shop, "anna"), "jonas": signed_in(shop, "jonas")}
    seen = 0
    for rule, method, path in addresses(shop, town):
        if method == "GET" and (
            rule.endpoint.startswith(("organisation.", "cards.")) or "/konto/zertifikat" in rule.rule
        ):
            who = "jonas" if "zertifikat" in rule.rule else "anna"
            answer = guests[who].get(path)
            assert answer.status_code in (200, 302, 303), (path, answer.status_code)
            assert "no-store" in answer.headers["Cache-Control"], path
            seen += 1
    assert seen > 10


def test_a_removed_administrator_is_out_at_once(shop: Flask, town: Town) -> None:
    guest = signed_in(shop, "anna")
    desk = f"/organisation/{town.organisation}/"
    assert guest.get(desk).status_code == 200
    with shop.app_context(), transaction() as session:
        here = session.get_one(Organisation, town.organisation)
        berta = session.scalars(db.select(User).where(User.username == "berta")).one()
        organisations.appoint(here.id, berta)
        organisations.remove(here, session.get_one(User, town.anna))
    assert guest.get(desk).status_code == 404


def test_without_a_token_no_form_is_taken_from_anybody(shop: Flask, town: Town) -> None:
    """Forgery (A3): every unsafe address, asked without a token by somebody who may."""
    guest, before = signed_in(shop, "anna"), untouched(shop)
    for rule, verb, path in addresses(shop, town):
        if verb != "GET" and rule.endpoint != "hooks.stripe_webhook":
            answer = guest.client.open(path, method=verb, base_url="http://localhost")
            taken = answer.status_code not in (400, 404, 422)
            assert not taken or rule.endpoint in COMPUTES, (verb, path, answer.status_code)
    assert untouched(shop) == before
    assert guest.get("/konto/").status_code == 200
