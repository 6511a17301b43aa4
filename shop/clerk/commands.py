"""The commands of `flask shop`."""

from flask.cli import AppGroup

from shop.clerk import (
    appointments,
    backup,
    card,
    card_type,
    cases,
    check,
    course,
    importing,
    invoice,
    money,
    offers,
    organisation,
    outbox,
    refunds,
    restore,
    user,
    work,
)
from shop.clerk.content import CONTENT_COMMANDS

shop_commands = AppGroup("shop", help="Run the shop: demo, work, verify, check and so on.")

for command in (
    work.work,
    outbox.outbox,
    cases.cases,
    money.payment,
    money.verify,
    money.expire,
    check.check,
    course.course,
    course.booking,
    invoice.invoice,
    refunds.refunds,
    refunds.voucher,
    importing.import_,
    backup.backup,
    restore.restore,
    offers.offer,
    appointments.appointment,
    user.user,
    organisation.organisation,
    card.card,
    card_type.card_type,
    *CONTENT_COMMANDS,
):
    shop_commands.add_command(command)
