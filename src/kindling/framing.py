"""Bytes that go through a stream socket in one piece: their length stands before them, in four bytes."""

from __future__ import annotations

import socket
import struct

__all__ = ["HEAD", "framed", "length", "receive"]

HEAD = 4  # bytes


def framed(content: bytes) -> bytes:
    """Return bytes as they are sent."""
    return struct.pack("!I", len(content)) + content


def length(head: bytes) -> int:
    """Return how many bytes come after the first `HEAD` ones."""
    size: int = struct.unpack("!I", head)[0]
    return size


def receive(line: socket.socket) -> bytes | None:
    """Wait for the bytes that were sent in one piece, and return them; None where the other end is closed."""
    if (head := _read(line, HEAD)) is None:
        return None
    return _read(line, length(head))


def _read(line: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = line.recv(min(size - len(data), 2**20))
        if not part:
            return None
        data += part
    return bytes(data)
