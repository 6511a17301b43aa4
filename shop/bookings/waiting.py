"""The waiting list: join, be offered a seat, let it pass on, leave (DOMAIN R9). It takes no money."""

import hashlib
import uuid
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.bookings import rules, seats
from shop.bookings.models import Booking, Waiting
from shop.bookings.set_aside import end_held
from shop.catalogue.models import Offer
from shop.core import codes
from shop.db import changed, db, is_sqlite
from shop.outbox import queue

TIME_TO_ACCEPT = timedelta(hours=48)
_PEOPLE = uuid.UUID("a3a1c9d2-7f0e-5d0b-8f5c-2f1b4f7f2f6e")


class SeatFree(Exception):
    """Nobody needs to wait: a seat can be booked."""


class Closed(Exception):
    """There is nothing to wait for: the course is cancelled, over, or not offered any more."""


def join(number: str, first_name: str, last_name: str, email: str, language: str) -> Waiting:
    """Put a person at the end of an offer's waiting list and send them the link to their page.

    Runs in the caller's transaction. Who waits already, or is being offered a seat, keeps their
    turn. Raises SeatFree or Closed.
    """
    offer = db.session.get(Offer, number)
    if offer is None or rules.closed(offer):
        raise Closed
    if not rules.is_full(rules.places_of(offer)):
        raise SeatFree
    person = "\n".join([number, first_name, last_name, email]).casefold()
    waiting_id = uuid.uuid5(_PEOPLE, person)
    row = {
        "id": waiting_id,
        "offer_number": number,
        "first_name": first_name,
        "last_name": last_name,
        "email": email,
        "language": language,
        "state": "waiting",
        "joined_at": clock.of_database(),
        "token_hash": token_hash(token(waiting_id)),
    }
    insert = sqlite.insert if is_sqlite(db.engine) else postgresql.insert
    db.session.execute(insert(Waiting).values(row).on_conflict_do_nothing())
    _come_back(waiting_id)
    kept = db.session.get_one(Waiting, waiting_id, populate_existing=True)
    _tell_joined(kept)
    return kept


def _come_back(waiting_id: UUID) -> None:
    """Someone who had left, or whose booking has ended, stands at the end again."""
    over = select(Booking.id).where(
        Booking.id == Waiting.booking_id, Booking.state.in_(("lapsed", "cancelled"))
    )
    gone = Waiting.state.in_(("left", "passed")) | ((Waiting.state == "taken") & over.exists())
    db.session.execute(
        update(Waiting)
        .where(Waiting.id == waiting_id, gone)
        .values(state="waiting", joined_at=clock.of_database(), offered_until=None, booking_id=None)
        .execution_options(synchronize_session="fetch")
    )


def token(waiting_id: UUID) -> str:
    """The capability that opens a person's page; the database holds only its hash (QUALITY A2)."""
    return codes.capability(str(current_app.config["CODE_KEY"]).encode(), f"waiting:{waiting_id}")


def token_hash(text: str) -> str:
    """What the database keeps of a capability."""
    return hashlib.sha256(text.encode()).hexdigest()


def of_token(text: str) -> Waiting | None:
    """The person whose page a link opens, or None."""
    return db.session.scalar(select(Waiting).where(Waiting.token_hash == token_hash(text)))


def of_account(email: str, number: str) -> Waiting | None:
    """The turn of whoever has this address on the list of an appointment, where only accounts can join; or None."""
    mine = Waiting.offer_number == number, Waiting.email == email
    return db.session.scalar(select(Waiting).where(*mine, Waiting.state.in_(("waiting", "offered"))).limit(1))


def ahead_of(waiting: Waiting) -> int:
    """How many people stand before this one, those who are being asked included."""
    query = select(func.count()).where(
        Waiting.offer_number == waiting.offer_number,
        Waiting.state.in_(("waiting", "offered")),
        (Waiting.joined_at < waiting.joined_at)
        | ((Waiting.joined_at == waiting.joined_at) & (Waiting.id < waiting.id)),
    )
    return db.session.scalar(query) or 0


def is_on_offer(waiting: Waiting) -> bool:
    """Whether a seat is kept for this person right now."""
    until = waiting.offered_until
    return waiting.state == "offered" and until is not None and until > clock.of_database()


def leave(waiting_id: UUID) -> bool:
    """Leave the list, giving back a seat that is kept; False when there was nothing to leave."""
    left = changed(
        db.session.execute(
            update(Waiting).where(Waiting.id == waiting_id, Waiting.state == "waiting").values(state="left")
        )
    )
    return bool(left) or _end_offer(waiting_id, "left")


def pass_on(waiting_id: UUID) -> bool:
    """Let the kept seat pass on to the next person; False when none was kept."""
    return _end_offer(waiting_id, "passed")


def _end_offer(waiting_id: UUID, state: str) -> bool:
    """End an offer once, whoever wins: its person, its deadline, or the order that takes it over."""
    booking_id = db.session.scalar(
        update(Waiting)
        .where(Waiting.id == waiting_id, Waiting.state == "offered")
        .values(state=state, offered_until=None)
        .returning(Waiting.booking_id)
        .execution_options(synchronize_session="fetch")
    )
    return booking_id is not None and end_held(Booking.id == booking_id)


def offer_free(limit: int = 50) -> int:
    """Ask those who wait for a course that has a free seat, first come, first asked; how many were asked.

    Runs in the caller's transaction. What was offered and not taken in time goes to the next person.
    The seat is held from now on, so nobody else can snatch it.
    """
    _pass_overdue_on(limit)
    asked = 0
    for number in _in_line():
        offer = db.session.get_one(Offer, number)
        if rules.closed(offer):
            continue
        while asked < limit and seats.are_free(rules.places_of(offer)) and _ask_next(offer):
            asked += 1
    return asked


def _in_line() -> list[str]:
    """The offers that people wait for, the longest wait first."""
    query = select(Waiting.offer_number).where(Waiting.state == "waiting").group_by(Waiting.offer_number)
    return list(db.session.scalars(query.order_by(func.min(Waiting.joined_at))))


def _pass_overdue_on(limit: int) -> None:
    overdue = (
        select(Waiting.id)
        .where(Waiting.state == "offered", Waiting.offered_until <= clock.of_database())
        .order_by(Waiting.offered_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    for found in db.session.scalars(overdue).all():
        _end_offer(found, "passed")


def _ask_next(offer: Offer) -> bool:
    """Keep a seat for the first who waits; False when nobody does any more, or the seat is gone."""
    first = (
        select(Waiting)
        .where(Waiting.offer_number == offer.number, Waiting.state == "waiting")
        .order_by(Waiting.joined_at, Waiting.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    person = db.session.scalar(first)
    places = rules.places_of(offer)
    if person is None or not seats.take(places):
        return False
    until = clock.of_database() + TIME_TO_ACCEPT
    if end := rules.closes_at(offer):
        until = min(until, end)
    booking = Booking(
        id=uuid.uuid4(),
        offer_number=offer.number,
        places=places,
        state="held",
        held_until=until,
        made_at=clock.now(),
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
    )
    db.session.add(booking)
    db.session.flush()
    person.state, person.offered_until, person.booking_id = "offered", until, booking.id
    db.session.flush()
    _tell_offered(person)
    return True


def _tell_joined(person: Waiting) -> None:
    """The link to the page, at most once a day: it is all that a stranger could make us send."""
    _put(person, "waiting_joined", f"mail:waiting_joined:{clock.today()}")


def _tell_offered(person: Waiting) -> None:
    until = person.offered_until.isoformat() if person.offered_until else ""
    _put(person, "seat_offered", f"mail:seat_offered:{person.booking_id}", until=until)


def _put(person: Waiting, kind: str, name: str, **facts: str) -> None:
    queue.put(
        uuid.uuid5(person.id, name),
        kind,
        recipient=person.email,
        facts={"waiting": str(person.id), **facts},
        reference=person.offer_number,
    )
