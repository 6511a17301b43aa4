"""Orders and their papers: the page after ordering, the list of invoices, the files (DOMAIN C2, T5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, make_response, request
from flask_babel import gettext as _

from shop.course_vouchers import find, spreadsheet
from shop.course_vouchers.models import CourseVoucher
from shop.db import db
from shop.documents.models import Document
from shop.orders import papers
from shop.orders.models import OrderLine
from shop.people.models import User
from shop.web.frame.guard import signed_in
from shop.web.organisation import bought
from shop.web.organisation.bought import Bought
from shop.web.organisation.files import file_answer
from shop.web.organisation.room import bp, desk, mine


@dataclass(frozen=True)
class Issued:
    """One code of an order; `code` is empty when it cannot be handed out any more, and `why` says so."""

    number: str
    code: str
    why: str


@dataclass(frozen=True)
class IssuedLine:
    """One line of an order with its codes; `open` counts those that nobody has yet."""

    title: str
    offer_number: str
    quantity: int
    unit_cents: int
    vouchers: Sequence[Issued]
    valid_until: object
    open: int


@bp.get("/<uuid:organisation_id>/bestellungen/")
@signed_in
def purchases(organisation_id: UUID) -> Response:
    """All orders and how their invoices stand."""
    organisation = mine(organisation_id)
    return desk(organisation, "purchases", "purchases", purchases=bought.of(organisation.id))


@bp.get("/<uuid:organisation_id>/bestellungen/<number>")
@signed_in
def purchase(organisation_id: UUID, number: str) -> Response:
    """One order: codes, papers, payment. `?neu=1` says thank you."""
    organisation = mine(organisation_id)
    found = bought.one(organisation.id, number) or abort(404)
    lines = [_issued(line) for line in found.order.lines]
    person = db.session.get(User, found.purchase.ordered_by)
    return desk(
        organisation,
        "purchase",
        "purchases",
        is_new="neu" in request.args,
        found=found,
        lines=lines,
        has_codes=any(line.vouchers for line in lines),
        withheld=_is_withheld(found),
        ordered_by=person.name if person else "",
    )


@bp.get("/<uuid:organisation_id>/bestellungen/<number>/codes.<any(csv, xlsx):ending>")
@signed_in
def purchase_codes(organisation_id: UUID, number: str, ending: str) -> Response:
    """The codes of one order as a file."""
    organisation = mine(organisation_id)
    found = bought.one(organisation.id, number) or abort(404)
    if _is_withheld(found):
        abort(404)
    return file_answer(spreadsheet.rows(_vouchers(found)), f"Codes-{found.order.number}", ending)


@bp.get("/<uuid:organisation_id>/bestellungen/<number>/<paper>.pdf")
@signed_in
def purchase_paper(organisation_id: UUID, number: str, paper: str) -> Response:
    """An invoice or what cancels it, as a page to print."""
    organisation = mine(organisation_id)
    found = bought.one(organisation.id, number) or abort(404)
    document = next((each for each in found.documents if each.number == paper), None) or abort(404)
    return _pdf(found, document)


def _pdf(found: Bought, document: Document) -> Response:
    """It is made after the reading transaction is let go, for it takes its time."""
    made, name = papers.page(found.order, document), f"{papers.title(document)}-{document.number}.pdf"
    db.session.rollback()
    headers = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}"'}
    return make_response(made(), headers)


def _vouchers(found: Bought) -> list[CourseVoucher]:
    return [each for line in found.order.lines for each in find.of_line(line.id)]


def _is_withheld(found: Bought) -> bool:
    """Whether the codes wait for the payment (setting COURSE_CODES_AFTER_PAYMENT)."""
    return any(each.frozen == "unpaid" and each.state == "open" for each in _vouchers(found))


def _issued(line: OrderLine) -> IssuedLine:
    vouchers = find.of_line(line.id)
    return IssuedLine(
        title=line.title,
        offer_number=line.facts["offer"],
        quantity=line.quantity,
        unit_cents=line.unit_cents,
        vouchers=[_one(each) for each in vouchers],
        valid_until=max((each.valid_until for each in vouchers), default=None),
        open=sum(each.state == "open" and not each.frozen and each.sent_at is None for each in vouchers),
    )


def _one(voucher: CourseVoucher) -> Issued:
    if voucher.state == "open" and not voucher.frozen:
        return Issued(voucher.number, find.code_of(voucher), "")
    why = {"redeemed": _("eingelöst"), "cancelled": _("zurückgenommen")}.get(voucher.state, _("gesperrt"))
    return Issued(voucher.number, "", why)
