"""Sending codes to people as ready links, and reminding them (DOMAIN C6)."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from shop import clock
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.issue import event
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import changed, db
from shop.orders.enrol.desk import Obstacle, Refused, usable
from shop.outbox import queue
from shop.people.models import Organisation, User

SAME_CLICK = timedelta(minutes=1)
"""A second request within this time is the same click, not the wish for a second mail."""


def send(organisation: Organisation, whom: Sequence[tuple[str, str, str]], by: User) -> int:
    """Send codes to people: each (number, address, name) gets a mail with a ready link; how many are sent.

    Runs in the caller's transaction, all or nothing. The name is for the salutation only and may be
    empty. A code that was sent before goes to its new address too; it works once. A repeat within a
    minute is quiet. Raises `desk.Refused`.
    """
    sent = 0
    for number, email, name in whom:
        voucher = usable(organisation, number)
        if voucher.sent_to == email and _is_just_now(voucher.sent_at):
            continue
        _mark(voucher, sent_to=email, sent_at=clock.now(), reminded_at=None)
        _put(voucher, "course_code_sent", "sent", email, by, name=name)
        sent += 1
    return sent


def remind(organisation: Organisation, numbers: Sequence[str], by: User) -> int:
    """Remind those who have not redeemed their code yet; how many are reminded.

    Runs in the caller's transaction, all or nothing. A repeat within a minute is quiet. Raises
    `desk.Refused`.
    """
    reminded = 0
    for number in numbers:
        voucher = usable(organisation, number)
        if not voucher.sent_to:
            raise Refused(Obstacle.NOT_SENT, number)
        if _is_just_now(voucher.reminded_at):
            continue
        _mark(voucher, reminded_at=clock.now())
        _put(voucher, "course_code_reminder", "reminded", voucher.sent_to, by)
        reminded += 1
    return reminded


def _is_just_now(moment: datetime | None) -> bool:
    return moment is not None and clock.now() - moment < SAME_CLICK


def _mark(voucher: CourseVoucher, **values: object) -> None:
    """Write it on a code that is still open with the same code. Raises Refused when it was just redeemed."""
    done = db.session.execute(
        update(CourseVoucher)
        .where(
            CourseVoucher.number == voucher.number,
            CourseVoucher.serial == voucher.serial,
            CourseVoucher.state == "open",
        )
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if not changed(done):
        raise Refused(Refusal.REDEEMED, voucher.number)


def _put(voucher: CourseVoucher, kind: str, what: str, email: str, by: User, **facts: str) -> None:
    """Queue one mail, and write it into the code's story. The code itself is made when the mail is written."""
    before = select(func.count()).select_from(CourseVoucherEvent)
    turn = db.session.scalar(
        before.where(CourseVoucherEvent.number == voucher.number, CourseVoucherEvent.what == what)
    )
    queue.put(
        uuid.uuid5(voucher.order_line_id, f"mail:{kind}:{voucher.number}:{turn}"),
        kind,
        recipient=email,
        facts={"number": voucher.number, "serial": voucher.serial, "language": by.language, **facts},
        reference=voucher.number,
    )
    event(voucher, what, by.id)
