"""Organisations and who administers them (DOMAIN C1): found, invite, accept, remove."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shop import clock
from shop.core import codes
from shop.db import changed, db, is_sqlite
from shop.outbox import queue
from shop.people.models import Administrator, Invitation, Organisation, User

TIME_TO_ACCEPT = timedelta(days=14)


class NameTaken(ValueError):
    """There is an organisation with this name."""


class AlreadyThere(ValueError):
    """This address belongs to an administrator of the organisation."""


class NotOpen(LookupError):
    """There is no such invitation, or it has been accepted, renewed or has run out."""


class LastOne(ValueError):
    """An organisation keeps at least one administrator."""


def found(
    name: str, street: str, postcode: str, city: str, email: str, *, vat_id: str = "", leitweg_id: str = ""
) -> Organisation:
    """Enter an organisation, inside the caller's transaction. Raises NameTaken."""
    if db.session.scalar(select(Organisation.id).where(Organisation.name == name)) is not None:
        raise NameTaken(name)
    organisation = Organisation(
        id=uuid.uuid4(),
        name=name,
        street=street,
        postcode=postcode,
        city=city,
        email=email,
        vat_id=vat_id,
        leitweg_id=leitweg_id,
        made_at=clock.now(),
    )
    db.session.add(organisation)
    db.session.flush()
    return organisation


def by_name(name: str) -> Organisation | None:
    """The organisation with exactly this name."""
    return db.session.scalar(select(Organisation).where(Organisation.name == name))


def of_user(user: User) -> list[Organisation]:
    """The organisations that somebody administers, by name."""
    query = select(Organisation).join(Administrator).where(Administrator.user_id == user.id)
    return list(db.session.scalars(query.order_by(Organisation.name)))


def get_for(user: User, organisation_id: UUID) -> Organisation | None:
    """An organisation found through its administrator: a stranger's does not exist (QUALITY A2)."""
    mine = (Administrator.user_id == user.id) & (Organisation.id == organisation_id)
    return db.session.scalar(select(Organisation).join(Administrator).where(mine))


def administrators(organisation: Organisation) -> Sequence[User]:
    """Who administers an organisation, the longest first."""
    query = select(User).join(Administrator).where(Administrator.organisation_id == organisation.id)
    return db.session.scalars(query.order_by(Administrator.since, User.id)).all()


def open_invitations(organisation: Organisation) -> Sequence[Invitation]:
    """Who was invited and has not come yet, the newest first; those that have run out are left out."""
    here = (Invitation.organisation_id == organisation.id) & Invitation.accepted_at.is_(None)
    query = select(Invitation).where(here, Invitation.expires_at > clock.of_database())
    return db.session.scalars(query.order_by(Invitation.invited_at.desc())).all()


def invite(organisation: Organisation, email: str, language: str, by: User | None) -> Invitation:
    """Ask somebody to administer an organisation and queue the letter, inside the caller's transaction.

    `by` is the fellow administrator who asks, None for staff. Asked again, the link is new and the
    old one void. Raises AlreadyThere.
    """
    email = email.strip().lower()
    there = (Administrator.organisation_id == organisation.id) & (User.email == email)
    if db.session.scalar(select(User.id).join(Administrator).where(there)) is not None:
        raise AlreadyThere(email)
    asked = (Invitation.organisation_id == organisation.id) & (Invitation.email == email)
    by_id = by.id if by else None  # read before the new row stands in the session half-filled
    invitation = db.session.scalar(select(Invitation).where(asked).with_for_update())
    if invitation is None:
        invitation = Invitation(id=uuid.uuid4(), organisation_id=organisation.id, email=email)
        db.session.add(invitation)
    now = clock.of_database()
    invitation.language = language
    invitation.invited_by = by_id
    invitation.invited_at = now
    invitation.expires_at = now + TIME_TO_ACCEPT
    invitation.accepted_at = None
    invitation.token_hash = _hash(token(invitation))
    db.session.flush()
    _queue_letter(organisation, invitation)
    return invitation


def token(invitation: Invitation) -> str:
    """The capability of an invitation: the letter makes it anew, the database holds only its hash."""
    fact = f"invitation:{invitation.id}:{invitation.invited_at.isoformat()}"
    return codes.capability(str(current_app.config["CODE_KEY"]).encode(), fact)


def of_token(text: str) -> Invitation:
    """The invitation that a link opens. Raises NotOpen."""
    mine = (Invitation.token_hash == _hash(text)) & Invitation.accepted_at.is_(None)
    query = select(Invitation).where(mine, Invitation.expires_at > clock.of_database())
    invitation = db.session.scalar(query)
    if invitation is None:
        raise NotOpen
    return invitation


def accept(text: str, user: User) -> Organisation:
    """Make somebody an administrator by their invitation's link, inside the caller's transaction.

    Once only, whoever is first. Raises NotOpen.
    """
    invitation = of_token(text)
    still_open = (Invitation.id == invitation.id) & Invitation.accepted_at.is_(None)
    now = clock.of_database()
    done = db.session.execute(update(Invitation).where(still_open).values(accepted_at=now))
    if not changed(done):
        raise NotOpen
    appoint(invitation.organisation_id, user)
    return db.session.get_one(Organisation, invitation.organisation_id)


def appoint(organisation_id: UUID, user: User) -> None:
    """Make somebody an administrator; who is one stays one."""
    row = {"organisation_id": organisation_id, "user_id": user.id, "since": clock.of_database()}
    insert = sqlite.insert if is_sqlite(db.engine) else postgresql.insert
    db.session.execute(insert(Administrator).values(row).on_conflict_do_nothing())


def withdraw(organisation: Organisation, invitation_id: UUID) -> bool:
    """Take an invitation back that nobody has accepted yet; whether there was one."""
    mine = (Invitation.id == invitation_id) & (Invitation.organisation_id == organisation.id)
    waiting = mine & Invitation.accepted_at.is_(None)
    done = db.session.execute(update(Invitation).where(waiting).values(expires_at=clock.of_database()))
    return bool(changed(done))


def remove(organisation: Organisation, user: User) -> None:
    """Somebody administers an organisation no longer, inside the caller's transaction.

    Raises LastOne. Two who remove each other at once stand in a row at the organisation.
    """
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    there = select(func.count()).where(Administrator.organisation_id == organisation.id)
    row = db.session.get(Administrator, (organisation.id, user.id))
    if row is None:
        return
    if (db.session.scalar(there) or 0) < 2:
        raise LastOne
    db.session.delete(row)
    db.session.flush()


def _queue_letter(organisation: Organisation, invitation: Invitation) -> None:
    queue.put(
        uuid.uuid5(invitation.id, f"mail:{invitation.invited_at.isoformat()}"),
        "organisation_invited",
        recipient=invitation.email,
        facts={"invitation": str(invitation.id)},
        reference=organisation.name[:80],
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
