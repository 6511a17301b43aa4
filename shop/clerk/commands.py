"""The commands of `flask shop`."""

from flask.cli import AppGroup

shop_commands = AppGroup("shop", help="Run the shop: demo, work, verify, check and so on.")
