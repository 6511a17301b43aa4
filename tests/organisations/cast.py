"""A municipality with an administrator, the codes it has ordered, and the people who redeem them."""

import uuid
from uuid import UUID

from sqlalchemy import select

from shop import clock
from shop.course_vouchers.find import code_of
from shop.course_vouchers.models import CourseVoucher
from shop.db import db, transaction
from shop.orders.models import Order
from shop.orders.purchase.order import order_codes
from shop.orders.purchase.quote import mark, quote_codes
from shop.orders.settle import Outcome, act_on
from shop.payments import inbox
from shop.payments.bank import arrived
from shop.people import accounts
from shop.people.models import Administrator, Organisation, User
from shop.people.passwords import Hashed, hashed

HERE = ["address:192.0.2.1"]
PASSWORD = "zwölf Boote am See"
_HASHES: list[Hashed] = []


def municipality(name: str = "Gemeinde Seedorf", email: str = "kasse@seedorf.example.org") -> Organisation:
    """An organisation with an address; ask for its administrator besides."""
    with transaction() as session:
        made = Organisation(
            id=uuid.uuid4(),
            name=name,
            street="Rathausplatz 1",
            postcode="88131",
            city="Seedorf",
            email=email,
            vat_id="",
            leitweg_id="",
            made_at=clock.now(),
        )
        session.add(made)
    return made


def learner(
    username: str = "jonas", first_name: str = "Jonas", *, confirmed: bool = True, language: str = "de"
) -> User:
    """Somebody with an account: `jonas`, `jonas@example.org`, password PASSWORD."""
    with transaction():
        user = accounts.open_account(
            email=f"{username}@example.org",
            username=username,
            password=_hash(),
            first_name=first_name,
            last_name="Öztürk",
            language=language,
        )
        if confirmed:
            user.confirmed_at = clock.now().replace(tzinfo=None)
    return user


def administrator(organisation: Organisation, username: str = "anna", first_name: str = "Anna") -> User:
    """Somebody with an account who administers an organisation."""
    user = learner(username, first_name)
    with transaction() as session:
        session.add(Administrator(organisation_id=organisation.id, user_id=user.id, since=clock.now()))
    return user


def _hash() -> Hashed:
    """PASSWORD as the database keeps it, made once: it takes its time."""
    if "SECURITY_PASSWORD_SINGLE_HASH" not in __import__("flask").current_app.config:
        return None
    if not _HASHES:
        _HASHES.append(hashed(PASSWORD))
    return _HASHES[0]


def ordered(
    organisation: Organisation,
    by: User,
    wishes: dict[str, int] | None = None,
    *,
    form_key: UUID | None = None,
    seen: str | None = None,
    language: str = "de",
    **facts: str,
) -> Order:
    """An organisation orders codes: two for course K1, or so many for each offer."""
    wishes = {"K1": 2} if wishes is None else wishes
    with transaction():
        shown = mark(quote_codes(wishes, language))
        return order_codes(
            organisation,
            by,
            wishes,
            form_key=form_key or uuid.uuid4(),
            seen=shown if seen is None else seen,
            language=language,
            **facts,
        )


def codes_of(order: Order) -> list[CourseVoucher]:
    """The course vouchers of an order, in the order of its lines."""
    db.session.rollback()
    lines = [line.id for line in db.session.get_one(Order, order.id).lines]
    query = select(CourseVoucher).where(CourseVoucher.order_line_id.in_(lines))
    return sorted(db.session.scalars(query), key=lambda each: (lines.index(each.order_line_id), each.copy))


def code_texts(order: Order) -> list[str]:
    """The codes of an order as people see them."""
    return [code_of(each) for each in codes_of(order)]


def transferred(order: Order, cents: int | None = None, *, bank_ref: str = "") -> Outcome | None:
    """A transfer for an order has arrived at the bank, its total or so many cents."""
    notice = arrived(order.number, order.total_cents if cents is None else cents, clock.today(), bank_ref)
    with transaction():
        inbox.keep(*notice)
    return act_on(notice.event_id)
