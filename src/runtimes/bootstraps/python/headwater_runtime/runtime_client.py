"""The Runtime API over one persistent connection."""

import os
import socket


class Invocation:
    """One answer of `next`."""

    def __init__(self, headers, body):
        self._headers = headers
        self.body = body
        self.request_id = headers["lambda-runtime-aws-request-id"]

    def header(self, name):
        return self._headers.get(name)


class RuntimeClient:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self._host = address
        self._socket = socket.create_connection((host, int(port)))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pending = b""

    def next(self):
        self._socket.sendall(
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {}\r\n\r\n".format(self._host).encode()
        )
        status, headers, body = self._answer()
        if status != 200:
            os._exit(1)
        return Invocation(headers, body)

    def post(self, path, body, error_type=None):
        reported = "" if error_type is None else "Lambda-Runtime-Function-Error-Type: {}\r\n".format(error_type)
        head = (
            "POST /2018-06-01/runtime/{} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
            "{}Content-Length: {}\r\n\r\n".format(path, self._host, reported, len(body))
        )
        self._socket.sendall(head.encode() + body)
        return self._answer()[0]

    def _answer(self):
        while b"\r\n\r\n" not in self._pending:
            self._receive()
        head, self._pending = self._pending.split(b"\r\n\r\n", 1)
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        length = int(headers.get("content-length", 0))
        parts, have = [self._pending], len(self._pending)
        while have < length:
            part = self._socket.recv(min(1 << 20, length - have))
            if not part:
                os._exit(0)
            parts.append(part)
            have += len(part)
        received = b"".join(parts)
        self._pending = received[length:]
        return int(status.split(" ")[1]), headers, received[:length]

    def _receive(self):
        part = self._socket.recv(1 << 16)
        # Whoever served us is gone: nothing is left to do.
        if not part:
            os._exit(0)
        self._pending += part
