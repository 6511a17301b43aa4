"""Seats: taken and given back in single guarded statements, so that none is sold twice (DOMAIN R2)."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select, update

from shop.catalogue.models import Seats
from shop.db import changed, db


def take(numbers: Iterable[str]) -> bool:
    """Take one seat in each of these courses, or none at all; whether it was done.

    Runs in the caller's transaction. The order of the numbers keeps two buyers of overlapping
    packages from waiting for each other in a ring.
    """
    done: list[str] = []
    for number in sorted(set(numbers)):
        free = or_(Seats.capacity.is_(None), Seats.taken < Seats.capacity)
        one_more = update(Seats).where(Seats.offer_number == number, free).values(taken=Seats.taken + 1)
        if not changed(db.session.execute(one_more)):
            give(done)
            return False
        done.append(number)
    return True


def give(numbers: Iterable[str]) -> None:
    """Give one seat back in each of these courses, in the caller's transaction.

    Whoever gives has won a booking's change of state; a seat too many breaks a CHECK, loudly.
    """
    for number in sorted(set(numbers)):
        db.session.execute(update(Seats).where(Seats.offer_number == number).values(taken=Seats.taken - 1))


def are_free(numbers: Iterable[str]) -> bool:
    """Whether each of these courses has a seat left right now; a course without a row has none."""
    wanted = set(numbers)
    free = or_(Seats.capacity.is_(None), Seats.taken < Seats.capacity)
    query = select(func.count()).select_from(Seats).where(Seats.offer_number.in_(wanted), free)
    return db.session.scalar(query) == len(wanted)
