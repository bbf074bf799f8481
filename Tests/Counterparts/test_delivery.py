"""Deliveries of notices to a provider who uses the client of API v3."""

from provider import Provider
from world import Case, eventually, v3

# 15 s become 30 ms.
FAST = ("--ladder-scale", "0.002")


class Deliveries(Case):
    """Every arrival is judged by the client."""

    def setUp(self):
        self.start(*FAST)

    def start(self, *options):
        self.own_platform(*options)
        self.client = v3(self.platform)

    def listening(self, *script):
        """A provider; the orders of `ordered` name its URL."""
        self.provider = Provider(self.client, *script)
        self.addCleanup(self.provider.close)

    def ordered(self, **more):
        from wechatpayv3 import WeChatPayType
        from world import unique

        number = unique("Delivered")
        self.good(self.client.pay(
            description="茶", out_trade_no=number, amount={"total": 1250, "currency": "CNY"}, sub_mchid=self.merchant,
            pay_type=WeChatPayType.NATIVE, notify_url=self.provider.url, **more))
        return number

    def settled(self, **expected):
        """Waits until the platform's figures are these."""
        eventually("figures %s" % expected, lambda: expected.items() <= self.platform.figures().items())

    def test_a_notice_taken_at_once_comes_once(self):
        self.listening()
        number = self.ordered()
        paid = self.platform.pay(number)
        notice, headers, _, status = self.provider.next()
        self.assertEqual(
            (notice["resource"]["out_trade_no"], notice["resource"]["transaction_id"], status),
            (number, paid["transaction_id"], 204))
        self.assertTrue(headers["Request-ID"])
        self.settled(notices=1, deliveries=1, successes=1, first_try_successes=1, repeats=0)
        self.assertTrue(self.provider.arrivals.empty())

    def test_what_failed_is_repeated_under_the_same_id_with_a_fresh_signature(self):
        self.listening(500, 503, 404)
        number = self.ordered()
        self.platform.pay(number)
        arrivals = [self.provider.next() for _ in range(4)]
        self.assertEqual([arrival[3] for arrival in arrivals], [500, 503, 404, 204])
        self.assertEqual({arrival[0]["resource"]["out_trade_no"] for arrival in arrivals}, {number})
        self.assertEqual(len({arrival[0]["id"] for arrival in arrivals}), 1)
        self.assertEqual(len({arrival[1]["Wechatpay-Nonce"] for arrival in arrivals}), 4)
        self.assertEqual(len({arrival[1]["Wechatpay-Signature"] for arrival in arrivals}), 4)
        self.settled(notices=1, deliveries=4, successes=1, first_try_successes=0, repeats=3)

    def test_sixteen_deliveries_are_the_end(self):
        # The whole ladder takes 24 h 4 min; here it is 8.7 s.
        self.start("--ladder-scale", "0.0001")
        self.listening(*[500] * 20)
        self.platform.pay(self.ordered())
        for _ in range(16):
            self.assertEqual(self.provider.next()[3], 500)
        self.settled(notices=1, deliveries=16, given_up=1, successes=0)
        self.assertTrue(self.provider.arrivals.empty())

    def test_copies_at_the_same_time(self):
        self.listening()
        number = self.ordered()
        self.platform.pay(number, copies=3)
        arrivals = [self.provider.next() for _ in range(3)]
        self.assertEqual({arrival[0]["resource"]["out_trade_no"] for arrival in arrivals}, {number})
        self.assertEqual({arrival[3] for arrival in arrivals}, {204})
        self.settled(notices=1, deliveries=3, accepted_deliveries=3, copies=2, successes=1)
        self.assertEqual(len({arrival[1]["Wechatpay-Signature"] for arrival in arrivals}), 3)

    def test_a_lost_notice_never_comes_and_the_query_knows(self):
        self.listening()
        lost, other = self.ordered(), self.ordered()
        paid = self.platform.pay(lost, lost=True)
        self.platform.pay(other)
        self.assertEqual(self.provider.next()[0]["resource"]["out_trade_no"], other)
        order = self.good(self.client.query(out_trade_no=lost, sub_mchid=self.merchant))
        self.assertEqual((order["trade_state"], order["transaction_id"]), ("SUCCESS", paid["transaction_id"]))
        self.assertTrue(self.provider.arrivals.empty())

    def test_a_provider_who_refuses_probes_gets_the_real_notice(self):
        self.listening()
        number = self.ordered()
        self.platform.pay(number, lost=True)
        self.platform.control(
            "notices", {"kind": "payment", "out_trade_no": number, "signtest": True}, status=202)
        refused, headers, _, status = self.provider.next()
        self.assertEqual((refused, status), (None, 401))
        self.assertTrue(headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/"))
        notice, _, _, status = self.provider.next()
        self.assertEqual((notice["resource"]["out_trade_no"], status), (number, 204))
        self.settled(probes=1, probes_accepted=0)

    def test_what_chance_does_to_notices(self):
        self.listening()
        self.platform.misbehave(duplicate_share=1)
        number = self.ordered()
        self.platform.pay(number)
        self.assertEqual([self.provider.next()[0]["resource"]["out_trade_no"] for _ in range(2)], [number] * 2)
        self.settled(deliveries=2, copies=1, successes=1)
        self.platform.misbehave(lost_share=1)
        self.assertTrue(self.platform.pay(self.ordered())["lost"])
        self.settled(notices=1, lost=1, deliveries=2)
        self.platform.misbehave(probe_share=1)
        number = self.ordered()
        self.platform.pay(number)
        self.assertEqual(self.provider.next()[0], None)
        self.assertEqual(self.provider.next()[0]["resource"]["out_trade_no"], number)
        self.settled(notices=2, probes=1, probes_accepted=0, deliveries=3, successes=2)
        self.assertTrue(self.provider.arrivals.empty())

    def test_refunds_end_in_three_ways(self):
        self.listening()
        for end in ("SUCCESS", "ABNORMAL", "CLOSED"):
            number = self.ordered()
            paid = self.platform.pay(number, lost=True)
            self.platform.misbehave(refund_end="PROCESSING")
            refund = {
                "out_refund_no": "R-" + number, "amount": {"refund": 250, "total": 1250, "currency": "CNY"},
                "transaction_id": paid["transaction_id"], "sub_mchid": self.merchant, "notify_url": self.provider.url}
            self.assertEqual(self.good(self.client.refund(**refund))["status"], "PROCESSING")
            found = self.good(self.client.query_refund("R-" + number, sub_mchid=self.merchant))
            self.assertEqual((found["status"], "success_time" in found), ("PROCESSING", False))
            self.platform.control("refunds/R-%s/end" % number, {"merchant_id": self.merchant, "status": end})
            notice, _, _, status = self.provider.next()
            told = notice["resource"]
            self.assertEqual((notice["event_type"], status), ("REFUND." + end, 204))
            self.assertEqual(
                (told["refund_status"], told["out_refund_no"], told["refund_id"], told["amount"]["refund"]),
                (end, "R-" + number, found["refund_id"], 250))
            self.assertEqual("success_time" in told, end == "SUCCESS")
            found = self.good(self.client.query_refund("R-" + number, sub_mchid=self.merchant))
            self.assertEqual(found["status"], end)
            # What was not given back is still paid.
            order = self.good(self.client.query(out_trade_no=number, sub_mchid=self.merchant))
            self.assertEqual(order["trade_state"], "SUCCESS" if end == "CLOSED" else "REFUND")
