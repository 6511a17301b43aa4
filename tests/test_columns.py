"""Every column knows its type by itself, whichever room is imported first."""

import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).resolve().parent.parent / "shop"
ROOMS = sorted(
    ".".join(path.relative_to(SHOP.parent).with_suffix("").parts) for path in SHOP.glob("*/models.py")
)
ALONE = """
import importlib, sys, uuid
room = importlib.import_module(sys.argv[1])
from shop.db import Base
for name, mapped in vars(room).items():
    if isinstance(mapped, type) and issubclass(mapped, Base) and mapped is not Base:
        for column in mapped.__table__.columns:
            wanted = str(mapped.__annotations__.get(column.key, ""))
            assert "UUID" not in wanted or column.type.python_type is uuid.UUID, f"{name}.{column.key}"
"""


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_columns_have_their_types_alone(room: str) -> None:
    """A statement made at import takes a column's type as it is then: one that waits for another room has none."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, room], capture_output=True, text=True, cwd=SHOP.parent
    )
    assert done.returncode == 0, done.stderr[-400:]
