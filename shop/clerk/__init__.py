"""What technicians and the worker touch: `flask shop …`."""

from flask import Flask

from shop.clerk.commands import shop_commands


def furnish(app: Flask) -> None:
    """Hang the commands into the shop."""
    app.cli.add_command(shop_commands)
