"""The form of a backup: one tar.gz whose manifest names every file with its hash."""

import hashlib
import json
import os
import re
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

MANIFEST = "manifest.json"
DUMPS = {"sqlite": "shop.sqlite", "postgresql": "shop.pgdump"}
"""The name of the database's file in a backup, by the kind of database."""

_KNOWN = re.compile(
    r"manifest\.json|shop\.sqlite|shop\.pgdump|keys\.toml|settings\.toml|motifs/[a-z0-9][a-z0-9-]*\.(jpg|webp)",
    re.ASCII,
)


class Damaged(ValueError):
    """A file that is no backup of ours, or not a whole one; the sentence says what is wrong."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself: when it was made (UTC), of which database at which revision.

    `files` holds the SHA-256 of each file by its name.
    """

    made_at: str
    database: str
    revision: str
    files: dict[str, str]

    @property
    def dump(self) -> str:
        """The name of the database's file."""
        return DUMPS[self.database]


def pack(folder: Path, target: Path, *, made_at: str, database: str, revision: str) -> Manifest:
    """Write the files of a folder into one archive, whole and on the disk or not at all.

    Only its owner may read the archive: it holds the keys.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest = Manifest(made_at, database, revision, {name: _hash(folder / name) for name in names})
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    with whole(target) as file, tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
        for name in (MANIFEST, *names):
            archive.add(folder / name, name, recursive=False, filter=_plain)
    return manifest


def unpack(source: Path, folder: Path) -> Manifest:
    """Take an archive apart into an empty folder. Raises Damaged unless every file is there and unchanged."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _extract(archive, member, folder)
        kept = json.loads((folder / MANIFEST).read_text())
        manifest = Manifest(**kept)
        found = {name: _hash(folder / name) for name in manifest.files}
        is_whole = found == manifest.files and manifest.dump in found and "keys.toml" in found
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, TypeError, KeyError) as error:
        raise Damaged(f"{source} is not a whole backup of this shop ({error})") from error
    if not is_whole:
        raise Damaged(f"{source} is not a whole backup of this shop (a file was changed)")
    return manifest


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A private file that appears under its name when everything in it has reached the disk."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file; names are taken from a short list, never on trust."""
    content = archive.extractfile(member) if member.isreg() and _KNOWN.fullmatch(member.name) else None
    if content is None:
        raise ValueError(f"it holds {member.name[:80]!r}")
    path = folder / member.name
    path.parent.mkdir(exist_ok=True)
    with open(path, "xb") as file:
        while block := content.read(1 << 20):
            file.write(block)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who made the backup is nobody's business."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
