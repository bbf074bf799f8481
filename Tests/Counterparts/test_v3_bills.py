"""Trade bills: asked for, downloaded, their hash checked, read."""

import datetime
import gzip
import hashlib

from world import Case, unique, v3

CHINA = datetime.timezone(datetime.timedelta(hours=8))
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注").split(",")
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额".split(",")


REFUNDS = COLUMNS[:14] + ["退款申请时间", "退款成功时间"] + COLUMNS[14:]
PAYMENTS = COLUMNS[:14] + COLUMNS[20:25] + COLUMNS[26:]
PAYMENT_SUMMARY = "总交易单数,应结订单总金额,手续费总金额,订单总金额".split(",")


class Bill:
    """A bill, taken apart."""

    def __init__(self, case, data, columns=COLUMNS, summary=SUMMARY):
        rows = data.decode("utf-8-sig").splitlines()
        case.assertEqual((rows[0], rows[-2]), (",".join(columns), ",".join(summary)))
        self.lines = [self.fields(case, columns, row) for row in rows[1:-2]]
        self.summary = self.fields(case, summary, rows[-1])

    @staticmethod
    def fields(case, names, row):
        """By the names; a field begins with a back-tick, so that a comma may stand in it."""
        case.assertTrue(row.startswith("`"), row)
        return dict(zip(names, row[1:].split(",`"), strict=True))

    def of(self, number):
        """The lines of an order: payment, then refunds."""
        return [line for line in self.lines if line["商户订单号"] == number]


class Bills(Case):
    """Bills of a platform of its own, with payments of the day before yesterday (China time): that day's bill is there at any hour."""

    @classmethod
    def setUpClass(cls):
        from world import Platform

        cls.own = Platform()
        cls.addClassCleanup(cls.own.close)
        cls.day = datetime.datetime.now(CHINA).date() - datetime.timedelta(days=2)
        cls.client = v3(cls.own)

    def setUp(self):
        self.platform = self.own
        self.merchant = self.platform.merchants[0]

    def paid(self, clock="12:30:15", **more):
        """A paid order: number and transaction id."""
        at = "%sT%s+08:00" % (self.day, clock)
        number = self.platform.order("Billed", **more)
        paid = self.platform.pay(number, lost=True, paid_at=at)
        self.assertEqual(paid["success_time"], at)
        return number, paid["transaction_id"]

    def bill(self, day=None, **more):
        """Both steps; the bill's bytes."""
        named = self.good(self.client.trade_bill(day or str(self.day), **more))
        self.assertEqual(named["hash_type"], "SHA1")
        self.assertTrue(named["download_url"].startswith(self.platform.url + "/v3/billdownload/file?token="))
        status, packed = self.client.download_bill(named["download_url"])
        self.assertEqual(status, 200, packed)
        data = gzip.decompress(packed)
        self.assertEqual(hashlib.sha1(data).hexdigest(), named["hash_value"])
        return data

    def test_a_line_of_a_payment(self):
        number, transaction = self.paid(
            amount=1250, device_id="013467007045764", attach="store=0301;pos=02", openid="oA1b2C3d4E5f6G7h8I9j0K1l2M3n")
        line, = Bill(self, self.bill()).of(number)
        self.assertEqual(line["交易时间"], "%s 12:30:15" % self.day)
        self.assertEqual((line["商户号"], line["特约商户号"]), (self.platform.provider, self.merchant))
        self.assertEqual((line["微信订单号"], line["设备号"]), (transaction, "013467007045764"))
        self.assertEqual(line["用户标识"], "oA1b2C3d4E5f6G7h8I9j0K1l2M3n")
        self.assertEqual((line["交易状态"], line["货币种类"]), ("SUCCESS", "CNY"))
        self.assertEqual((line["订单金额"], line["应结订单金额"], line["代金券金额"]), ("12.50", "12.50", "0.00"))
        self.assertEqual((line["商户数据包"], line["申请退款金额"]), ("store=0301;pos=02", "0.00"))

    def test_a_line_of_a_refund(self):
        number, transaction = self.paid(amount=2000)
        refund = self.good(self.client.refund(
            "R-" + number, {"refund": 505, "total": 2000, "currency": "CNY"}, transaction_id=transaction,
            sub_mchid=self.merchant))
        # The payment keeps its line on its day; the refund has one on the day when it was asked for.
        line, = Bill(self, self.bill()).of(number)
        self.assertEqual((line["交易状态"], line["订单金额"], line["申请退款金额"]), ("SUCCESS", "20.00", "0.00"))
        time = refund["create_time"][:19].replace("T", " ")
        for kind, columns in (("ALL", COLUMNS), ("REFUND", REFUNDS)):
            bill = Bill(self, self.bill(day=time[:10], bill_type=kind), columns)
            line, = bill.of(number)
            self.assertEqual((line["交易时间"], line["交易状态"], line["微信订单号"]), (time, "REFUND", transaction))
            self.assertEqual(
                (line["微信退款单号"], line["商户退款单号"], line["退款状态"]),
                (refund["refund_id"], "R-" + number, "SUCCESS"))
            self.assertEqual((line["退款金额"], line["申请退款金额"], line["订单金额"]), ("5.05", "5.05", "0.00"))
        self.assertEqual((len(REFUNDS), line["退款申请时间"]), (29, time))
        self.assertEqual({line["交易状态"] for line in bill.lines}, {"REFUND"})

    def test_unpaid_orders_and_other_days(self):
        number, _ = self.paid()
        unpaid, later = self.platform.order("Unpaid"), self.platform.order("Later")
        self.platform.pay(later, lost=True)
        bill = Bill(self, self.bill())
        self.assertEqual((len(bill.of(number)), bill.of(unpaid), bill.of(later)), (1, [], []))

    def test_kinds(self):
        number, transaction = self.paid(amount=300)
        line, = Bill(self, self.bill(bill_type="SUCCESS"), PAYMENTS, PAYMENT_SUMMARY).of(number)
        self.assertEqual(len(PAYMENTS), 20)
        self.assertEqual((line["微信订单号"], line["订单金额"], line["交易状态"]), (transaction, "3.00", "SUCCESS"))
        # Nothing is given back on that day.
        self.refused(self.client.trade_bill(str(self.day), bill_type="REFUND"), 400, "NO_STATEMENT_EXIST")

    def test_the_summary(self):
        self.paid(amount=105)
        bill = Bill(self, self.bill())
        self.assertEqual(int(bill.summary["总交易单数"]), len(bill.lines))
        total = sum(int(line["订单金额"].replace(".", "")) for line in bill.lines)
        self.assertEqual(int(bill.summary["订单总金额"].replace(".", "")), total)

    def test_the_edges_of_a_day(self):
        first, _ = self.paid("00:00:00")
        last, _ = self.paid("23:59:59")
        bill = Bill(self, self.bill())
        self.assertEqual([line["交易时间"][11:] for line in bill.of(first) + bill.of(last)], ["00:00:00", "23:59:59"])

    def test_one_merchants_bill(self):
        other = self.platform.merchants[1]
        mine, _ = self.paid()
        theirs, _ = self.paid(merchant=other)
        bill = Bill(self, self.bill(sub_mchid=other))
        self.assertEqual({line["特约商户号"] for line in bill.lines}, {other})
        self.assertEqual((len(bill.of(theirs)), bill.of(mine)), (1, []))

    def test_text_that_a_table_could_break_at(self):
        for attach in ("store=1,till=2", "门店`3", "a\"b\",c", ",`", "x,`y,`z"):
            number, transaction = self.paid(attach=attach)
            # A bill has no quoting: what is kept of the text may be the platform's choice, the columns are not.
            line, = Bill(self, self.bill()).of(number)
            self.assertEqual((line["微信订单号"], line["订单金额"]), (transaction, "12.50"))
            if ",`" not in attach:
                self.assertEqual(line["商户数据包"], attach)

    def test_planted_differences(self):
        missing, transaction = self.paid(amount=100)
        other, _ = self.paid(amount=200)
        number = unique("Planted")
        self.platform.control("bill", {"date": str(self.day), "differences": [
            {"kind": "missing_local", "out_trade_no": number}, {"kind": "unknown_local", "out_trade_no": missing},
            {"kind": "amount", "out_trade_no": other}]})
        bill = Bill(self, self.bill())
        self.assertEqual(bill.of(missing), [])
        self.assertEqual(len(bill.of(number)), 1)
        line, = bill.of(other)
        self.assertNotEqual(line["订单金额"], "2.00")
        # The order itself is as it was.
        order = self.good(self.client.query(transaction_id=transaction, sub_mchid=self.merchant))
        self.assertEqual(order["trade_state"], "SUCCESS")

    def test_bills_that_are_not_there(self):
        future = datetime.datetime.now(CHINA).date() + datetime.timedelta(days=2)
        status, text = self.client.trade_bill(str(future))
        self.assertEqual(status, 400, text)
        status, text = self.client.trade_bill("2025-13-45")
        self.assertEqual(status, 400, text)
        status, text = self.client.download_bill(self.platform.url + "/v3/billdownload/file?token=guessed")
        self.assertGreaterEqual(status, 400, text)
