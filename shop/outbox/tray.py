"""Where mails go without a mail server: files in `instance/mail/` that any mail program opens."""

import os
import re
import secrets
from pathlib import Path
from uuid import UUID

from flask import current_app

from shop import clock

_NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f-]{36}\.eml")


def folder() -> Path:
    """The tray of this shop."""
    return Path(current_app.instance_path) / "mail"


def keep(message_id: UUID, mail: bytes) -> Path:
    """Write one mail, whole or not at all, readable by its owner only; it holds codes."""
    tray = folder()
    tray.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = tray / f"{clock.now():%Y%m%dT%H%M%S}-{message_id}.eml"
    draft = tray / f".{secrets.token_hex(8)}"
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(tray)
    return path


def _settle(tray: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(tray, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def newest(limit: int = 50) -> list[Path]:
    """The mails in the tray, the newest first."""
    names = (path for path in folder().glob("*.eml") if _NAME.fullmatch(path.name))
    return sorted(names, reverse=True)[:limit]


def find(name: str) -> Path | None:
    """A mail by its file name, or None for anything that is not one."""
    path = folder() / name
    return path if _NAME.fullmatch(name) and path.is_file() else None
