"""Seats: taken and given back in single guarded statements, so that none is sold twice (DOMAIN R2)."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import BindParameter, Table, bindparam, func, or_, select, update

from shop.catalogue.models import Seats
from shop.db import changed, db

_seats = cast(Table, Seats.__table__)
_IS_FREE = or_(_seats.c.capacity.is_(None), _seats.c.taken < _seats.c.capacity)
_IS_IT = _seats.c.offer_number == bindparam("number")
_TAKE = update(_seats).where(_IS_IT, _IS_FREE).values(taken=_seats.c.taken + 1)
_GIVE = update(_seats).where(_IS_IT).values(taken=_seats.c.taken - 1)

NUMBERS: BindParameter[str] = bindparam("numbers", expanding=True)
FREE = select(func.count()).select_from(_seats).where(_seats.c.offer_number.in_(NUMBERS), _IS_FREE)
"""How many of the courses `numbers` have a seat left right now; a course without a row has none."""


def take(numbers: Iterable[str]) -> bool:
    """Take one seat in each of these courses, or none at all; whether it was done.

    Runs in the caller's transaction. The order of the numbers keeps two buyers of overlapping
    packages from waiting for each other in a ring.
    """
    connection, done = db.session.connection(), list[str]()
    for number in sorted(set(numbers)):
        if not changed(connection.execute(_TAKE, {"number": number})):
            give(done)
            return False
        done.append(number)
    return True


def give(numbers: Iterable[str]) -> None:
    """Give one seat back in each of these courses, in the caller's transaction.

    Whoever gives has won a booking's change of state; a seat too many breaks a CHECK, loudly.
    """
    for number in sorted(set(numbers)):
        db.session.connection().execute(_GIVE, {"number": number})


def are_free(numbers: Iterable[str]) -> bool:
    """Whether each of these courses has a seat left right now; a course without a row has none."""
    wanted = set(numbers)
    return db.session.connection().scalar(FREE, {"numbers": wanted}) == len(wanted)
