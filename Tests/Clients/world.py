"""A daemon of its own for the tests, keys for it, and the clients that talk to it."""

import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("TILLWIRE_BIN", os.path.join(ROOT, ".build", "debug"))
START_SECONDS = 30

_numbers = itertools.count(1)


def unique(word):
    """A name nobody used before."""
    return "%s-%d" % (word, next(_numbers))


@contextlib.contextmanager
def working_folder():
    """A folder that is the working directory meanwhile and goes away afterwards."""
    before = os.getcwd()
    folder = tempfile.mkdtemp(prefix="tillwire-clients-")
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


class Key:
    """An API key."""

    def __init__(self, secret_id, secret_key):
        self.id = secret_id
        self.secret = secret_key


class Daemon:
    """One daemon with a store, a key file and ports that were free; with `wechat`, keys and merchants of a simulated WeChat Pay too; with `tls`,
    its queue API is served under a certificate of its own."""

    def __init__(self, wechat=False, tls=False):
        self.folder = tempfile.mkdtemp(prefix="tillwire-daemon-")
        self.keys_file = os.path.join(self.folder, "keys.json")
        self.config = os.path.join(self.folder, "tillwired.json")
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = None
        self.key = self.make_key("--role", "admin", "--hmac-sha1")
        settings = self.simulated() if wechat else {}
        settings |= {
            "store": {"path": os.path.join(self.folder, "store"), "map_mib": 1024},
            "notices": {"port": 0},
            "admin": {"port": 0},
            "queue_api": {"port": 0, "keys_file": self.keys_file},
            # Subscribers of these tests listen on this machine.
            "push": {
                "allow_plain_http": True,
                "allow_ip_literals": True,
                "allow_any_port": True,
                "allowed_addresses": ["127.0.0.1"],
            },
            "log": {"level": "notice"},
        }
        if tls:
            self.certificate = self.make_certificate()
            settings["queue_api"] |= {
                "tls_certificate_file": self.certificate, "tls_key_file": self.certificate + ".key"}
        with open(self.config, "w") as file:
            json.dump(settings, file)
        os.chmod(self.config, 0o600)

    def make_certificate(self):
        """A certificate for this machine that signs itself; its key stands beside it."""
        path = os.path.join(self.folder, "certificate.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tillwire test",
             "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", path + ".key", "-out", path],
            check=True, capture_output=True, timeout=START_SECONDS)
        os.chmod(path + ".key", 0o600)
        return path

    def simulated(self):
        """The settings that the simulator makes, with all that they name."""
        world = os.path.join(self.folder, "world")
        subprocess.run(
            [os.path.join(BIN, "wechatpay-simulator"), "keys", "--folder", world], check=True, capture_output=True,
            timeout=START_SECONDS)
        with open(os.path.join(world, "tillwired.json")) as file:
            return json.load(file)

    def tool(self, *arguments):
        """Runs tillwire and returns what it printed."""
        done = subprocess.run(
            [os.path.join(BIN, "tillwire"), *arguments], capture_output=True, text=True, timeout=START_SECONDS)
        if done.returncode != 0:
            raise AssertionError("tillwire %s: %s" % (" ".join(arguments), done.stderr))
        return done.stdout

    def make_key(self, *arguments):
        """Makes a key; a daemon that runs follows within a second or so."""
        text = self.tool("key", "create", "--keys", self.keys_file, *arguments)
        secret_id = re.search(r"^secret id\s+(\S+)$", text, re.M).group(1)
        return Key(secret_id, re.search(r"^secret key\s+(\S+)$", text, re.M).group(1))

    def start(self):
        """Starts it and waits until it says that it serves."""
        self.process = subprocess.Popen(
            [os.path.join(BIN, "tillwired"), "--config", self.config], stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        timer = threading.Timer(START_SECONDS, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        match = re.search(r"\bqueue=(\S+)", line)
        if match is None:
            self.process.kill()
            self.process.wait()
            with open(os.path.join(self.folder, "log")) as file:
                raise AssertionError("no queue API: %r\n%s" % (line, file.read()[-4000:]))
        self.authority = match.group(1)
        self.port = int(self.authority.rsplit(":", 1)[1])
        return self

    def kill(self):
        """SIGKILL."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def stop(self):
        """A graceful stop. Returns the exit status."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.process.stdout.close()
        self.process = None
        return status

    def close(self):
        """Stops it and removes everything."""
        self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


_shared = None


def shared():
    """The daemon that tests share which need none of their own."""
    global _shared
    if _shared is None:
        _shared = Daemon().start()
    return _shared


def stop_shared():
    """Stops it."""
    global _shared
    if _shared is not None:
        _shared.close()
        _shared = None


def account(daemon=None, key=None, port=None, method="POST", sign="sha1", scheme="http"):
    """The first client: API 2.0."""
    from cmq.account import Account

    daemon = daemon or shared()
    key = key or daemon.key
    made = Account("%s://127.0.0.1:%d" % (scheme, port or daemon.port), key.id, key.secret)
    made.set_sign(sign)
    made.get_client().set_method(method)
    return made


def tdmq(daemon=None, key=None, method="POST", sign="TC3-HMAC-SHA256", unsigned=False, port=None, trusted=None):
    """The second client: API 3.0."""
    from tencentcloud.common import credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.tdmq.v20200217.tdmq_client import TdmqClient

    daemon = daemon or shared()
    key = key or daemon.key
    scheme = "https" if trusted else "http"
    http = HttpProfile(
        protocol=scheme, endpoint="127.0.0.1:%d" % (port or daemon.port), reqMethod=method, certification=trusted)
    profile = ClientProfile(signMethod=sign, httpProfile=http)
    profile.unsignedPayload = unsigned
    return TdmqClient(credential.Credential(key.id, key.secret), "ap-guangzhou", profile)


class ClientCase(unittest.TestCase):
    """What tests of both clients use."""

    longMessage = True

    def setUp(self):
        self.daemon = shared()
        self.account = account(self.daemon)

    def refused(self, code, module, body, *arguments, **named):
        """Calls `body` and expects this error of API 2.0; returns it."""
        from cmq.cmq_exception import CMQServerException

        with self.assertRaises(CMQServerException) as caught:
            body(*arguments, **named)
        error = caught.exception
        self.assertEqual((error.code, error.message.split(")")[0]), (code, "(%d" % module), error.message)
        self.assertTrue(error.request_id)
        return error

    def refused3(self, code, body, *arguments):
        """Calls `body` and expects this error of API 3.0; returns it."""
        from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

        with self.assertRaises(TencentCloudSDKException) as caught:
            body(*arguments)
        error = caught.exception
        self.assertEqual(error.code, code, error.message)
        self.assertTrue(error.requestId)
        return error

    def make_queue(self, **attributes):
        """A queue with these attributes, in the first client's hand."""
        from cmq.queue import QueueMeta

        queue = self.account.get_queue(unique("queue"))
        meta = QueueMeta()
        for name, value in attributes.items():
            setattr(meta, name, value)
        queue.create(meta)
        return queue

    def make_topic(self, filterType=1):
        """A topic, in the first client's hand."""
        from cmq.topic import TopicMeta

        topic = self.account.get_topic(unique("topic"))
        meta = TopicMeta()
        meta.filterType = filterType
        topic.create(meta)
        return topic

    def subscribe(self, topic, endpoint, protocol="queue", strategy="BACKOFF_RETRY", form="SIMPLIFIED", tags=(), keys=()):
        """A subscription, in the first client's hand."""
        from cmq.subscription import SubscriptionMeta

        subscription = self.account.get_subscription(topic.topicName, unique("sub"))
        meta = SubscriptionMeta()
        meta.Endpoint = endpoint
        meta.Protocal = protocol
        meta.NotifyStrategy = strategy
        meta.NotifyContentFormat = form
        meta.FilterTag = list(tags)
        meta.bindingKey = list(keys)
        subscription.create(meta)
        return subscription

    def drain(self, queue, count=0, wait=20):
        """Receives and deletes until nothing is left, waiting for the first `count` messages; returns the bodies."""
        from cmq.cmq_exception import CMQServerException

        bodies = []
        while True:
            try:
                messages = queue.batch_receive_message(16, wait if len(bodies) < count else 0)
            except CMQServerException as error:
                if error.code != 7000:
                    raise
                return bodies
            bodies += [message.msgBody for message in messages]
            queue.batch_delete_message([message.receiptHandle for message in messages])
