"""Fail points do nothing unless a rehearsal names them."""

import signal
import subprocess
import sys

import pytest

from shop.failpoints import reach


def test_a_point_that_nobody_named_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_FAILPOINT", raising=False)
    reach("outbox.after_send")
    monkeypatch.setenv("SHOP_FAILPOINT", "another.point")
    reach("outbox.after_send")


def test_a_named_point_kills_the_process() -> None:
    script = (
        "import os; os.environ['SHOP_FAILPOINT'] = 'here'; from shop.failpoints import reach; reach('here')"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
