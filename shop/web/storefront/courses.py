"""The programme: its list with search and filters, one course, its dates as a file (DOMAIN R1, G3a)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, make_response, redirect, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from shop import clock
from shop.bookings.quote import obstacle
from shop.catalogue import calendar, search
from shop.catalogue.models import Offer
from shop.catalogue.packages import contents, packages_with
from shop.catalogue.search import Wish
from shop.catalogue.seats import free
from shop.catalogue.standing import begins, standing
from shop.catalogue.structured import course_data
from shop.web.configurator import desk, products
from shop.web.frame.kept import show_kept
from shop.web.frame.language import language
from shop.web.frame.show import show
from shop.web.frame.vat import vat_said
from shop.web.storefront.views import bp

WEEKDAYS = "1234567"


@dataclass(frozen=True)
class Session:
    """One session as people read it; `starts` is its local ISO time for machines."""

    day: str
    times: str
    starts: str


@bp.get("/kurse/")
def courses() -> Response:
    """The programme: vouchers first, then packages and courses by date (G3a, R1)."""
    return show_kept("storefront/courses.html", _courses, "storefront/_found.html")


def _courses() -> dict[str, Any]:
    wish, page = _wish(), request.args.get("seite", 1, type=int)
    found = search.published(wish, page)
    if page != 1 and not found.offers:
        abort(404)
    return {
        "found": found,
        "courses": found.offers,
        "facets": search.facets,  # asked for by the whole page only
        "wish": wish,
        "at": page,
        "narrowed": _address(wish),
    }


def _wish() -> Wish:
    asked = request.args.get
    weekday = asked("tag", "")
    return Wish(
        query=asked("q", "").strip(),
        category=asked("bereich", ""),
        weekday=weekday if len(weekday) == 1 and weekday in WEEKDAYS else "",
        house=asked("ort", ""),
        free=asked("frei") == "1",
        online=asked("online") == "1",
    )


def _address(wish: Wish) -> str:
    """The filters as the end of an address, without those that narrow nothing."""
    values = {
        "q": wish.query,
        "bereich": wish.category,
        "tag": wish.weekday,
        "ort": wish.house,
        "frei": "1" if wish.free else "",
        "online": "1" if wish.online else "",
    }
    return urlencode({name: value for name, value in values.items() if value})


@bp.get("/kurse/<number>")
def course(number: str) -> Response | Redirect:
    """One course or package, or a voucher with its configurator; one that is over still answers."""
    offer = search.by_number(number) or abort(404)
    if offer.kind == "appointment":
        return redirect(url_for("appointments.appointment", number=offer.number))
    if offer.kind != "voucher":
        return show_kept("storefront/course.html", lambda: _course(offer))
    product = products.offered_as(offer.number) or abort(404)
    return show("storefront/configure.html", **desk.desk(desk.blank_form(product)))


def _course(offer: Offer) -> dict[str, Any]:
    left, why, inside = free(offer.number), obstacle(offer), contents(offer)
    # A free place may belong to somebody on the waiting list.
    left = 0 if why == "full" else left
    stands = standing(cancelled=why == "cancelled", late=why == "late", free=left)
    return {
        "offer": offer,
        "free": left,
        "standing": stands,
        "begun": _has_begun(offer),
        "contents": inside,
        "packages": packages_with(offer.number),
        "sessions": list(_sessions(offer)),
        "vat": vat_said(offer),
        "data": course_data(offer, stands, language(), inside),
        "today": clock.today(),
        "voucher": next(iter(products.all_offered()), None)
        if offer.redeemable and offer.price_cents
        else None,
    }


@bp.get("/kurse/<number>/termine.ics")
def dates(number: str) -> Response:
    """The dates of a course, or of all courses in a package, as an iCal file."""
    offer = search.by_number(number) or abort(404)
    inside = contents(offer) or [offer]
    if not any(each.sessions or each.starts_on for each in inside):
        abort(404)
    response = make_response(calendar.ics(inside, language()))
    response.content_type = f"{calendar.MEDIA_TYPE}; charset=utf-8"
    response.headers.set("Content-Disposition", "attachment", filename=calendar.file_name(offer))
    return response


def _has_begun(offer: Offer) -> bool:
    start = begins(offer)
    return start is not None and start <= clock.local(clock.now()).replace(tzinfo=None)


def _sessions(offer: Offer) -> Iterator[Session]:
    pattern = "EEE d MMM y" if language() == "en" else "EEE, d. MMM y"
    for start, end in offer.sessions:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        yield Session(
            str(format_date(first.date(), pattern)),
            str(_("%(start)s–%(end)s Uhr", start=f"{first:%H:%M}", end=f"{last:%H:%M}")),
            start,
        )
