"""Files: where they are uploaded, what is in them, where they are shared."""

import mimetypes
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import PurePath
from urllib.parse import quote

from bot.playground.team import Channel
from bot.playground.wire import Json, SlackError

MOST_BYTES = 200_000_000  # kept in all; the oldest files go first
LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class File:
    """One file. `shares` are (channel, message ts); `ready` says that its upload was completed."""

    id: str
    name: str
    mimetype: str
    user_id: str
    created: int
    content: bytes = b""
    title: str = ""
    length: int = 0
    ready: bool = False
    deleted: bool = False
    shares: tuple[tuple[str, str], ...] = ()

    @property
    def filetype(self) -> str:
        """Slack's short word for what it is, such as `csv`."""
        return PurePath(self.name).suffix.removeprefix(".").lower() or "text"


class Files:
    """All files. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._files: dict[str, File] = {}
        self._uploads: dict[str, str] = {}  # key of an upload address, id of the file

    def announce(self, user_id: str, name: str, length: int) -> tuple[str, File]:
        """A place for a file of so many bytes; gives the key of its address. Raises `file_upload_size_restricted`."""
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = self._keep(name, mimetype, user_id, length=length)
        key = secrets.token_urlsafe(24)
        self._uploads[key] = file.id
        return key, file

    def receive(self, key: str, content: bytes) -> File:
        """The bytes of an announced file; raises `invalid_upload_url` and `length_mismatch`."""
        file = self._files.get(self._uploads.get(key, ""))
        if file is None:
            raise SlackError("invalid_upload_url")
        if len(content) != file.length:
            raise SlackError("length_mismatch", [f"announced {file.length} bytes, got {len(content)}"])
        del self._uploads[key]
        received = self._change(file, content=content)
        self._make_room()
        return received

    def complete(self, file_id: str, user_id: str, title: str) -> File:
        """End the upload; raises `file_not_found` where there is no file of this uploader with its bytes."""
        file = self._files.get(file_id)
        if file is None or file.user_id != user_id or file.ready or file.id in self._uploads.values():
            raise SlackError("file_not_found")
        return self._change(file, ready=True, title=title or file.name)

    def add(self, user_id: str, name: str, content: bytes, mimetype: str) -> File:
        """A file that a person put in."""
        file = self._keep(name, mimetype, user_id, content=content, length=len(content), title=name, ready=True)
        self._make_room()
        return file

    def find(self, file_id: str) -> File:
        """A file that is there; raises `file_not_found` and `file_deleted`."""
        file = self._files.get(file_id)
        if file is None or not file.ready:
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        return file

    def share(self, file_id: str, channel_id: str, ts: str) -> File:
        """Note where it was shared."""
        file = self.find(file_id)
        return self._change(file, shares=(*file.shares, (channel_id, ts)))

    def delete(self, file: File) -> None:
        """Its content goes; that it was there is remembered."""
        self._change(file, content=b"", deleted=True)

    def _keep(
        self,
        name: str,
        mimetype: str,
        user_id: str,
        *,
        content: bytes = b"",
        length: int = 0,
        title: str = "",
        ready: bool = False,
    ) -> File:
        number, created = next(self._numbers), int(self._clock().timestamp())
        file = File(f"F0LOCAL{number:04d}", name, mimetype, user_id, created, content, title, length, ready)
        self._files[file.id] = file
        return file

    def _change(self, file: File, **changes: object) -> File:
        changed = replace(file, **changes)  # type: ignore[arg-type]
        self._files[file.id] = changed
        return changed

    def _make_room(self) -> None:
        size = sum(len(file.content) for file in self._files.values())
        for file in list(self._files.values())[:-1]:
            if size <= MOST_BYTES:
                return
            size -= len(file.content)
            self.delete(file)


def as_file(file: File, url: str, team_id: str, channels: Callable[[str], Channel]) -> Json:
    """Slack's file object; `url` is where the local Slack listens."""
    where, name = f"{team_id}-{file.id}", quote(file.name)
    kinds = {channel_id: channels(channel_id).kind for channel_id, _ in file.shares}
    shares: Json = {}
    for channel_id, ts in file.shares:
        side = "public" if kinds[channel_id] == "public_channel" else "private"
        shares.setdefault(side, {}).setdefault(channel_id, []).append({"ts": ts, "share_user_id": file.user_id})
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user_id,
        "user_team": team_id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": "public_channel" in kinds.values(),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{url}/files-pri/{where}/{name}",
        "url_private_download": f"{url}/files-pri/{where}/download/{name}",
        "permalink": f"{url}/files/{file.user_id}/{file.id}/{name}",
        "channels": [one for one, kind in kinds.items() if kind == "public_channel"],
        "groups": [one for one, kind in kinds.items() if kind == "private_channel"],
        "ims": [one for one, kind in kinds.items() if kind == "im"],
        "shares": shares,
        "has_rich_preview": False,
        "file_access": "visible",
    }
