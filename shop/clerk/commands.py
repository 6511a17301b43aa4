"""The commands of `flask shop`."""

from flask.cli import AppGroup

from shop.clerk import backup, cases, check, money, offers, outbox, restore, work
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
    backup.backup,
    restore.restore,
    offers.offer,
    *CONTENT_COMMANDS,
):
    shop_commands.add_command(command)
