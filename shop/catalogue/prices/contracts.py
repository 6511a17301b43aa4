"""Base cards and contracts: their kinds, who owns one from when to when, and who has which class (W5)."""

import uuid
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from shop import clock
from shop.catalogue.models import Contract, ContractKind, PersonClasses, PriceRow
from shop.catalogue.prices.classes import checked_title, key_for
from shop.catalogue.prices.reading import classes, kinds
from shop.catalogue.prices.refused import Reason, Refused, Uses
from shop.db import db


def add_contract_kind(title: Mapping[str, str], *, key: str = "") -> str:
    """Add a kind of base card or contract, in the caller's transaction; its key. Raises Refused."""
    there = kinds()
    checked_title(title, there)
    taken = {each.key for each in there}
    if key in taken:
        raise Refused(Reason.TAKEN)
    key = key or key_for(title["de"], taken)
    db.session.add(ContractKind(key=key, title=dict(title)))
    db.session.flush()
    return key


def rename_contract_kind(key: str, title: Mapping[str, str]) -> None:
    """Give a kind another title; its key stays. Raises Refused."""
    found = _locked(key)
    checked_title(title, [each for each in kinds() if each.key != key])
    found.title = dict(title)
    db.session.flush()


def remove_contract_kind(key: str) -> None:
    """Remove a kind that no row asks for and nobody has ever owned. Raises Refused."""
    found = _locked(key)
    asking = select(func.count()).select_from(PriceRow).where(PriceRow.requires == key)
    owning = select(func.count(Contract.user_id.distinct())).where(Contract.kind == key)
    if uses := Uses(db.session.scalar(asking) or 0, db.session.scalar(owning) or 0):
        raise Refused(Reason.USED, uses=uses)
    db.session.delete(found)
    db.session.flush()


def give_contract(
    user_id: int, kind: str, valid_from: date, valid_until: date | None, made_by: str = ""
) -> UUID:
    """Somebody owns a kind from one local day through another, None for good; the contract's id.

    The same again is the kept one. Raises Refused: unknown kind, days in the wrong order, or the same
    kind is owned on some of these days.
    """
    _locked(kind)  # two who give the same at once stand in a row here
    if kept := _in_the_way(user_id, kind, valid_from, valid_until):
        if (kept.valid_from, kept.valid_until) == (valid_from, valid_until):
            return kept.id
        raise Refused(Reason.OWNED)
    contract = Contract(
        id=uuid.uuid4(),
        user_id=user_id,
        kind=kind,
        valid_from=valid_from,
        valid_until=valid_until,
        made_by=made_by,
        made_at=clock.of_database(),
    )
    db.session.add(contract)
    db.session.flush()
    return contract.id


def end_contract(user_id: int, contract_id: UUID, last_day: date) -> None:
    """A contract of somebody is good through a local day, earlier or later than it was, in the caller's transaction.

    Raises LookupError when this person has no such contract; Refused as `give_contract` does.
    """
    contract = _of(user_id, contract_id)
    _locked(contract.kind)
    if _in_the_way(user_id, contract.kind, contract.valid_from, last_day, contract_id):
        raise Refused(Reason.OWNED)
    contract.valid_until = last_day
    db.session.flush()


def remove_contract(user_id: int, contract_id: UUID) -> None:
    """A contract was never given; what was booked keeps its price. Raises LookupError as `end_contract` does."""
    db.session.delete(_of(user_id, contract_id))
    db.session.flush()


def _of(user_id: int, contract_id: UUID) -> Contract:
    """A contract, found through its owner."""
    mine = select(Contract).where(Contract.id == contract_id, Contract.user_id == user_id)
    contract = db.session.scalar(mine.with_for_update())
    if contract is None:
        raise LookupError(contract_id)
    return contract


def _in_the_way(
    user_id: int, kind: str, first: date, last: date | None, but: UUID | None = None
) -> Contract | None:
    """What somebody owns of a kind on some of these days. Raises Refused: days in the wrong order."""
    if last is not None and last < first:
        raise Refused(Reason.DAYS)
    mine = select(Contract).where(Contract.user_id == user_id, Contract.kind == kind)
    for each in db.session.scalars(mine):
        if (
            each.id != but
            and (each.valid_until or date.max) >= first
            and (last or date.max) >= each.valid_from
        ):
            return each
    return None


def set_classes(user_id: int, user_class: str, member_class: str) -> None:
    """Somebody has these classes, empty for the default. Raises Refused for one that there is not."""
    there = classes(locked=True)
    for dimension, key in (("user", user_class), ("member", member_class)):
        if key and key not in {each.key for each in there[dimension]}:
            raise Refused(Reason.UNKNOWN, dimension=dimension)
    row = db.session.get(PersonClasses, user_id)
    if row is None:
        row = PersonClasses(user_id=user_id)
        db.session.add(row)
    row.user_class, row.member_class = user_class, member_class
    db.session.flush()


def contracts_of(user_id: int) -> list[Contract]:
    """What somebody owns, owned or will own; the latest first."""
    query = select(Contract).where(Contract.user_id == user_id)
    return list(db.session.scalars(query.order_by(Contract.valid_from.desc(), Contract.kind)))


def classes_of(user_id: int) -> tuple[str, str]:
    """Somebody's user class and member class as they were given; empty is the default."""
    row = db.session.get(PersonClasses, user_id)
    return (row.user_class, row.member_class) if row else ("", "")


def _locked(key: str) -> ContractKind:
    query = select(ContractKind).where(ContractKind.key == key)
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise Refused(Reason.UNKNOWN)
    return found
