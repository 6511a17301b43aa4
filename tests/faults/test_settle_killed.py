"""A process killed at any step of settling leaves all or nothing, and the next one resumes (F1)."""

import signal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from shop.db import db
from shop.documents.models import Document
from shop.orders.settle import act_on
from shop.outbox.models import Message
from shop.payments import inbox
from tests.conftest import MakeApp
from tests.processes import child, environment
from tests.shopfloor import assert_sound, open_shop, order, session_event, vouchers, wish

POINTS = {
    "settle.claimed": False,
    "settle.fulfilled": False,
    "settle.documented": False,
    "settle.acted": False,
    "settle.before_commit": False,
    "settle.after_commit": True,
}
ACT = "from shop.orders.settle import act_on\nact_on(sys.argv[1])"


@pytest.fixture
def shop(make_app: MakeApp, any_uri: str) -> Flask:
    return make_app(any_uri)


@pytest.mark.parametrize(("point", "is_kept"), POINTS.items())
def test_killed_while_settling(shop: Flask, any_uri: str, tmp_path: Path, point: str, is_kept: bool) -> None:
    with shop.app_context():
        open_shop()
        _, payment = order(wish(5000), wish(2500), quantity=2)
        event = session_event(payment)
        db.session.remove()

        env = environment(any_uri, tmp_path / "instance")
        died = child(ACT, {**env, "SHOP_FAILPOINT": point}, event)
        assert died.returncode == -signal.SIGKILL, died.stderr

        assert len(vouchers()) == (4 if is_kept else 0)
        assert inbox.open_events() == ([] if is_kept else [event])
        assert_sound()

        act_on(event)
        assert len(vouchers()) == 4
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1
        assert db.session.scalars(select(Document.position)).all() == [1]
        assert inbox.open_events() == []
        assert_sound()
