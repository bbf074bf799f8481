"""A simulated WeChat Pay and a daemon of their own for the tests, and the clients of the real one that talk to it."""

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
import time
import unittest
import urllib.error
import urllib.request
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("TILLWIRE_BIN", os.path.join(ROOT, ".build", "debug"))
FIXTURES = os.path.join(ROOT, "Tests", "Fixtures")
START_SECONDS = 30
# How long a call and what follows from it may take before a test fails.
WAIT_SECONDS = 60

# A proxy of the environment is not for this machine.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"

_numbers = itertools.count(1)


def unique(word):
    """A name nobody used before; long enough for an order number."""
    return "%s-%04d" % (word, next(_numbers))


@contextlib.contextmanager
def working_folder():
    """A folder that is the working directory meanwhile and goes away afterwards."""
    before = os.getcwd()
    folder = tempfile.mkdtemp(prefix="tillwire-counterparts-")
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def run(*arguments, status=0):
    """Runs one of our programs to its end and returns what it printed."""
    done = subprocess.run(
        [os.path.join(BIN, arguments[0]), *arguments[1:]], capture_output=True, text=True, timeout=START_SECONDS)
    if done.returncode != status:
        raise AssertionError("%s: status %d\n%s%s" % (" ".join(arguments), done.returncode, done.stdout, done.stderr))
    return done.stdout


def eventually(what, check):
    """Calls `check` until it gives something true, and returns that."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("never: %s" % what)
        time.sleep(0.02)


def call(url, method="GET", body=None, headers=None):
    """One exchange of JSON: status, headers and the answer (nil where it is empty)."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} | (headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
            status, fields, text = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, fields, text = error.code, error.headers, error.read()
    return status, fields, json.loads(text) if text else None


class Program:
    """One of our programs, running. It serves once it printed a line that matches."""

    def __init__(self, folder, name, arguments, ready):
        self.log_path = os.path.join(folder, name + ".log")
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [os.path.join(BIN, name), *arguments], stdout=subprocess.PIPE, stderr=self.log, text=True)
        timer = threading.Timer(START_SECONDS, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        self.ready = re.search(ready, line)
        if self.ready is None:
            self.stop()
            with open(self.log_path) as file:
                raise AssertionError("%s does not serve: %r\n%s" % (name, line, file.read()[-4000:]))

    def stop(self):
        """A graceful stop. Returns the exit status; -9 where it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        self.log.close()
        return status


class Platform:
    """One simulated platform with keys of its own. `options` are those of `wechatpay-simulator platform`; `notify`, where given, is called with
    the platform before it starts, when its folder is there, and returns the root under which it is to deliver notices."""

    def __init__(self, *options, notify=None):
        self.folder = tempfile.mkdtemp(prefix="tillwire-platform-")
        # What runs on the folder, in the order of its start.
        self.programs = []
        try:
            self.start(options, notify)
        except BaseException:
            self.close()
            raise

    def start(self, options, notify):
        run("wechatpay-simulator", "keys", "--folder", self.folder)
        serials = json.loads(self.read("serials.json"))
        self.certificate_serial = serials["certificate_serial"]
        self.public_key_id = serials["public_key_id"]
        self.provider_serial = serials["provider_serial"]
        self.provider = serials["provider_merchant_id"]
        self.app = serials["provider_app_id"]
        self.api_v3_key = self.read("api-v3-key")
        self.api_v2_key = self.read("api-v2-key")
        self.merchants = [
            merchant["merchant_id"] for merchant in json.loads(self.read("merchants.json"))["merchants"]]
        if notify:
            root = notify(self) + "/notify/wechat/"
            options += ("--notify-url", root + "v3", "--notify-url-v2", root + "v2")
        program = Program(
            self.folder, "wechatpay-simulator", ["platform", "--folder", self.folder, "--port", "0", *options],
            r"^platform at (http://127\.0\.0\.1:[0-9]+)$")
        self.programs.append(program)
        self.url = program.ready.group(1)

    def path(self, name):
        """Where a file of the folder is."""
        return os.path.join(self.folder, name)

    def read(self, name):
        """A text file of the folder."""
        with open(self.path(name)) as file:
            return file.read().strip()

    def control(self, path, body=None, method="POST", status=200):
        """A call of the control API; returns the answer."""
        got, _, answer = call(self.url + "/control/" + path, method, body)
        if got != status:
            raise AssertionError("/control/%s %s: %d %s" % (path, body, got, answer))
        return answer

    def figures(self):
        """What the platform saw of the provider."""
        return self.control("figures", method="GET")

    def misbehave(self, **how):
        """What is not named is as it should be."""
        self.control("misbehave", how)

    def order(self, word="Order", amount=1250, merchant=None, **more):
        """An order that nobody paid yet; returns its number."""
        number = unique(word)
        self.control(
            "orders", {"merchant_id": merchant or self.merchants[0], "out_trade_no": number, "amount": amount} | more,
            status=201)
        return number

    def pay(self, number, **more):
        """The shopper pays; returns transaction_id and success_time."""
        return self.control("orders/%s/pay" % number, more)

    def render(self, number=None, kind="payment", **more):
        """A notice as it would be sent now: headers and body. What is told of merchants is told of one that no test has orders of: it may be
        refused from then on."""
        body = {"kind": kind} | ({"out_trade_no": number} if number else {"merchant_id": self.merchants[-1]}) | more
        notice = self.control("render", body)
        return notice["headers"], notice["body"]

    def close(self):
        """Stops it and what runs beside it, and removes everything. All must end well."""
        statuses = [program.stop() for program in reversed(self.programs)]
        shutil.rmtree(self.folder, ignore_errors=True)
        if any(statuses):
            raise AssertionError("programs ended with %s" % statuses)


class Daemon:
    """A daemon with the settings of a platform's folder, on ports that were free. It ends with the platform."""

    def __init__(self, platform, **settings):
        free = {"notices.port": 0, "admin.port": 0, "queue_api.port": 0, "store.map_mib": 1024} | settings
        changes = [word for name, value in free.items() for word in ("--set", "%s=%s" % (name, value))]
        program = Program(
            platform.folder, "tillwired", ["--config", platform.path("tillwired.json"), *changes],
            r"^tillwired ready notices=(\S+) admin=(\S+)")
        platform.programs.append(program)
        self.notices = "http://" + program.ready.group(1)
        self.admin = "http://" + program.ready.group(2)
        self.token = platform.read("operator.token")
        self.log_path = program.log_path

    def ask(self, path):
        """An answer of the operator's API; nil where there is none of this name."""
        status, _, answer = call(self.admin + path, headers={"Authorization": "Bearer " + self.token})
        if status not in (200, 404):
            raise AssertionError("%s: %d %s" % (path, status, answer))
        return answer if status == 200 else None

    def order(self, transaction_id):
        """What it stored of a payment; nil where it knows none."""
        return self.ask("/admin/v1/orders/" + transaction_id)


_shared = None


def shared():
    """The platform that tests share which change nothing that others see."""
    global _shared
    if _shared is None:
        _shared = Platform()
    return _shared


def stop_shared():
    """Stops it."""
    global _shared
    if _shared is not None:
        _shared.close()
        _shared = None


@contextlib.contextmanager
def gateway(url):
    """API v3's client has one gateway, which its constructor calls already; meanwhile it is this one."""
    from wechatpayv3.core import Core

    fixed = property(lambda _: url, lambda *_: None)
    with mock.patch.object(Core, "_gate_way", fixed, create=True):
        yield


def v3(platform, public_key=False, partner=True, **changes):
    """The client of API v3. It knows the platform's public key, or fetches its certificates."""
    from wechatpayv3 import WeChatPay, WeChatPayType

    settings = {
        "wechatpay_type": WeChatPayType.NATIVE, "mchid": platform.provider, "appid": platform.app,
        "private_key": platform.read("provider-key.pem"), "cert_serial_no": platform.provider_serial,
        "apiv3_key": platform.api_v3_key, "notify_url": "http://127.0.0.1:9/notify/wechat/v3",
        "partner_mode": partner, "timeout": WAIT_SECONDS}
    if public_key:
        settings |= {
            "public_key": platform.read("platform-public-key.pem"), "public_key_id": platform.public_key_id}
    with gateway(platform.url):
        client = WeChatPay(**settings | changes)
    client._core._gate_way = platform.url
    return client


def v2(platform, **changes):
    """The client of API v2."""
    from wechatpy.pay import WeChatPay

    settings = {
        "appid": platform.app, "api_key": platform.api_v2_key, "mch_id": platform.provider,
        "sub_mch_id": platform.merchants[0], "timeout": WAIT_SECONDS}
    client = WeChatPay(**settings | changes)
    client.API_BASE_URL = platform.url + "/"
    return client


class Case(unittest.TestCase):
    """What the tests use."""

    longMessage = True
    maxDiff = None

    def setUp(self):
        self.platform = shared()
        self.merchant = self.platform.merchants[0]

    def own_platform(self, *options):
        """A platform for one test."""
        self.platform = Platform(*options)
        self.addCleanup(self.platform.close)
        self.merchant = self.platform.merchants[0]
        return self.platform

    def good(self, answer, status=200):
        """The object of an answer that API v3's client gave; it verified the signature."""
        code, text = answer
        self.assertEqual(code, status, text)
        return json.loads(text)

    def empty(self, answer):
        """204 without a body; the client verified the signature over nothing."""
        code, body = answer
        self.assertEqual((code, len(body)), (204, 0))

    def refused(self, answer, status, code):
        """The same of an error, which has no signature."""
        error = self.good(answer, status)
        self.assertEqual(error["code"], code, error)
        self.assertTrue(error["message"])
        return error
