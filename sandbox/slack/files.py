"""Uploaded files, from the promise of an upload to a file shared in a channel."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, replace

from sandbox.slack.errors import Json, SlackError
from sandbox.slack.feed import Feed
from sandbox.slack.people import TEAM_ID
from sandbox.slack.stamps import Stamps


@dataclass(frozen=True, kw_only=True)
class File:
    id: str
    name: str
    length: int
    ticket: str
    created: int
    user: str
    title: str = ""
    content: bytes | None = None
    complete: bool = False

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def as_api(self, root: str) -> Json:
        kind = self.name.rpartition(".")[2].lower()
        url = f"{root}/files/{self.id}/{self.name}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": TEAM_ID,
            "editable": False,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": url,
            "url_private_download": url,
            "permalink": url,
        }


class Files:
    def __init__(self, feed: Feed, stamps: Stamps, root: Callable[[], str]) -> None:
        self._feed = feed
        self._stamps = stamps
        self._root = root
        self._files: dict[str, File] = {}

    def promise(self, *, name: str, length: int, user: str) -> File:
        with self._feed.lock:
            file = File(
                id=self._stamps.id("F"),
                name=name.replace("/", "_"),
                length=length,
                ticket=self._stamps.secret(),
                created=int(self._stamps.now()),
                user=user,
            )
            self._files[file.id] = file
            return file

    def upload_url(self, file: File) -> str:
        return f"{self._root()}/upload/{file.ticket}"

    def receive(self, ticket: str, content: bytes) -> File:
        with self._feed.lock:
            for file in self._files.values():
                if file.ticket == ticket and not file.complete:
                    self._files[file.id] = replace(file, content=content)
                    return self._files[file.id]
        raise SlackError("file_not_found", status=404)

    def complete(self, identity: str, title: str) -> Json:
        with self._feed.lock:
            file = self._files.get(identity)
            if file is None or file.content is None:
                raise SlackError("file_not_found")
            self._files[identity] = replace(file, title=title, complete=True)
            return self._files[identity].as_api(self._root())

    def get(self, identity: str) -> File | None:
        return self._files.get(identity)
