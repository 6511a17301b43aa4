"""Who works here: accounts with the role that opens the back office."""

from sqlalchemy import select

from shop.db import db
from shop.people.models import Role, User

STAFF = "staff"


def is_staff(user: User) -> bool:
    """Whether this account may do what staff do."""
    return any(role.name == STAFF for role in user.roles)


def make_staff(user: User) -> None:
    """Give an account the role, in the caller's transaction; who has it keeps it."""
    if not is_staff(user):
        user.roles.append(_role())
        db.session.flush()


def no_staff(user: User) -> None:
    """Take the role off an account, in the caller's transaction; from then on every page is closed."""
    user.roles = [role for role in user.roles if role.name != STAFF]
    db.session.flush()


def _role() -> Role:
    role = db.session.scalar(select(Role).where(Role.name == STAFF))
    if role is None:
        role = Role(name=STAFF, description="Opens the back office.")
        db.session.add(role)
    return role
