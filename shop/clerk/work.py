"""`flask shop work`: deliver, settle, expire, seal."""

import click
from flask import current_app
from flask.cli import with_appcontext

from shop.clerk import orphan


@click.command()
@click.option("--once", is_flag=True, help="Do one round and exit.")
@click.option("--drain", is_flag=True, help="Work until nothing is due and exit.")
@with_appcontext
def work(once: bool, drain: bool) -> None:
    """Deliver mails, act on payments, expire holds and seal the ledger, until SIGTERM.

    Run as many as you like, on one server or on several.
    """
    # Only here: the letters bring half the house with them, and other commands need none of it.
    from shop.clerk.worker import Worker  # noqa: PLC0415

    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    worker.listen()
    orphan.stop_with_parent()
    if once or drain:
        well = worker.drain() if drain else not worker.round()[1]
        raise SystemExit(0 if well else 1)
    worker.run()
