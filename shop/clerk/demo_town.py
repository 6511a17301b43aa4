"""An invented municipality in the demo: codes in every state, and an invitation for whoever tries its desk out."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from shop.bookings import rules
from shop.catalogue.models import Offer
from shop.course_vouchers.find import code_of
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.orders.enrol.redeem import redeem_existing
from shop.orders.enrol.send import send
from shop.orders.purchase.order import order_codes
from shop.orders.purchase.quote import mark, quote_codes
from shop.people import accounts, organisations
from shop.people.models import Organisation, User

NAME = "Gemeinde Obersee"
YOU = "rathaus@obersee.example.org"  # whose invitation lies in the demo's letter box
CLERK = ("karin.huber", "Karin", "Huber")
STAFF = (
    ("jonas.oeztuerk", "Jonas", "Öztürk"),
    ("heidi.koch", "Heidi", "Koch"),
    ("grazyna.nowak", "Grażyna", "Nowak"),
)
SENT_ONLY = (("Peter Lang", "peter.lang"), ("Aylin Demir", "aylin.demir"))


def settle() -> None:
    """Found the municipality, order codes, hand some out, redeem some, and invite a second administrator.

    Nobody can log in as the people of this town: their accounts have no password. Whoever tries the
    demo opens an account of their own with the invitation. Each step is a transaction of its own.
    """
    with transaction():
        if organisations.by_name(NAME):
            return
        town = organisations.found(
            NAME,
            "Rathausplatz 1",
            "12399",
            "Obersee",
            "kasse@obersee.example.org",
            leitweg_id="12067000-12399-35",
        )
        clerk = _account(*CLERK)
        organisations.appoint(town.id, clerk)
        organisations.invite(town, YOU, "de", clerk)
        for person in STAFF:
            _account(*person)
    courses = _courses()
    if len(courses) == 2:  # another programme than ours may have fewer
        _order({courses[0]: 12, courses[1]: 20})
        _hand_out(courses[0])


def _account(username: str, first_name: str, last_name: str) -> User:
    return accounts.open_account(
        email=_address(username),
        username=username,
        password=None,
        first_name=first_name,
        last_name=last_name,
        language="de",
    )


def _address(username: str) -> str:
    return f"{username}@obersee.example.org"


def _courses() -> Sequence[str]:
    """Two courses that a municipality would send its people to, by their numbers."""
    query = select(Offer).where(Offer.kind == "course", Offer.category == "digitales", Offer.price_cents > 0)
    found = db.session.scalars(query.order_by(Offer.starts_on.desc(), Offer.number))
    return [offer.number for offer in found if not rules.closed(offer)][:2]


def _order(wishes: dict[str, int]) -> None:
    with transaction():
        order_codes(
            _town(),
            _clerk(),
            wishes,
            reference="PE-2026-118",
            cost_centre="11100",
            form_key=uuid.uuid4(),
            seen=mark(quote_codes(wishes)),
        )


def _hand_out(offer_number: str) -> None:
    """Send some codes; those who have an account redeem theirs."""
    whom = [(f"{first} {last}", _address(username)) for username, first, last in STAFF]
    whom += [(name, _address(username)) for name, username in SENT_ONLY]
    query = (
        select(CourseVoucher).where(CourseVoucher.offer_number == offer_number).order_by(CourseVoucher.copy)
    )
    vouchers = db.session.scalars(query).all()
    texts = [code_of(each) for each in vouchers[: len(STAFF)]]
    pairs = [(voucher.number, email, name) for voucher, (name, email) in zip(vouchers, whom, strict=False)]
    with transaction():
        send(_town(), pairs, _clerk())
    for (username, _first, _last), text in zip(STAFF, texts, strict=True):
        redeem_existing(username, text, ["demo"])


def _town() -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.name == NAME)).one()


def _clerk() -> User:
    return db.session.scalars(select(User).where(User.username == CLERK[0])).one()
