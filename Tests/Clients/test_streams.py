"""The native API's streams over plain sockets: twenty thousand messages up while their answers come down, then down again, and connections that
are cut in the middle."""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
import time
import unittest

from world import Daemon, shared, unique

COUNT = 20_000
PATIENCE_SECONDS = 60


class Stream:
    """One request whose body is written, and whose answer is read, piece by piece; chunked both ways."""

    def __init__(self, daemon, path, headers=(), context=None):
        self.socket = socket.create_connection(("127.0.0.1", daemon.port), PATIENCE_SECONDS)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self.file = self.socket.makefile("rb")
        fields = {"Host": daemon.authority, "Authorization": "Bearer %s.%s" % (daemon.key.id, daemon.key.secret)}
        fields.update(headers)
        if "Content-Length" not in fields:
            fields["Transfer-Encoding"] = "chunked"
        head = "POST %s HTTP/1.1\r\n%s\r\n" % (path, "".join("%s: %s\r\n" % field for field in fields.items()))
        self.socket.sendall(head.encode())

    def send(self, text):
        """One chunk."""
        data = text.encode()
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self):
        """The last chunk."""
        self.socket.sendall(b"0\r\n\r\n")

    def head(self):
        """Reads the answer's head; returns its status."""
        status = int(self.file.readline().split()[1])
        self.fields = {}
        for line in iter(self.file.readline, b"\r\n"):
            name, _, value = line.decode().partition(":")
            self.fields[name.lower()] = value.strip()
        return status

    def lines(self):
        """Yields the lines of the answer as they come; raises EOFError where it breaks off."""
        rest = b""
        while True:
            size = self.file.readline()
            if not size:
                raise EOFError("the answer broke off")
            data = self.file.read(int(size, 16))
            self.file.readline()
            if not data:
                assert not rest
                return
            *whole, rest = (rest + data).split(b"\n")
            yield from map(json.loads, whole)

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Streams(unittest.TestCase):
    longMessage = True

    def setUp(self):
        self.daemon = shared()

    def ask(self, method, path, body="", media="application/json", daemon=None):
        daemon = daemon or self.daemon
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=PATIENCE_SECONDS)
        fields = {"Authorization": "Bearer %s.%s" % (daemon.key.id, daemon.key.secret), "Content-Type": media}
        connection.request(method, path, body.encode(), fields)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, json.loads(text) if text and media == "application/json" else text

    def make_queue(self, daemon=None, **settings):
        name = unique("streamed")
        self.assertEqual(self.ask("PUT", "/v1/queues/" + name, json.dumps(settings), daemon=daemon)[0], 201)
        return name

    def figures(self, queue, daemon=None):
        return self.ask("GET", "/v1/queues/%s/figures" % queue, daemon=daemon)[1]

    def fill(self, queue, count, **fields):
        """Streams messages up; returns their answers."""
        with Stream(self.daemon, "/v1/queues/%s/messages/stream" % queue, fields) as stream:
            def write():
                for start in range(0, count, 100):
                    stream.send("".join('{"body":"第%d笔"}\n' % number for number in range(start, min(start + 100, count))))
                stream.end()
            writer = threading.Thread(target=write)
            writer.start()
            self.assertEqual(stream.head(), 200)
            answers = list(stream.lines())
            writer.join()
        return answers

    def test_up_and_down(self):
        queue = self.make_queue()
        answers = self.fill(queue, COUNT)
        self.assertEqual(len(answers), COUNT)
        self.assertEqual(len({answer["id"] for answer in answers}), COUNT)
        with Stream(self.daemon, "/v1/queues/%s/receive/stream" % queue, {"Content-Length": "17"}) as down, \
                Stream(self.daemon, "/v1/queues/%s/acknowledge/stream" % queue) as acks:
            down.socket.sendall(b'{"wait_millis":0}')
            self.assertEqual(down.head(), 200)
            done = []
            self.assertEqual(acks.head(), 200)
            reader = threading.Thread(target=lambda: done.extend(acks.lines()))
            reader.start()
            received = []
            for message in down.lines():
                received.append(message)
                acks.send(json.dumps({"receipt": message["receipt"]}) + "\n")
            acks.end()
            reader.join()
        self.assertEqual([message["body"] for message in received], ["第%d笔" % number for number in range(COUNT)])
        self.assertEqual([message["id"] for message in received], [answer["id"] for answer in answers])
        self.assertEqual(done, [{"done": True}] * COUNT)
        figures = self.figures(queue)
        self.assertEqual((figures["waiting"], figures["leased"]), (0, 0))

    def test_a_slow_sender_is_answered_line_by_line_and_the_connection_serves_on(self):
        queue = self.make_queue()
        with Stream(self.daemon, "/v1/queues/%s/messages/stream" % queue) as stream:
            self.assertEqual(stream.head(), 200)
            lines = stream.lines()
            for number in range(5):
                stream.send('{"body":"%d"}\n' % number)
                self.assertFalse(next(lines)["duplicate"])
            stream.send("nonsense\n")
            self.assertEqual(next(lines)["error"]["code"], "invalid_json")
            stream.end()
            self.assertEqual(list(lines), [])
            stream.socket.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: h\r\n\r\n")
            self.assertEqual(stream.head(), 200)

    def test_a_connection_that_is_cut_while_it_sends_and_is_sent_again(self):
        queue = self.make_queue()
        path = "/v1/queues/%s/messages/stream" % queue
        stream = Stream(self.daemon, path, {"Idempotency-Key": "cut-" + queue})
        self.assertEqual(stream.head(), 200)
        lines = stream.lines()
        for start in range(0, 5_000, 100):
            stream.send("".join('{"body":"第%d笔"}\n' % number for number in range(start, start + 100)))
        answered = [next(lines) for _ in range(300)]
        stream.send('{"body":"half')
        stream.close()
        # Whatever else arrived may be stored; what was answered is.
        self.assertGreaterEqual(self.figures(queue)["waiting"], len(answered))
        answers = self.fill(queue, COUNT, **{"Idempotency-Key": "cut-" + queue})
        self.assertEqual(len(answers), COUNT)
        self.assertEqual(answers[:300], [{"id": answer["id"], "duplicate": True} for answer in answered])
        self.assertEqual(self.figures(queue)["waiting"], COUNT)

    def test_a_connection_that_is_cut_while_it_receives_loses_nothing_and_leaves_messages_for_others(self):
        # Bodies that do not fit into the buffers of a connection that nobody reads.
        queue = self.make_queue()
        body = "x" * 50_000
        with Stream(self.daemon, "/v1/queues/%s/messages/stream" % queue) as stream:
            for _ in range(600):
                stream.send('{"body":"%s"}\n' % body)
            stream.end()
            self.assertEqual(stream.head(), 200)
            self.assertEqual(len(list(stream.lines())), 600)
        with Stream(self.daemon, "/v1/queues/%s/receive/stream" % queue, {"Content-Length": "21"}) as down:
            down.socket.sendall(b'{"wait_millis":30000}')
            self.assertEqual(down.head(), 200)
            lines = down.lines()
            for _ in range(20):
                next(lines)
            self.assertLess(self.figures(queue)["leased"], 600, "the client's pace is the pace of the leases")
        # Up to a few megabytes were on their way to the client; everything else is there for others at once.
        deadline = time.monotonic() + PATIENCE_SECONDS
        before = None
        while time.monotonic() < deadline:
            figures = self.figures(queue)
            if figures == before and figures["leased"] < 600:
                break
            before = figures
            time.sleep(0.2)
        self.assertEqual(figures["waiting"] + figures["leased"], 600)
        self.assertGreater(figures["waiting"], 0)
        status, answer = self.ask("POST", "/v1/queues/%s/receive" % queue, '{"max":256,"wait_millis":0}')
        self.assertEqual(status, 200)
        self.assertTrue(answer["messages"])

    def test_a_broken_chunk_ends_with_a_line_that_says_so(self):
        queue = self.make_queue()
        with Stream(self.daemon, "/v1/queues/%s/messages/stream" % queue) as stream:
            self.assertEqual(stream.head(), 200)
            stream.send('{"body":"whole"}\n{"body":"half"}')
            stream.socket.sendall(b"no size\r\n")
            answers = list(stream.lines())
            self.assertEqual(stream.file.read(), b"")
        self.assertEqual([answer.get("error", {}).get("code") for answer in answers], [None, "stream_broken"])
        self.assertEqual(self.figures(queue)["waiting"], 1)

    def test_refusals_come_at_the_head(self):
        with Stream(self.daemon, "/v1/queues/none/messages/stream") as stream:
            self.assertEqual(stream.head(), 404)
            self.assertEqual(stream.fields["connection"], "close")
        with Stream(self.daemon, "/v1/queues/none/messages/stream", {"Authorization": "Bearer a.b"}) as stream:
            self.assertEqual(stream.head(), 401)

    def test_a_stop_answers_what_has_arrived(self):
        daemon = Daemon().start()
        self.addCleanup(daemon.close)
        queue = self.make_queue(daemon)
        with Stream(daemon, "/v1/queues/%s/messages/stream" % queue) as stream:
            self.assertEqual(stream.head(), 200)
            lines = stream.lines()
            stream.send('{"body":"before"}\n')
            self.assertIn("id", next(lines))
            stopping = threading.Thread(target=daemon.stop)
            stopping.start()
            self.assertEqual([answer["error"]["code"] for answer in lines], ["closed"])
            self.assertEqual(stream.file.read(), b"")
            stopping.join()
        daemon.start()
        self.assertEqual(self.figures(queue, daemon)["waiting"], 1)


class Signed(unittest.TestCase):
    """A stream's signature leaves its body out; that is taken over TLS."""

    def test_over_tls(self):
        daemon = Daemon(tls=True).start()
        self.addCleanup(daemon.close)
        context = ssl.create_default_context(cafile=daemon.certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", daemon.port, context=context, timeout=PATIENCE_SECONDS)
        connection.request(
            "PUT", "/v1/queues/signed", headers={"Authorization": "Bearer %s.%s" % (daemon.key.id, daemon.key.secret)})
        self.assertEqual(connection.getresponse().status, 201)
        path = "/v1/queues/signed/messages/stream"
        for duplicate in (False, True):
            fields = self.sign(daemon, path, "a nonce of this test".replace(" ", "-"))
            with Stream(daemon, path, fields, context) as stream:
                self.assertEqual(stream.head(), 200)
                stream.send('{"body":"1"}\n{"body":"2"}\n')
                stream.end()
                self.assertEqual([answer["duplicate"] for answer in stream.lines()], [duplicate] * 2)

    def sign(self, daemon, path, nonce):
        seconds = str(int(time.time()))
        date = time.strftime("%Y-%m-%d", time.gmtime(int(seconds)))
        fields = {
            "content-type": "application/x-ndjson", "host": daemon.authority, "x-tc-timestamp": seconds,
            "x-tillwire-nonce": nonce}
        names = ";".join(fields)
        payload = hashlib.sha256(b"UNSIGNED-PAYLOAD").hexdigest()
        canonical = "POST\n%s\n\n%s\n%s\n%s" % (
            path, "".join("%s:%s\n" % field for field in fields.items()), names, payload)
        scope = "%s/tillwire/tc3_request" % date
        text = "TC3-HMAC-SHA256\n%s\n%s\n%s" % (seconds, scope, hashlib.sha256(canonical.encode()).hexdigest())
        key = ("TC3" + daemon.key.secret).encode()
        for word in (date, "tillwire", "tc3_request"):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return {
            "Content-Type": fields["content-type"], "X-TC-Timestamp": seconds, "X-Tillwire-Nonce": nonce,
            "Authorization": "TC3-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
                daemon.key.id, scope, names, signature)}


if __name__ == "__main__":
    unittest.main()
