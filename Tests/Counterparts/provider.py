"""A provider's notify URL that somebody else wrote: the client of API v3 says what is true."""

import http.server
import json
import queue
import threading


class Provider:
    """Listens on a free port of this machine. What the client takes is answered with 204, the rest with 401; `script` are statuses that come first.
    What arrives is kept: the notice (nil where it was refused), headers, body, status."""

    def __init__(self, client, *script):
        self.client, self.script, self.arrivals = client, list(script), queue.Queue()
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                notice = provider.client.callback(self.headers, body)
                status = 401 if notice is None else provider.script.pop(0) if provider.script else 204
                provider.arrivals.put((notice, self.headers, body, status))
                answer = b"" if status == 204 else json.dumps({"code": "FAIL", "message": "refused"}).encode()
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/notify/wechat/v3" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, seconds=60):
        """The next arrival."""
        return self.arrivals.get(timeout=seconds)

    def close(self):
        """Listens no more."""
        self.server.shutdown()
        self.server.server_close()
