"""What technicians and the worker touch: `flask shop …`."""

from flask import Flask

from shop.clerk.commands import shop_commands
from shop.outbox import post


def furnish(app: Flask) -> None:
    """Hang the commands into the shop, and set the post up."""
    post.furnish(app)
    app.cli.add_command(shop_commands)
