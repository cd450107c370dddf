"""Uploads and downloads (docs/protocol.md 9), well-formed and in raw bytes, and the files that a
store holds."""

import contextlib
import pathlib
import socket

import pymongo

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)
BOUNDARY = "----a-boundary-of-the-tests"


def upload(rest, content=PNG, name="photo.png", expect=201, **options):
    """The Attachment, or the answer if another status is expected."""
    answer = rest.call("POST", "/api/upload", expect, files={"file": (name, content)}, **options)
    return answer.json() if expect == 201 else answer


def download(rest, file, expect=200, **options):
    return rest.call("GET", f"/api/files/{file['id']}", expect, **options)


def part_head(name="a.bin"):
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode()


FORM_END = f"\r\n--{BOUNDARY}--\r\n".encode()


class SlowUpload:
    """An upload in raw bytes, one by one if needed."""

    def __init__(self, hub, token, length=None, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", hub.port), timeout=timeout)
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        self.is_chunked = length is None
        lines = [
            "POST /api/upload HTTP/1.1",
            f"Host: 127.0.0.1:{hub.port}",
            f"Authorization: Bearer {token}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            framing,
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, data):
        if self.is_chunked:
            data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
        self.socket.sendall(data)

    def end(self):
        if self.is_chunked:
            self.socket.sendall(b"0\r\n\r\n")

    def status(self):
        """Of the answer; None when the connection ended without one."""
        with contextlib.suppress(ConnectionError):
            line = self.socket.makefile("rb").readline()
            return int(line.split()[1]) if line else None

    def close(self):
        self.socket.close()


def entries(store):
    """The store's file entries by id: owner and ticket."""
    if store.name == "sqlite":
        rows = store.query("SELECT id, owner, ticket FROM files")
        return {id: {"owner": owner, "ticket": ticket} for id, owner, ticket in rows}
    with pymongo.MongoClient(store.server) as client:
        return {
            str(file["_id"]): {
                "owner": file["metadata"]["owner"],
                "ticket": str(file["metadata"]["ticket"])
                if "ticket" in file["metadata"]
                else None,
            }
            for file in client[store.database]["files.files"].find()
        }


def folder(store):
    """The folder in which the embedded store keeps bytes."""
    return pathlib.Path(f"{store.file}.files")


def stored_pieces(store):
    """The number of files or chunks, including unfinished ones."""
    if store.name == "sqlite":
        return sum(path.is_file() for path in folder(store).rglob("*"))
    with pymongo.MongoClient(store.server) as client:
        return client[store.database]["files.chunks"].count_documents({})
