"""The appointments of a week, as a list by day and as a grid, with the price for whoever looks (DOMAIN W10)."""

from typing import Any

from flask import Response, request

from shop import clock
from shop.bookings.appointments import booked
from shop.catalogue import appointments
from shop.catalogue.prices import pricer
from shop.web.appointments import wish as wishes
from shop.web.appointments.room import bp, titles_of_classes
from shop.web.appointments.week import week
from shop.web.appointments.wish import Wish
from shop.web.frame.guard import current_person, returns_after_sign_in
from shop.web.frame.show import show


@bp.get("/termine/", endpoint="list")
@returns_after_sign_in
def appointments_of_week() -> Response:
    """One week: by day, or as a grid of seven columns."""
    return show("appointments/list.html", "appointments/_week.html", **_facts())


def _facts() -> dict[str, Any]:
    person, classes = current_person(), titles_of_classes()
    wish = wishes.read(request.args, classes)
    rows = appointments.between(
        wish.monday,
        wish.sunday,
        class_keys=[wish.class_key] if wish.class_key else [],
        free_only=wish.free,
    )
    mine = booked(person.id, (row.number for row in rows)) if person else set()
    shown = week(wish.monday, rows, pricer(person.id if person else None).price, mine)
    today = clock.today()
    # What is over of this week is left to the grid.
    days = [day for day in shown.days if day.shown and (day.date >= today or wish.sunday < today)]
    is_empty = shown.is_empty if wish.is_grid else not days
    return {
        "wish": wish,
        "week": shown,
        "days": days,
        "is_empty": is_empty,
        "classes": classes,
        "person": person,
        "this_week": wish.at(today),
        "onward": _onward(wish) if is_empty else None,
        "today": today,
    }


def _onward(wish: Wish) -> Wish | None:
    """The next week in which there is anything, seen from an empty one; None when there is none."""
    day = wishes.next_day(max(wish.turned(1).monday, clock.today()), wish)
    return wish.at(day) if day else None
