"""A TCP proxy before the daemon that loses answers: the request arrives, the client sees its connection closed."""

import socket
import threading


class CuttingProxy:
    """Forwards connections to a port of this machine. While `cut_next` is above 0, each answer that begins is swallowed whole and the client's
    connection is closed instead."""

    def __init__(self, port, cut_next=1, reset=False):
        self.target = port
        self.cut_next = cut_next
        #: Whether the connection is reset instead of closed.
        self.reset = reset
        #: Whole requests as they came, in order.
        self.requests = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.target))
        try:
            while True:
                request = self._message(client)
                if request is None:
                    return
                with self.lock:
                    self.requests.append(request)
                    cuts = self.cut_next > 0
                    if cuts:
                        self.cut_next -= 1
                server.sendall(request)
                answer = self._message(server)
                if answer is None:
                    return
                if cuts:
                    if self.reset:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                    return
                client.sendall(answer)
        finally:
            client.close()
            server.close()

    @staticmethod
    def _message(source):
        """One HTTP message with a Content-Length, or without a body; None at the end."""
        data = b""
        while b"\r\n\r\n" not in data:
            try:
                piece = source.recv(65536)
            except OSError:
                return None
            if not piece:
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            piece = source.recv(65536)
            if not piece:
                return None
            body += piece
        return head + b"\r\n\r\n" + body
