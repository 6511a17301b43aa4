"""Accounts with their roles and passkeys, and the organisations that some of them administer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_security.models import sqla
from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, validates

from shop.db import Base, Moment

sqla.FsModels.set_db_info(  # type: ignore[no-untyped-call]
    base_model=Base, user_table_name="users", role_table_name="roles", webauthn_table_name="passkeys"
)


class Role(Base, sqla.FsRoleMixin):
    """What staff may do; learners and administrators of organisations need none."""

    __tablename__ = "roles"


class User(Base, sqla.FsUserMixin):
    """One person's account. Addresses are kept in lower case.

    `username` is what its owner typed, `likeness` what it looks like: two names that people cannot
    tell apart have one likeness (see `core.likeness`). `language` is for letters. `totp_counter` is
    the last half minute whose code was used, so that none is used twice.
    """

    __tablename__ = "users"

    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    likeness: Mapped[str | None] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="de")
    totp_counter: Mapped[int] = mapped_column(default=0)

    @validates("current_login_ip", "last_login_ip")
    def forget_address(self, _key: str, _address: str | None) -> None:
        """Keep when somebody logged in, never from where."""

    @property
    def name(self) -> str:
        """First and last name as written."""
        return f"{self.first_name} {self.last_name}".strip()


class WebAuthn(Base, sqla.FsWebAuthnMixin):
    """A passkey or security key of an account."""

    __tablename__ = "passkeys"


class Organisation(Base):
    """A municipality or company that orders course vouchers; `email` is where invoices go."""

    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(12))
    city: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    vat_id: Mapped[str] = mapped_column(String(20), default="")
    leitweg_id: Mapped[str] = mapped_column(String(46), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)


class Administrator(Base):
    """Who orders and hands out an organisation's codes (DOMAIN C1)."""

    __tablename__ = "administrators"

    organisation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organisations.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(Moment)


class Invitation(Base):
    """Somebody who was asked to administer an organisation, by staff (`invited_by` is empty) or a fellow.

    The link is a capability: only its hash is here (QUALITY A2).
    """

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organisations.id"))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__: Any = (
        UniqueConstraint("organisation_id", "email", name="uq_invitations_organisation_email"),
    )
