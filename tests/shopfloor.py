"""A small shop to test on: one centre, one voucher product, and a few things people do in it."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.catalogue.models import Offer, Seats
from shop.centre import pages
from shop.centre.facts import set_facts
from shop.db import db, transaction
from shop.ledger import audit as ledger_audit
from shop.orders import audit as orders_audit
from shop.orders import basket, place
from shop.orders.models import Order
from shop.orders.place import Buyer
from shop.orders.redemption.plan import plan
from shop.orders.settle import Outcome, act_on
from shop.payments import inbox
from shop.payments.gateway import SESSION
from shop.payments.models import Payment
from shop.vouchers.find import code_of
from shop.vouchers.models import Motif, Voucher, VoucherProduct

ERNA = Buyer("Erna", "Müller", "erna@example.org", "Lindenweg 3", "04109", "Leipzig")
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def open_shop() -> None:
    """Furnish an empty database: centre, legal texts, the product `standard` (25/50/100 or 5 to 250 €)."""
    with transaction() as session:
        set_facts(
            name="Volkshochschule am See",
            street="Uferweg 1",
            postcode="88131",
            city="Lindau",
            email="gutscheine@example.org",
            account_holder="Volkshochschule am See",
            iban="DE02120300000000202051",
            bic="BYLADEM1001",
            demo=True,
        )
        for slug, title in (("agb", "AGB"), ("widerruf", "Widerrufsbelehrung")):
            pages.write(slug, "de", title, f"Text der Seite {title}.")
        session.add(Motif(slug="standard", title={"de": "Standard"}, picture="standard", position=0))
        session.add(
            Offer(
                number="G1000",
                kind="voucher",
                category="gutscheine",
                title={"de": "Kursgutschein", "en": "Course voucher"},
                summary={"de": ""},
                description={"de": ""},
                published=True,
            )
        )
        session.flush()
        session.add(
            VoucherProduct(
                slug="standard",
                offer_number="G1000",
                tiers=[2500, 5000, 10000],
                low=500,
                high=25000,
                motifs=["standard"],
                terms={"de": "Einlösbar für alle Kurse."},
            )
        )


def wish(cents: int = 5000, **facts: object) -> dict[str, object]:
    """What a basket line for one voucher holds."""
    return {
        "product": "standard",
        "cents": cents,
        "motif": "standard",
        "recipient": "Jürgen",
        "dedication": "Alles Gute",
        "delivery": "buyer",
        "recipient_email": "",
        "deliver_on": None,
        **facts,
    }


def course(
    number: str = "K1", cents: int = 10000, capacity: int | None = 12, *, days: int = 28, **facts: object
) -> Offer:
    """A course in four weeks, or so many days."""
    first = clock.today() + timedelta(days=days)
    offer = Offer(
        number=number,
        kind="course",
        category=facts.pop("category", "sprachen"),
        title={"de": f"Kurs {number}"},
        summary={"de": ""},
        description={"de": ""},
        schedule={"de": "4 Abende"},
        starts_on=first,
        price_cents=cents,
        published=True,
        sessions=[[f"{first.isoformat()}T18:00", f"{first.isoformat()}T19:30"]],
        **{"cancel_until": first - timedelta(days=7), "cancel_fee_cents": 1000, **facts},
    )
    with transaction() as session:
        session.add(offer)
        session.flush()
        session.add(Seats(offer_number=number, capacity=capacity, taken=0))
    return offer


def place_in(number: str = "K1", first_name: str = "Jonas", **facts: object) -> dict[str, object]:
    """What a basket line for one person's place holds."""
    person = {"first_name": first_name, "last_name": "Öztürk", "email": "jonas@example.org"}
    return {"offer": number, **person, "reduction": "", "waiting": None, **facts}


def sold(cents: int = 5000) -> tuple[Voucher, str]:
    """A paid voucher and its code."""
    before = {voucher.number for voucher in vouchers()}
    _, payment = order(wish(cents), visitor="greta")
    assert payment is not None
    pay(payment)
    voucher = next(voucher for voucher in vouchers() if voucher.number not in before)
    return voucher, code_of(voucher)


def put(*places: dict[str, object], visitor: str = "erna") -> None:
    """Erna puts places into her basket."""
    with transaction():
        for each in places or (place_in(),):
            basket.add(visitor, "booking", dict(each))


def press(
    method: str = "stripe", visitor: str = "erna", *, form_key: UUID | None = None
) -> tuple[Order, Payment | None]:
    """Erna orders what lies in her basket, with the vouchers that she has redeemed."""
    with transaction():
        entries = basket.lines(visitor)
        return place.place(
            visitor,
            form_key=form_key or uuid.uuid4(),
            seen=basket.seen(entries, plan(visitor, entries).mark),
            buyer=ERNA,
            method=method,
            language="de",
        )


def order(
    *wishes: dict[str, object], method: str = "stripe", quantity: int = 1, visitor: str = "erna"
) -> tuple[Order, Payment]:
    """Erna puts wishes into her basket and orders them."""
    with transaction():
        for each in wishes or (wish(),):
            basket.add(visitor, "voucher", dict(each), quantity=quantity)
    placed, payment = press(method, visitor)
    assert payment is not None
    return placed, payment


def session_event(
    payment: Payment,
    kind: str = "checkout.session.completed",
    *,
    event_id: str | None = None,
    cents: int | None = None,
    currency: str = "eur",
    paid: bool = True,
    live: bool = False,
    payment_id: UUID | None = None,
) -> str:
    """Keep a Checkout event about a payment, as the webhook would; its id."""
    event_id = event_id or f"evt_{uuid.uuid4().hex}"
    session = {
        "id": f"cs_test_{payment.id.hex}",
        "object": "checkout.session",
        "amount_total": payment.cents if cents is None else cents,
        "currency": currency,
        "payment_status": "paid" if paid else "unpaid",
        "payment_intent": f"pi_{payment.id.hex}",
        "metadata": {"payment_id": str(payment_id or payment.id)},
        "livemode": live,
    }
    payload = {"id": event_id, "type": kind, "livemode": live, "data": {"object": session}}
    with transaction():
        inbox.keep(event_id, "stripe", kind, json.dumps(payload))
    return event_id


def page_opened(payment: Payment) -> None:
    """The provider has answered: the buyer sees its page, for an hour; a transfer has no page."""
    has_page = payment.method != "bank"
    with transaction() as session:
        kept = session.get_one(Payment, payment.id)
        kept.provider_ref = f"cs_test_{payment.id.hex}"
        kept.expires_at = kept.begun_at + SESSION if has_page else None


def charge_event(payment: Payment, kind: str, cents: int) -> str:
    """Keep an event about money that left again at the provider: `charge.refunded`, `charge.dispute.created`."""
    event_id = f"evt_{uuid.uuid4().hex}"
    thing = {
        "id": f"ch_{payment.id.hex}",
        "payment_intent": f"pi_{payment.id.hex}",
        "amount_refunded": cents,
        "amount": cents,
        "currency": "eur",
    }
    payload = {"id": event_id, "type": kind, "livemode": False, "data": {"object": thing}}
    with transaction():
        inbox.keep(event_id, "stripe", kind, json.dumps(payload))
    return event_id


def pay(payment: Payment, **event: object) -> Outcome | None:
    """The provider says that a payment is certain, and the shop acts on it."""
    return act_on(session_event(payment, **event))  # type: ignore[arg-type]


def vouchers() -> list[Voucher]:
    """Every voucher in the shop."""
    return list(db.session.scalars(select(Voucher)))


def assert_sound() -> None:
    """Every invariant holds."""
    broken = [finding for finding in (*ledger_audit.check(), *orders_audit.check()) if not finding.holds]
    assert not broken, broken
