"""A provider's day: notices are lost and repeated, keys change in the middle, the bill has differences; every order arrives once."""

import base64
import collections
import concurrent.futures
import datetime
import http.server
import json
import random
import socket
import threading

from world import Case, Daemon, Platform, call, eventually

ORDERS = 400
# Of a hundred.
LOST = 5
REPEATED = 3
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


class Shop:
    """A merchant's server: acknowledges what is pushed to it and counts it by transaction."""

    def __init__(self):
        self.arrivals, self.lock = collections.Counter(), threading.Lock()
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with shop.lock:
                    shop.arrivals[body["data"]["transaction_id"]] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d/paid" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        """Listens no more."""
        self.server.shutdown()
        self.server.server_close()


def free_port():
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Day(Case):
    """One platform, one daemon, four merchants with a server and one without."""

    def setUp(self):
        port = free_port()
        self.url = "http://127.0.0.1:%d" % port
        self.date = (datetime.datetime.now(BEIJING) - datetime.timedelta(days=1)).date().isoformat()
        self.noon = self.date + "T12:00:00+08:00"
        self.chance = random.Random(20261126)
        # 15 s become 30 ms.
        self.platform = Platform("--port", str(port), "--ladder-scale", "0.002", notify=self.start)
        self.addCleanup(self.platform.close)
        self.shop = Shop()
        self.addCleanup(self.shop.close)
        self.merchants = self.platform.merchants[:4]
        for merchant in self.merchants:
            self.register(merchant, self.shop.url)
        # Without an endpoint: its orders are held, and nothing about them changes while bills are compared.
        self.silent = self.platform.merchants[4]

    def start(self, platform):
        self.daemon = Daemon(platform, **{
            "wechat.api_url": self.url, "wechat.merchant_serial": platform.provider_serial,
            "wechat.merchant_key_file": platform.path("provider-key.pem"), "recovery.first_query_seconds": 5,
            "recovery.queries_per_second": 100, "wechat.certificate_pause_seconds": 1})
        self.gate_token = platform.read("gate.token")
        return self.daemon.notices

    def tell(self, method, path, body=None, expected=(200, 201, 202)):
        """A call of the operator's API."""
        status, _, answer = call(
            self.daemon.admin + path, method, body, {"Authorization": "Bearer " + self.daemon.token})
        self.assertIn(status, expected, answer)
        return answer

    def register(self, merchant, url):
        secret = "whsec_" + base64.b64encode(self.chance.randbytes(32)).decode()
        self.tell("PUT", "/admin/v1/merchants/" + merchant, {"endpoint": {"url": url, "secrets": [secret]}})

    def announce(self, merchant, number, amount):
        """The till asks before the shopper pays."""
        status, _, answer = call(
            self.daemon.notices + "/gate/v1/payment-requests", "POST",
            {"merchant_id": merchant, "out_trade_no": number, "amount": amount},
            {"Authorization": "Bearer " + self.gate_token})
        self.assertEqual((status, answer["decision"]), (200, "accept"), answer)

    def paid(self, merchant=None, is_announced=True, **how):
        """One order from till to payment; returns what is known of it."""
        merchant = merchant or self.chance.choice(self.merchants)
        amount = self.chance.randrange(100, 100_000)
        number = self.platform.order("Day", amount=amount, merchant=merchant)
        if is_announced:
            self.announce(merchant, number, amount)
        # Of yesterday: only a day that is over has a bill.
        paid = self.platform.pay(number, paid_at=self.noon, **how)
        return {"number": number, "merchant": merchant, "amount": amount} | paid

    def sell(self, count):
        """Orders of which some notices are lost for good and some arrive several times; several tills at once."""
        kinds = [{}] * count
        for place in range(count):
            if place % 100 < LOST:
                kinds[place] = {"lost": True}
            elif place % 100 < LOST + REPEATED:
                kinds[place] = {"copies": 2}
        self.chance.shuffle(kinds)
        with concurrent.futures.ThreadPoolExecutor(4) as tills:
            return list(tills.map(lambda kind: self.paid(**kind), kinds))

    def row(self, order):
        return self.daemon.order(order["transaction_id"])

    def may_ask(self):
        fetching = self.tell("GET", "/admin/v1/platform-keys")["fetching"]
        if not fetching["last_succeeded"]:
            return False
        asked = datetime.datetime.fromisoformat(fetching["last_succeeded"])
        # The answer has whole seconds.
        return datetime.datetime.now(datetime.timezone.utc) - asked >= datetime.timedelta(seconds=2)

    def reconcile(self):
        """Has the day's bill fetched and compared; the report."""
        self.tell("POST", "/admin/v1/reconciliations/" + self.date)

        def ended():
            standing = self.tell("GET", "/admin/v1/reconciliations/" + self.date)
            return standing if standing["state"] != "running" else None

        standing = eventually("the bill of %s compared" % self.date, ended)
        self.assertEqual(standing["state"], "complete", standing)
        return standing["report"]

    def test_every_order_arrives_once_and_every_difference_is_reported(self):
        orders = self.sell(ORDERS // 2)
        # The daemon asks for keys once a second at most; whoever changed them within that second of an earlier question would see refusals.
        eventually("a second since the last question", self.may_ask)
        # The platform changes its certificate, and some notices are signed by its public key already: nobody restarts anything.
        self.platform.control("keys/rotate", {"mix": 0.7})
        orders += self.sell(ORDERS // 2)
        # An authentic notice that the daemon must refuse, so that the rate is not simply 1: a merchant number of somebody else.
        foreign = self.platform.order("Foreign", merchant="1999999999", mode="direct")
        self.foreign = foreign
        self.platform.pay(foreign, paid_at=self.noon)
        lost = sum(1 for order in orders if order.get("lost"))

        def arrived():
            with self.shop.lock:
                return set(order["transaction_id"] for order in orders) <= set(self.shop.arrivals)

        eventually("every order at its merchant", arrived)
        with self.shop.lock:
            self.assertEqual(len(self.shop.arrivals), ORDERS)
            self.assertEqual(set(self.shop.arrivals.values()), {1})
        rows = [eventually("acknowledged", lambda: self.acknowledged(order)) for order in orders]
        sources = collections.Counter(row["source"] for row in rows)
        self.assertEqual(sources, {"notice": ORDERS - ORDERS * LOST // 100, "query": ORDERS * LOST // 100}, lost)
        for order, row in zip(orders, rows):
            self.assertEqual(
                (row["merchant_id"], row["out_trade_no"], row["amount"]),
                (order["merchant"], order["number"], order["amount"]))

        self.rate_is_as_the_platform_measured_it()
        self.differences_are_reported(orders)
        self.no_secret_is_logged()

    def no_secret_is_logged(self):
        """Key changes, refusals and failed calls are logged; what they were made with is not."""
        with open(self.daemon.log_path) as file:
            log = file.read()
        self.assertIn("an authentic notice cannot be taken", log)
        key = self.platform.read("provider-key.pem").splitlines()[1]
        for secret in (self.platform.api_v3_key, self.platform.api_v2_key, self.gate_token, self.daemon.token, key):
            self.assertGreater(len(secret), 16)
            self.assertNotIn(secret, log)

    def acknowledged(self, order):
        row = self.row(order)
        return row if row and row["state"] == "acknowledged" else None

    def rate_is_as_the_platform_measured_it(self):
        def same():
            # The refused notice goes on being repeated: both sides must be asked between two of its deliveries.
            before, ours, after = self.platform.figures(), self.rating(), self.platform.figures()
            if before != after:
                return None
            theirs = (after["deliveries"], after["accepted_deliveries"])
            return after if theirs == (ours["deliveries"], ours["successes"]) else None

        theirs = eventually("the provider's rating as the platform measured it", same)
        self.assertGreater(theirs["deliveries"] - theirs["accepted_deliveries"], 0, theirs)
        self.assertLess(theirs["deliveries"] - theirs["accepted_deliveries"], 20, theirs)
        # Every failure is that one notice: the change of keys cost none.
        self.assertEqual(self.rating()["failures"], {"not_ours": self.rating()["failed"]})
        self.assertEqual(theirs["given_up"], 0, theirs)

    def rating(self):
        """Today's and, where midnight has passed meanwhile, yesterday's figures in one."""
        days = self.tell("GET", "/admin/v1/rating")["days"]
        total = collections.Counter()
        failures = collections.Counter()
        for day in days:
            total.update({name: day[name] for name in ("deliveries", "successes", "failed")})
            failures.update(day["failures"])
        return dict(total) | {"failures": dict(failures)}

    def differences_are_reported(self, orders):
        # 1: neither announced nor told; only the bill knows it. 2: another amount. 3: not in the bill. 4: the merchant has no endpoint.
        missing = self.paid(is_announced=False, lost=True)
        waiting = self.paid(merchant=self.silent)
        eventually("stored", lambda: self.row(waiting))
        differs, absent = self.chance.sample(orders, 2)
        self.platform.control("bill", {"date": self.date, "differences": [
            {"kind": "amount", "out_trade_no": differs["number"]},
            {"kind": "unknown_local", "out_trade_no": absent["number"]},
            # The order of somebody else is in nobody's bill of ours.
            {"kind": "unknown_local", "out_trade_no": self.foreign}]})
        first = self.reconcile()
        found = {(finding["class"], finding["transaction_id"]) for finding in first["findings"]}
        self.assertEqual(found, {
            ("missing_injected", missing["transaction_id"]), ("differs", differs["transaction_id"]),
            ("unknown", absent["transaction_id"]), ("not_acknowledged", waiting["transaction_id"])}, first)
        row = eventually("injected", lambda: self.acknowledged(missing))
        self.assertEqual((row["source"], row["amount"]), ("reconcile", missing["amount"]))
        eventually("pushed", lambda: self.shop.arrivals[missing["transaction_id"]])
        self.assertEqual(self.shop.arrivals[missing["transaction_id"]], 1)
        self.assertEqual(self.reconcile(), first)
        self.assertEqual(self.shop.arrivals[missing["transaction_id"]], 1)
