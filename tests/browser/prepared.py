"""What lies in the demo shop before visitors come: orders in every state, courses in every state.

Runs inside the shop, in a process of its own (`Running.prepared`).
"""

import re
import uuid
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from shop import clock
from shop.bookings import waiting
from shop.bookings.models import Booking
from shop.cards import find
from shop.cards.desk import correct
from shop.cards.open import open_card
from shop.catalogue.models import Offer, Seats
from shop.db import db, transaction
from shop.orders import place
from shop.orders.cancel import cancel_booking
from shop.orders.models import Order
from shop.orders.redemption.claim import claim
from shop.orders.settle import act_on
from shop.payments import pretend
from shop.payments.models import Payment
from shop.people.accounts import by_username
from tests.organisations.cast import learner
from tests.shopfloor import order, place_in, press, put, sold, wish

CARD = wish(motif="danke", recipient="Jürgen Ångström-Łukasz", dedication="Alles Gute zum Sechzigsten. " * 6)


def page(made: Order, query: str = "") -> str:
    """The path of an order's page."""
    return f"/bestellung/{place.token(made)}{query}"


def tell(payment: Payment | None, *steps: str) -> None:
    """The pretend till tells the shop what was pressed."""
    assert payment is not None
    for step in steps:
        with transaction():
            notice = pretend.tell(payment.id, step)
        assert notice is not None
        act_on(notice.event_id)


def vouchers() -> dict[str, str]:
    """An order for vouchers in every state that its page can show."""
    made, kinds = {}, {"open": (), "waiting": ("delayed",), "failed": ("declined",), "paid": ("paid",)}
    for name, steps in kinds.items():
        new, payment = order(dict(CARD), wish(12500, motif="kochen"), method="pretend", visitor=f"v-{name}")
        if steps:
            tell(payment, *steps)
        made[name] = page(new)
        made[f"till {name}"] = f"/vorfuehrung/kasse/{payment.id}"
    made["transfer"] = page(order(dict(CARD), method="bank", visitor="v-bank")[0])
    made["checking"] = f"{made['open']}?zurueck=1"
    made["disturbed"] = f"{made['open']}?gestoert=1"
    made["to pay"] = page(order(dict(CARD), method="pretend", visitor="v-pays")[0])
    made["lost"] = f"{made['failed']}?verloren=1"
    return made


def bookings(number: str) -> dict[str, str]:
    """An order for two places, part of it paid by a voucher: one place is cancelled, one is not."""
    voucher, code = sold(3000)
    put(place_in(number), place_in(number, "Grażyna"), visitor="b-paid")
    claim("b-paid", voucher.number, code, ["prepared"])
    made, payment = press("pretend", "b-paid")
    tell(payment, "paid")
    first, second = db.session.scalars(
        select(Booking)
        .where(Booking.order_line_id.in_([line.id for line in made.lines]))
        .order_by(Booking.id)
    )
    with transaction():
        cancel_booking(second.id, by="customer")
    put(place_in(number), visitor="b-held")
    held, _ = press("pretend", "b-held")
    paths = {"booked": page(made), "held": page(held)}
    paths["to cancel"] = f"{page(made)}/stornieren/{first.id}"
    paths["cancelled"] = f"{page(made)}/stornieren/{second.id}"
    return paths


def courses() -> dict[str, str]:
    """A course that is free, one with few seats, a full one that people wait for, a packed one, and the others."""
    query = select(Offer).where(Offer.kind == "course", Offer.published, Offer.cancelled_on.is_(None))
    later = clock.today() + timedelta(days=30)
    wide = [each for each in db.session.scalars(query.order_by(Offer.number)) if each.starts_on > later]
    wide = [each for each in wide if each.redeemable and each.reductions and (each.price_cents or 0) > 6000]
    free, few, full, packed, late = wide[:5]
    with transaction():
        for offer, left in ((few, 2), (full, 0), (packed, 0)):
            seats = db.session.get_one(Seats, offer.number)
            seats.capacity = seats.taken + left
        late.register_until = clock.today() - timedelta(days=1)
    excluded = db.session.scalar(query.where(~Offer.redeemable, Offer.price_cents > 0))
    called_off = db.session.scalar(select(Offer).where(Offer.cancelled_on.is_not(None)))
    package = db.session.scalar(select(Offer).where(Offer.kind == "package"))
    named = {"free": free, "few": few, "full": full, "packed": packed, "late": late}
    named |= {"package": package, "excluded": excluded, "called off": called_off}
    return {name: f"/kurse/{offer.number}" for name, offer in named.items() if offer}


def people_who_wait(number: str) -> dict[str, str]:
    """Two people on the list of a full course, then a free seat: one is asked, one waits."""
    with transaction():
        first = waiting.join(number, "Heidi", "Koch", "heidi@example.org", "de").id
        second = waiting.join(number, "Peter", "Koch", "peter@example.org", "de").id
    with transaction():
        db.session.get_one(Seats, number).capacity += 1
    with transaction():
        waiting.offer_free()
    return {
        name: f"/warteliste/{waiting.token(each)}" for name, each in (("asked", first), ("waits", second))
    }


def purse(cents: int, count: int) -> list[tuple[str, str]]:
    """Number and code of fresh vouchers."""
    return [(voucher.number, code) for voucher, code in (sold(cents) for _ in range(count))]


def everything() -> dict[str, object]:
    """All of it, as `running.Prepared` holds it."""
    lessons = courses()
    number = re.sub(".*/", "", lessons["free"])
    return {
        "courses": lessons,
        "orders": vouchers() | bookings(number),
        "waiting": people_who_wait(re.sub(".*/", "", lessons["full"])),
        "small": purse(2000, 40),
        "large": purse(25000, 2),
    }


def holder(username: str, cents: int) -> None:
    """Somebody with an account, and so much credit on a value card."""
    user = learner(username, username.title())
    with transaction():
        card = open_card(user.id, "wert")
        correct(card.number, cents, reason="Vorführung", by="test", key=uuid.uuid4())


def paid(path: str) -> None:
    """The open payment of an order is paid."""
    token_hash = place.token_hash(path.removeprefix("/bestellung/"))
    query = select(Payment).join(Order, Order.id == Payment.order_id).where(Order.token_hash == token_hash)
    tell(db.session.scalar(query), "paid")


def given(username: str, count: int) -> None:
    """Somebody's first card is corrected by an euro so many times."""
    user = by_username(username)
    assert user is not None
    card = find.of_user(user.id)[0]
    for number in range(1, count + 1):
        with transaction():
            correct(card.number, 100, reason=f"Gabe {number}", by="lea", key=uuid4())
