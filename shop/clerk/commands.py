"""The commands of `flask shop`."""

from flask.cli import AppGroup

from shop.clerk import cases, check, money, outbox, work
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
    *CONTENT_COMMANDS,
):
    shop_commands.add_command(command)
