"""Calls of API v2. The client does not look at the sign of an answer, so its function does here."""

import xmltodict
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay.utils import calculate_signature_hmac

from world import Case, unique, v2, v3


class Calls(Case):
    """Orders, queries, close."""

    def setUp(self):
        super().setUp()
        self.client = v2(self.platform)

    def signed(self, answer):
        """The answer has our numbers and the sign that the client's function makes."""
        self.assertTrue(self.client.check_signature(answer), answer)
        self.assertEqual(
            (answer["return_code"], answer["result_code"], answer["mch_id"]),
            ("SUCCESS", "SUCCESS", self.platform.provider))
        self.assertTrue(answer["nonce_str"])
        return answer

    def fails(self, code, function, *arguments, **named):
        """A business error, signed."""
        with self.assertRaises(WeChatPayException) as caught:
            function(*arguments, **named)
        error = caught.exception
        self.assertEqual((error.return_code, error.result_code, error.errcode), ("SUCCESS", "FAIL", code))
        self.assertTrue(error.errmsg)

    def placed(self, **more):
        """An order that the client placed; returns its number and the answer."""
        number = unique("V2Order")
        named = {
            "trade_type": "NATIVE", "body": "乌龙茶 500 ml", "total_fee": 1250, "client_ip": "127.0.0.1",
            "notify_url": "http://127.0.0.1:9/notify/wechat/v2", "out_trade_no": number, "product_id": "T1"}
        return number, self.client.order.create(**named | more)

    def test_an_order_from_its_start_to_its_payment(self):
        number, answer = self.placed(device_info="D1", attach="店=1&<2>")
        self.signed(answer)
        self.assertEqual(answer["trade_type"], "NATIVE")
        self.assertTrue(answer["prepay_id"])
        self.assertTrue(answer["code_url"].startswith("weixin://"))
        order = self.signed(self.client.order.query(out_trade_no=number))
        self.assertEqual((order["trade_state"], order["out_trade_no"]), ("NOTPAY", number))
        paid = self.platform.pay(number, lost=True)
        order = self.signed(self.client.order.query(out_trade_no=number))
        self.assertEqual(
            (order["trade_state"], order["transaction_id"], order["out_trade_no"]),
            ("SUCCESS", paid["transaction_id"], number))
        self.assertEqual((order["total_fee"], order["cash_fee"]), ("1250", "1250"))
        self.assertEqual((order["attach"], order["device_info"]), ("店=1&<2>", "D1"))
        self.assertEqual(order["time_end"], "".join(sign for sign in paid["success_time"][:19] if sign.isdigit()))
        again = self.signed(self.client.order.query(transaction_id=paid["transaction_id"]))
        self.assertEqual(again["out_trade_no"], number)
        # The other generation tells of the same order, and of what became of it.
        other = self.good(v3(self.platform).query(out_trade_no=number, sub_mchid=self.merchant))
        self.assertEqual(
            (other["transaction_id"], other["amount"]["total"], other["success_time"]),
            (paid["transaction_id"], 1250, paid["success_time"]))
        self.good(v3(self.platform).refund(
            "R-" + number, {"refund": 250, "total": 1250, "currency": "CNY"}, transaction_id=paid["transaction_id"],
            sub_mchid=self.merchant))
        order = self.signed(self.client.order.query(out_trade_no=number))
        self.assertEqual((order["trade_state"], order["total_fee"]), ("REFUND", "1250"))

    def test_its_notice_has_the_sign_type_of_the_order(self):
        md5, _ = self.placed()
        hmac, answer = self.placed(sign_type="HMAC-SHA256")
        self.assertRegex(answer["sign"], r"^[0-9A-F]{64}$")
        fields = {name: value for name, value in answer.items() if name != "sign"}
        self.assertEqual(calculate_signature_hmac(fields, self.platform.api_v2_key), answer["sign"])
        for number, length in ((md5, 32), (hmac, 64)):
            self.platform.pay(number, lost=True)
            _, body = self.platform.render(number, generation="v2")
            self.assertEqual(len(xmltodict.parse(body)["xml"]["sign"]), length)

    def test_a_shoppers_page(self):
        openid = "oA1b2C3d4E5f6G7h8I9j0K1l2M3n"
        number, answer = self.placed(trade_type="JSAPI", user_id=openid)
        self.assertTrue(self.signed(answer)["prepay_id"])
        self.assertEqual(answer["trade_type"], "JSAPI")
        self.platform.pay(number, lost=True)
        order = self.signed(self.client.order.query(out_trade_no=number))
        self.assertEqual((order["trade_type"], order["openid"]), ("JSAPI", openid))

    def test_a_payment_code(self):
        number = unique("V2Code")
        answer = self.signed(self.client.micropay.create(
            "茶叶蛋", 250, "130000000000000001", client_ip="127.0.0.1", out_trade_no=number))
        self.assertEqual(
            (answer["trade_type"], answer["out_trade_no"], answer["total_fee"]), ("MICROPAY", number, "250"))
        order = self.signed(self.client.micropay.query(out_trade_no=number))
        self.assertEqual((order["trade_state"], order["transaction_id"]), ("SUCCESS", answer["transaction_id"]))

    def test_close(self):
        number, _ = self.placed()
        self.signed(self.client.order.close(number))
        self.assertEqual(self.signed(self.client.order.query(out_trade_no=number))["trade_state"], "CLOSED")
        paid, _ = self.placed()
        self.platform.pay(paid, lost=True)
        self.fails("ORDERPAID", self.client.order.close, paid)
        self.assertEqual(self.signed(self.client.order.query(out_trade_no=paid))["trade_state"], "SUCCESS")

    def test_orders_that_do_not_exist(self):
        self.fails("ORDERNOTEXIST", self.client.order.query, out_trade_no=unique("Unknown"))
        self.fails("ORDERNOTEXIST", self.client.order.query, transaction_id="4200000000202510090000000000")
        self.fails("ORDERNOTEXIST", self.client.order.close, unique("Unknown"))
        number, _ = self.placed()
        other = v2(self.platform, sub_mch_id=self.platform.merchants[1])
        self.fails("ORDERNOTEXIST", other.order.query, out_trade_no=number)

    def test_another_key(self):
        number, _ = self.placed()
        stranger = v2(self.platform, api_key=self.platform.api_v2_key[::-1])
        for function, argument in (
                (stranger.order.query, {"out_trade_no": number}), (stranger.order.close, {"out_trade_no": number})):
            with self.assertRaises(WeChatPayException) as caught:
                function(**argument)
            # A request whose sign is wrong has an answer at the level of transport.
            self.assertEqual(caught.exception.return_code, "FAIL")
            self.assertTrue(caught.exception.return_msg)
        self.assertEqual(self.signed(self.client.order.query(out_trade_no=number))["trade_state"], "NOTPAY")
