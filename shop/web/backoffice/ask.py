"""What would this person pay for this appointment, and why: a question that an address can carry (W5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, request

from shop import clock
from shop.catalogue import prices
from shop.catalogue.models import Contract, Offer
from shop.catalogue.prices.contracts import contracts_of
from shop.core.matrix import Case, Chosen, Row, missed
from shop.people.models import User
from shop.web.backoffice.board import Board, Cell, Line, board
from shop.web.backoffice.forms import AskForm
from shop.web.backoffice.room import bp, dimensions, office
from shop.web.frame.guard import staff_only


@dataclass(frozen=True)
class Answer:
    """The price and why; without `chosen` it is not bookable.

    `with_more` are the lines that ask for something not owned; `counted` is the contract that made the
    price; `unset` names, in words, the dimensions in which the case has no class.
    """

    who: User | None
    offer: Offer | None
    day: date
    cells: list[Cell]
    chosen: Chosen | None
    line: Line | None
    others: list[Line]
    with_more: list[Line]
    counted: Contract | None
    unset: list[str]


@bp.get("/preise/frage")
@staff_only
def ask() -> Response:
    """The question, and its answer once one has been asked."""
    found, form = board(), AskForm(request.args)
    is_asked = "appointment" in request.args or bool(form.termin.data)
    if "day" not in request.args:
        form.day.data = clock.today()
    answer = _answer(found, form) if is_asked and form.validate() else None
    return office("ask", "ask", 422 if form.errors else 200, board=found, form=form, answer=answer)


def _answer(found: Board, form: AskForm) -> Answer:
    who, offer = form.who, form.offer
    if who is not None:
        pricer = prices.pricer(who.id)
    else:
        pricer = prices.price_by_hand(form.user.data or "", form.member.data or "", form.owned.data or ())
    if offer is not None:
        wanted = (offer.class_key, offer.resource_key, prices.day_of(offer))
    else:
        wanted = (form.appointment.data or "", form.resource.data or "", form.day.data)
    case, day = pricer.case(*wanted), wanted[2]
    form.show(case, day)
    chosen = pricer.explain_case(case)
    return Answer(
        who=who,
        offer=offer,
        day=day,
        cells=_cells(found, case),
        chosen=chosen,
        line=found.line(chosen.row.id) if chosen else None,
        others=_lines(found, chosen.others if chosen else ()),
        with_more=_lines(found, missed(pricer.rows, case)),
        counted=_counted(who, chosen, day),
        unset=[dimensions()[each] for each in found.used if case.classes[each] not in _keys(found, each)],
    )


def _lines(found: Board, rows: Sequence[Row]) -> list[Line]:
    lines = (found.line(row.id) for row in rows)
    return [line for line in lines if line is not None]


def _cells(found: Board, case: Case) -> list[Cell]:
    """The classes that count for this case, one of each dimension."""
    return found.cells({each: [case.classes[each]] for each in found.used})


def _keys(found: Board, dimension: str) -> set[str]:
    return {each.key for each in found.classes[dimension]}


def _counted(who: User | None, chosen: Chosen | None, day: date) -> Contract | None:
    """The contract of this person that the chosen row asks for, as it is valid on the day."""
    if who is None or chosen is None or not chosen.row.requires:
        return None
    for each in contracts_of(who.id):
        if each.kind == chosen.row.requires and each.valid_from <= day <= (each.valid_until or date.max):
            return each
    return None
