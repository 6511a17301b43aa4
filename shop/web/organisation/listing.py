"""The list of codes as a page or a part of it, with the filters that stand in its address."""

from urllib.parse import urlencode

from flask import Response, request
from flask_babel import ngettext

from shop.people.models import Organisation
from shop.web.organisation import standing, wanted
from shop.web.organisation.room import desk
from shop.web.organisation.standing import STATES
from shop.web.organisation.wanted import Wish


def asked() -> Wish:
    """The filters as the address has them."""
    said = request.args.get
    state = said("stand", "")
    return Wish(
        query=said("q", "").strip()[:200],
        state=state if state in STATES else "",
        offer=said("kurs", "")[:20],
        order=said("bestellung", "")[:12],
    )


def _address(wish: Wish) -> str:
    values = {"q": wish.query, "stand": wish.state, "kurs": wish.offer, "bestellung": wish.order}
    return urlencode({name: value for name, value in values.items() if value})


def listed(organisation: Organisation, wish: Wish, *, status: int = 200, note: str = "") -> Response:
    """The list, or for htmx the part of it that filters change."""
    page = max(1, request.args.get("seite", 1, type=int))
    found = wanted.found(organisation.id, wish, page)
    if not found.rows and page > 1:
        page, found = 1, wanted.found(organisation.id, wish, 1)
    return desk(
        organisation,
        "codes",
        "codes",
        "_list",
        status=status,
        found=found,
        wish=wish,
        at=page,
        narrowed=_address(wish),
        courses=standing.standing(organisation.id).courses,
        note=note,
        done=_done(),
    )


def _done() -> str:
    """What has just been done, as the address says; it is only words."""
    said = request.args.get
    if count := said("verschickt", 0, type=int):
        return str(ngettext("%(num)d Code ist unterwegs.", "%(num)d Codes sind unterwegs.", count))
    if count := said("erinnert", 0, type=int):
        return str(
            ngettext("%(num)d Erinnerung ist unterwegs.", "%(num)d Erinnerungen sind unterwegs.", count)
        )
    if count := said("getauscht", 0, type=int):
        return str(ngettext("%(num)d Code ist getauscht.", "%(num)d Codes sind getauscht.", count))
    return ""
