"""Every route of the shop: no token changes nothing, made-up ids break nothing, GET writes nothing (A2, A3)."""

import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from shop.bookings.models import Booking
from shop.cards.open import open_card
from shop.catalogue.models import Contract, PriceRow
from shop.clerk.letters import LETTERS
from shop.db import db, transaction
from shop.documents import issue as documents
from shop.orders.models import Order
from shop.outbox.models import Message
from shop.payments.models import Payment
from shop.people import staff
from shop.vouchers.models import Voucher
from tests.booking.forms import join, link_of, offer_free, put_in
from tests.bookings.school import ALWAYS, course, room
from tests.cards.cast import appointment, card_type, contract, prices, row
from tests.conftest import MakeApp
from tests.organisations.cast import PASSWORD, administrator, codes_of, municipality, ordered
from tests.web.conftest import opened
from tests.web.guest import CARD, ERNA, Guest, everything, words

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
NEEDS_NO_TOKEN = {
    "hooks.stripe_webhook": {404},  # no secret is configured here; the signature is its token
    "storefront.preview": {200},  # shows what was typed and keeps nothing
    "booking.price": {200},  # so does this
    "redeem.ask_for_help": {200},  # and this, until its button is pressed
}
# Where the library leads whose link is none; it never says whether there is an account.
ASKS_AGAIN = ("security.",)
MADE_UP = [
    "gibt-es-nicht",
    "0",
    "%00",
    "a%00b",
    "..%2f..%2fetc%2fpasswd",
    "%F0%9F%8E%81",
    "%E2%80%AEtxt",
    "%FF%FE",
    "'%20OR%201=1--",
    "%3Cscript%3E",
    "x" * 3000,
]


def unheard(endpoint: str) -> set[int]:
    """How a form without a valid token is refused; at a desk where nothing was chosen, that may be said first."""
    return NEEDS_NO_TOKEN.get(endpoint, {400, 422} if endpoint.startswith("organisation.") else {400})


@dataclass
class Scene:
    """A shop in which Erna has done everything once, and the values that routes ask for.

    She administers a municipality that has ordered codes, has a value card, works in the back office, and is
    signed in.
    """

    app: Flask
    erna: Guest
    values: dict[str, str]

    def address(self, rule: Rule, **other: str) -> str:
        """The address of a route, with real ids."""
        # What `number` and `token` name depends on the part of the shop.
        part = rule.rule.split("/")[1]
        own = {name: self.values.get(f"{part}.{name}") or self.values[name] for name in rule.arguments}
        names = {name: other.get(name, own[name]) for name in rule.arguments}
        return re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: names[found[1]], rule.rule)


@pytest.fixture
def scene(make_app: MakeApp, any_uri: str) -> Scene:
    app = opened(make_app(any_uri))
    erna = Guest(app)
    with app.app_context():
        course("K1", register_until=ALWAYS)
        course("K2", seats=0, register_until=ALWAYS)
    put_in(erna)
    token = erna.buy()
    line = erna.put_in(amount="2500")
    join(erna, "K2")
    with app.app_context():
        room("K2", 1)
    offer_free(app)
    with app.app_context():
        values = {
            "number": db.session.scalars(select(Voucher.number)).one(),
            "payment": str(db.session.scalars(select(Payment.id)).one()),
            "booking_id": str(
                db.session.scalars(select(Booking.id).where(Booking.state == "confirmed")).one()
            ),
            "kurse.number": "K1",
            "warteliste.token": link_of(app).split("/")[2],
        }
        town = municipality()
        anna = administrator(town, "erna", "Erna")
        card_type()
        prices()
        row(2000, requires="erwachsen")  # a contract and a class of one name, for both are a `key`
        contract(anna, "erwachsen")
        appointment("T1")
        with transaction():
            staff.make_staff(anna)
            card = open_card(anna.id, "wert").number
        order = ordered(town, anna)
        values |= {
            "organisation_id": str(town.id),
            "user_id": str(anna.id),
            "ending": "csv",
            "paper": documents.of_order(order.id)[0].number,
            "organisation.number": codes_of(order)[0].number,
            "konto.number": card,
            "termine.number": "T1",
            "dimension": "user",
            "key": "erwachsen",
            "row_id": str(db.session.scalars(select(PriceRow.id)).first()),
            "contract_id": str(db.session.scalars(select(Contract.id)).one()),
        }
        db.session.rollback()
    erna.send("/konto/anmelden", {"email": "erna", "password": PASSWORD})
    more = {"token": token, "line": line, "slug": "standard", "name": "x.eml", "place": "0", "file": "x.webp"}
    return Scene(app, erna, {**values, **more, "filename": "css/base.css"})


def rules(app: Flask, methods: set[str]) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & methods):
            yield rule, method


FILLED = {
    **CARD,
    **ERNA,
    "form_key": str(uuid.uuid4()),
    "schritt": "paid",
    "name": "Erna",
    "contract": "B123",
    "number": "G4C18-CCA0R",
    "code": "5RKD-DG44-MBJ7-MQAA",
}


@pytest.mark.parametrize("cookie", [True, False], ids=["her own browser", "no cookie"])
def test_without_a_token_nothing_changes(scene: Scene, cookie: bool) -> None:
    guest = scene.erna if cookie else Guest(scene.app)
    before = everything(scene.app)
    seen = 0
    for rule, method in rules(scene.app, UNSAFE):
        address = scene.address(rule)
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 91}):
            answer = guest.client.open(address, method=method, data={**FILLED, **token})
            wanted = unheard(rule.endpoint)
            if not cookie and answer.location and answer.location.startswith("/konto/anmelden"):
                continue  # asked to sign in before anything is looked at
            assert answer.status_code in wanted, (method, address, answer.status_code)
        seen += 1
    assert seen >= 10
    assert everything(scene.app) == before


def test_another_browsers_token_is_no_token(scene: Scene) -> None:
    stolen = Guest(scene.app).token()
    before = everything(scene.app)
    for rule, method in rules(scene.app, UNSAFE):
        answer = scene.erna.client.open(
            scene.address(rule), method=method, data={**FILLED, "csrf_token": stolen}
        )
        assert answer.status_code in unheard(rule.endpoint), rule
    assert everything(scene.app) == before


def test_with_a_token_every_form_is_heard(scene: Scene) -> None:
    """The walk above sees something only if the same requests are heard when they carry a token."""
    for rule, method in rules(scene.app, UNSAFE):
        if rule.endpoint in NEEDS_NO_TOKEN:
            continue
        data = {**FILLED, "csrf_token": scene.erna.token()}
        answer = scene.erna.client.open(scene.address(rule), method=method, data=data)
        assert answer.status_code != 400, rule


def test_reading_real_pages_writes_nothing(scene: Scene) -> None:
    before = everything(scene.app)
    for rule, method in rules(scene.app, {"GET", "HEAD", "OPTIONS"}):
        answer = scene.erna.client.open(scene.address(rule), method=method)
        assert answer.status_code < 500, rule
    assert everything(scene.app) == before


def test_made_up_addresses_break_nothing(scene: Scene) -> None:
    before = everything(scene.app)
    for rule, method in rules(scene.app, {"GET"} | UNSAFE):
        for name, made_up in itertools.product(rule.arguments, MADE_UP):
            address = scene.address(rule, **{name: made_up})
            answer = scene.erna.client.open(address, method=method, data=FILLED)
            if rule.endpoint.startswith(ASKS_AGAIN) and answer.status_code in (200, 302):
                assert answer.headers.get("Location", "/konto/").startswith("/konto/"), address
                continue
            assert 400 <= answer.status_code < 500, (method, address, answer.status_code)
            assert "<script>" not in answer.text.replace('<script src="/static/', "")
    assert everything(scene.app) == before


QUERIES = ["%00", "-1", "999999999999999999999999", "1e3", "%EF%BC%91", "x" * 2000, "%3Cscript%3E", "%FF"]


def test_made_up_queries_break_nothing(scene: Scene) -> None:
    names = (
        "q",
        "bereich",
        "seite",
        "zeile",
        "betrag",
        "motiv",
        "sprache",
        "zurueck",
        "gestoert",
        "v",
        "vor",
        "typ",
        "termin",
        "karte",
    )
    before = everything(scene.app)
    for (rule, _method), value in itertools.product(rules(scene.app, {"GET"}), QUERIES):
        query = "&".join(f"{name}={value}" for name in names)
        answer = scene.erna.get(f"{scene.address(rule)}?{query}")
        assert answer.status_code < 500, rule
        assert b"<script>" not in answer.data
    assert everything(scene.app) == before


HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example:80",
    "x y",
    "localhost,evil.example",
]


def test_no_page_answers_under_a_foreign_host(scene: Scene) -> None:
    for (rule, method), host in itertools.product(rules(scene.app, {"GET"} | UNSAFE), HOSTS):
        answer = scene.erna.client.open(scene.address(rule), method=method, headers={"Host": host})
        assert answer.status_code == 400, rule
        assert "evil.example" not in answer.text + str(answer.headers)


def test_a_forwarded_host_is_not_believed(scene: Scene) -> None:
    for rule, method in rules(scene.app, {"GET", "POST"}):
        headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        answer = scene.erna.client.open(scene.address(rule), method=method, headers=headers)
        assert b"evil.example" not in answer.data + str(answer.headers).encode()


@pytest.mark.parametrize(
    "path", ["//evil.example/warenkorb", "//evil.example/%2e%2e", "/\\evil.example", "//warenkorb"]
)
def test_no_redirect_leads_elsewhere(scene: Scene, path: str) -> None:
    answer = scene.erna.client.open(path, base_url="http://localhost")
    target = answer.headers.get("Location", "/")
    assert target.startswith(("/", "http://localhost/"))
    assert not target.startswith("//")


def test_a_wrong_host_is_told_in_our_words(scene: Scene) -> None:
    page = scene.erna.client.get("/", headers={"Host": "evil.example"})
    assert "Diese Anfrage können wir nicht lesen" in words(page)


def test_links_in_mails_come_from_the_setting(make_app: MakeApp, sqlite_uri: str) -> None:
    base = "https://laden.example.org"
    app = opened(
        make_app(sqlite_uri, BASE_URL=base, TRUSTED_HOSTS=["laden.example.org", "anders.example.org"])
    )
    erna = Guest(app, base_url="https://anders.example.org")
    erna.buy(delivery="recipient", recipient_email="jule@example.org")
    with app.app_context():
        letters = [LETTERS[message.kind](message) for message in db.session.scalars(select(Message))]
        orders = list(db.session.scalars(select(Order)))
    assert len(orders) == 1
    assert len(letters) == 2
    text = "".join(letter.text + (letter.html or "") for letter in letters)
    assert f"{base}/bestellung/" in text
    assert "anders.example.org" not in text
