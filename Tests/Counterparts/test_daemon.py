"""The daemon behind the simulated platform: real notices of both generations are stored once."""

import json
import os

from world import Case, Daemon, eventually, run, unique, v2, v3


class Delivered(Case):
    """`tillwired` with the folder's settings takes what the platform delivers to it."""

    @classmethod
    def setUpClass(cls):
        from world import Platform

        # 15 s become 30 ms.
        cls.own = Platform("--ladder-scale", "0.002", notify=cls.start)
        cls.addClassCleanup(cls.own.close)

    @classmethod
    def start(cls, platform):
        cls.daemon = Daemon(platform)
        return cls.daemon.notices

    def setUp(self):
        self.platform = self.own
        self.merchant = self.platform.merchants[0]
        self.before = self.figures()

    def figures(self):
        """What the platform saw, and what the daemon stored: payments, those of API v2 among them, repeats, the rest, messages to merchants."""
        status = self.daemon.ask("/admin/v1/status")
        ingest = status["services"]["ingest"]
        queued = {queue["name"]: queue["enqueued_total"] for queue in status["queues"]}
        return self.platform.figures() | {
            "stored": ingest["accepted"], "stored_v2": ingest["accepted_v2"], "stored_other": ingest["accepted_other"],
            "stored_repeats": ingest["repeats"], "messages": queued["merchant-orders"]}

    def rise(self, **expected):
        """Waits until figures rose by so many since the last look; then they rose by no more."""
        def risen():
            now = self.figures()
            return all(now[name] - self.before[name] >= rise for name, rise in expected.items())

        eventually("figures risen by %s" % expected, risen)
        now = self.figures()
        self.assertEqual({name: now[name] - self.before[name] for name in expected}, expected)
        self.before = now

    def stored(self, number, paid, amount=1250):
        """Waits until the daemon knows the payment; it knows it as it was."""
        row = eventually("stored %s" % paid, lambda: self.daemon.order(paid["transaction_id"]))
        self.assertEqual(
            (row["transaction_id"], row["out_trade_no"], row["merchant_id"], row["amount"], row["source"]),
            (paid["transaction_id"], number, self.merchant, amount, "notice"))

    def native(self, amount=1250, **more):
        """An order of API v3 whose notices go to the daemon."""
        from wechatpayv3 import WeChatPayType

        number = unique("Daemon")
        self.good(v3(self.platform).pay(
            description="茶", out_trade_no=number, amount={"total": amount, "currency": "CNY"},
            sub_mchid=self.merchant, pay_type=WeChatPayType.NATIVE, **more))
        return number

    def unified(self, amount=1250, **more):
        """An order of API v2 whose notices go to the daemon."""
        number = unique("DaemonV2")
        v2(self.platform).order.create(
            "NATIVE", "茶", amount, "http://127.0.0.1:9/notify/wechat/v2", client_ip="127.0.0.1",
            out_trade_no=number, product_id="T1", **more)
        return number

    def test_a_payment_of_api_v3(self):
        number = self.native(amount=1999, attach="门店=1")
        paid = self.platform.pay(number)
        self.rise(
            notices=1, deliveries=1, successes=1, first_try_successes=1, stored=1, stored_v2=0, stored_repeats=0,
            messages=1)
        self.stored(number, paid, amount=1999)

    def test_a_payment_of_api_v2(self):
        for more in ({}, {"attach": "门店=<1>&"}, {"sign_type": "HMAC-SHA256"}):
            with self.subTest(more):
                number = self.unified(amount=777, **more)
                paid = self.platform.pay(number)
                self.rise(
                    notices=1, deliveries=1, successes=1, first_try_successes=1, stored=1, stored_v2=1,
                    stored_repeats=0, messages=1)
                self.stored(number, paid, amount=777)

    def test_copies_are_one_order(self):
        for make in (self.native, self.unified):
            with self.subTest(make.__name__):
                number = make()
                paid = self.platform.pay(number, copies=4)
                self.rise(
                    deliveries=4, accepted_deliveries=4, copies=3, successes=1, stored=1, stored_repeats=3, messages=1)
                self.stored(number, paid)

    def test_both_generations_tell_of_one_order(self):
        number = self.native()
        paid = self.platform.pay(number)
        self.rise(deliveries=1, successes=1, stored=1, messages=1)
        self.platform.control("notices", {"out_trade_no": number, "generation": "v2"}, status=202)
        self.rise(deliveries=1, successes=1, stored=0, stored_repeats=1, messages=0)
        self.stored(number, paid)

    def test_every_key_that_the_daemon_knows(self):
        for key in ("certificate", "public_key"):
            number = self.native()
            paid = self.platform.pay(number, sign_with=key)
            self.rise(first_try_successes=1, stored=1)
            self.stored(number, paid)

    def test_a_probe_is_refused_and_the_notice_that_follows_taken(self):
        number = self.native()
        paid = self.platform.pay(number, lost=True)
        self.assertIsNone(self.daemon.order(paid["transaction_id"]))
        self.platform.control("notices", {"out_trade_no": number, "signtest": True}, status=202)
        self.rise(probes=1, probes_accepted=0, successes=1, stored=1, messages=1)
        self.stored(number, paid)

    def test_a_platform_whose_clock_is_off_is_not_believed(self):
        self.addCleanup(self.platform.misbehave)
        self.platform.misbehave(clock_skew_seconds=-400)
        number = self.native()
        paid = self.platform.pay(number)
        eventually("a refusal", lambda: self.platform.figures()["deliveries"] > self.before["deliveries"])
        self.assertIsNone(self.daemon.order(paid["transaction_id"]))
        self.platform.misbehave()
        # A repeat has a fresh time.
        self.rise(successes=1, first_try_successes=0, stored=1, messages=1)
        self.stored(number, paid)

    def test_the_other_kinds_are_taken(self):
        number = self.native()
        self.platform.pay(number)
        self.rise(first_try_successes=1, stored=1)
        self.good(v3(self.platform).refund(
            "R-" + number, {"refund": 100, "total": 1250, "currency": "CNY"}, out_trade_no=number,
            sub_mchid=self.merchant))
        self.rise(first_try_successes=1, stored=0, messages=0)
        for kind in ("violation", "restriction"):
            self.platform.control("notices", {"kind": kind, "merchant_id": self.platform.merchants[-1]}, status=202)
            self.rise(first_try_successes=1, stored=0, messages=0)
        self.platform.control("notices", {"kind": "unknown", "merchant_id": self.platform.merchants[-1]}, status=202)
        self.rise(first_try_successes=1, stored=0, stored_other=1, messages=0)


class Checked(Case):
    """`tillwire notice check` on what was rendered."""

    def keys(self):
        """A keys file for the platform's folder."""
        path = self.platform.path("notice-keys.json")
        with open(path, "w") as file:
            json.dump({
                "apiv3_key": self.platform.api_v3_key, "sp_mchid": self.platform.provider,
                "platform_certificates": [
                    {"serial": self.platform.certificate_serial, "file": "platform-certificate.pem"}],
                "wechatpay_public_key": {"id": self.platform.public_key_id, "file": "platform-public-key.pem"},
                "api_key": self.platform.api_v2_key, "mch_id": self.platform.provider,
                "sub_mch_id": self.merchant}, file)
        os.chmod(path, 0o600)
        return path

    def check(self, notice, status=0, **more):
        """The tool's verdict."""
        headers, body = notice
        path = self.platform.path(unique("notice") + ".json")
        with open(path, "w") as file:
            json.dump({"headers": list(headers.items()), "body": body} | more, file)
        text = run("tillwire", "notice", "check", "--keys", self.keys(), path, status=status)
        self.assertTrue(text.startswith(path + ": "), text)
        return text[len(path) + 2:].strip()

    def test_payments(self):
        number = self.platform.order(amount=4321, attach="门店")
        paid = self.platform.pay(number, lost=True)
        expected = "accepted: payment %s of merchant %s, 4321 fen, " % (paid["transaction_id"], self.merchant)
        for key in ("certificate", "public_key"):
            notice = self.platform.render(number, sign_with=key)
            self.assertTrue(self.check(notice).startswith(expected + "event "))
        for kind in ("MD5", "HMAC-SHA256"):
            notice = self.platform.render(number, generation="v2", sign_type=kind)
            self.assertEqual(self.check(notice), expected + "signed by " + kind)

    def test_the_other_kinds(self):
        for kind, event in (("violation", "VIOLATION.PUNISH"), ("restriction", "MERCHANT_NOTIFY.NOTIFY")):
            self.assertTrue(self.check(self.platform.render(kind=kind)).startswith("accepted: %s, event " % event))
        self.assertTrue(self.check(self.platform.render(kind="unknown")).startswith("accepted: "))

    def test_refusals(self):
        number = self.platform.order()
        self.platform.pay(number, lost=True)
        headers, body = self.platform.render(number)
        probe = self.check(self.platform.render(number, signtest=True), status=5)
        self.assertEqual(probe, "refused: signature-mismatch, answered 401 (a signature probe of the platform)")
        self.assertEqual(
            self.check((headers, body + " "), status=5), "refused: signature-mismatch, answered 401")
        late = int(headers["Wechatpay-Timestamp"]) + 300
        self.assertEqual(
            self.check((headers, body), status=5, now=late), "refused: timestamp-out-of-window, answered 401")
        self.assertTrue(self.check((headers, body), now=late - 1).startswith("accepted: payment "))
        headers, body = self.platform.render(number, generation="v2")
        self.assertTrue(
            self.check((headers, body.replace("1250", "1251")), status=5).startswith("refused: signature-mismatch"))
