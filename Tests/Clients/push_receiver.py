"""A topic subscriber's server: keeps what it gets and answers what it is told."""

import http.server
import queue
import threading


class PushReceiver:
    """Listens on a free port of this machine. `script` are the statuses of the next answers; then it is 200."""

    def __init__(self, *script):
        self.script = list(script)
        self.pushes = queue.Queue()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.script.pop(0) if receiver.script else 200
                receiver.pushes.put((self.path, self.headers, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d/cgi?from=cmq" % self.port

    def next(self, seconds=30):
        """The next push: path, headers, body."""
        return self.pushes.get(timeout=seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
