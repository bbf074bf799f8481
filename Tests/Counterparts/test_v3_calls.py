"""Calls of API v3: orders, queries, close, refunds, certificates. The client verifies every answer."""

from world import Case, unique, v3

TIME = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00$"


class Calls(Case):
    """In certificate mode, in public-key mode, by the provider and by a direct merchant."""

    @classmethod
    def setUpClass(cls):
        from world import shared

        cls.clients = [v3(shared()), v3(shared(), public_key=True)]
        cls.client = cls.clients[0]

    def native(self, client=None, **more):
        """A native order by the client; returns its number."""
        from wechatpayv3 import WeChatPayType

        number = unique("Native")
        named = {
            "description": "乌龙茶 500 ml", "out_trade_no": number, "amount": {"total": 1250, "currency": "CNY"},
            "sub_mchid": self.merchant, "pay_type": WeChatPayType.NATIVE}
        answer = self.good((client or self.client).pay(**named | more))
        self.assertEqual(list(answer), ["code_url"])
        self.assertTrue(answer["code_url"].startswith("weixin://"))
        return number

    def query(self, client=None, **which):
        return self.good((client or self.client).query(sub_mchid=self.merchant, **which))

    def test_the_constructor_fetches_the_certificate(self):
        certificate, = self.client._core._certificates
        self.assertEqual("%040X" % certificate.serial_number, self.platform.certificate_serial)
        validity = certificate.not_valid_after_utc - certificate.not_valid_before_utc
        self.assertGreater(validity.days, 4 * 365)

    def test_an_order_from_its_start_to_its_payment(self):
        for client in self.clients:
            number = self.native(
                client, attach="store=0301;收银台 2", scene_info={"device_id": "013467007045764", "payer_client_ip": "14.23.150.211"})
            order = self.query(client, out_trade_no=number)
            self.assertEqual(
                (order["sp_mchid"], order["sub_mchid"], order["out_trade_no"], order["trade_state"]),
                (self.platform.provider, self.merchant, number, "NOTPAY"))
            self.assertTrue(order["trade_state_desc"])
            self.assertFalse({"transaction_id", "success_time"} & set(order))
            paid = self.platform.pay(number, lost=True)
            by_number = self.query(client, out_trade_no=number)
            self.assertEqual(by_number, self.query(client, transaction_id=paid["transaction_id"]))
            self.assertEqual(
                (by_number["trade_state"], by_number["transaction_id"], by_number["success_time"]),
                ("SUCCESS", paid["transaction_id"], paid["success_time"]))
            self.assertEqual((by_number["trade_type"], by_number["attach"]), ("NATIVE", "store=0301;收银台 2"))
            self.assertEqual(
                by_number["amount"],
                {"total": 1250, "payer_total": 1250, "currency": "CNY", "payer_currency": "CNY"})
            self.assertEqual(by_number["scene_info"]["device_id"], "013467007045764")
            self.assertTrue(by_number["payer"]["sp_openid"])

    def test_an_order_of_a_direct_merchant(self):
        client = v3(self.platform, partner=False)
        from wechatpayv3 import WeChatPayType

        number = unique("Direct")
        answer = self.good(client.pay(
            description="茶", out_trade_no=number, amount={"total": 700}, pay_type=WeChatPayType.NATIVE))
        self.assertTrue(answer["code_url"].startswith("weixin://"))
        order = self.good(client.query(out_trade_no=number))
        self.assertEqual((order["mchid"], order["trade_state"]), (self.platform.provider, "NOTPAY"))
        paid = self.platform.pay(number, merchant_id=self.platform.provider, lost=True)
        order = self.good(client.query(transaction_id=paid["transaction_id"]))
        self.assertEqual(
            (order["mchid"], order["out_trade_no"], order["trade_state"], order["amount"]["total"]),
            (self.platform.provider, number, "SUCCESS", 700))
        self.assertIn("openid", order["payer"])
        self.assertFalse({"sp_mchid", "sub_mchid"} & set(order))
        other = unique("Direct")
        self.good(client.pay(
            description="茶", out_trade_no=other, amount={"total": 700}, pay_type=WeChatPayType.NATIVE))
        self.empty(client.close(other))
        self.assertEqual(self.good(client.query(out_trade_no=other))["trade_state"], "CLOSED")

    def test_a_shoppers_page(self):
        from wechatpayv3 import WeChatPayType

        number, openid = unique("Page"), "oA1b2C3d4E5f6G7h8I9j0K1l2M3n"
        answer = self.good(self.client.pay(
            description="粽子", out_trade_no=number, amount={"total": 880, "currency": "CNY"},
            payer={"sp_openid": openid}, sub_mchid=self.merchant, pay_type=WeChatPayType.JSAPI))
        self.assertEqual(list(answer), ["prepay_id"])
        self.assertTrue(answer["prepay_id"])
        self.platform.pay(number, lost=True)
        order = self.query(out_trade_no=number)
        self.assertEqual((order["trade_type"], order["payer"]["sp_openid"]), ("JSAPI", openid))

    def test_a_payment_code(self):
        from wechatpayv3 import WeChatPayType

        number = unique("Code")
        answer = self.good(self.client.pay(
            description="茶叶蛋", out_trade_no=number, amount={"total": 250, "currency": "CNY"},
            payer={"auth_code": "130000000000000001"}, sub_mchid=self.merchant, pay_type=WeChatPayType.CODEPAY,
            scene_info={"device_id": "D1", "store_info": {"id": "0301"}}))
        self.assertEqual(
            (answer["sp_mchid"], answer["sub_mchid"], answer["out_trade_no"], answer["trade_type"]),
            (self.platform.provider, self.merchant, number, "MICROPAY"))
        self.assertEqual(answer["trade_state"], "SUCCESS")
        self.assertEqual(answer["amount"]["total"], 250)
        self.assertRegex(answer["success_time"], TIME)
        order = self.query(out_trade_no=number)
        self.assertEqual(
            (order["trade_state"], order["transaction_id"]), ("SUCCESS", answer["transaction_id"]))

    def test_a_payment_code_whose_shopper_types_a_password(self):
        from wechatpayv3 import WeChatPayType

        platform = self.own_platform()
        client = v3(platform)
        platform.misbehave(code_pay="userpaying")
        codes = {}
        for number in (unique("Password"), unique("Password")):
            answer = self.good(client.pay(
                description="茶叶蛋", out_trade_no=number, amount={"total": 250, "currency": "CNY"},
                payer={"auth_code": "130000000000000002"}, sub_mchid=self.merchant, pay_type=WeChatPayType.CODEPAY,
                scene_info={"store_info": {"id": "0301"}}))
            self.assertEqual(answer["trade_state"], "USERPAYING")
            self.assertEqual(self.query(client, out_trade_no=number)["trade_state"], "USERPAYING")
            codes[number] = answer
        typed, given_up = codes
        paid = platform.pay(typed)
        order = self.query(client, out_trade_no=typed)
        self.assertEqual(
            (order["trade_state"], order["trade_type"], order["transaction_id"]),
            ("SUCCESS", "MICROPAY", paid["transaction_id"]))
        # A till that gives up revokes; once more changes nothing.
        for _ in range(2):
            answer = self.good(client.codepay_reverse(given_up, sub_mchid=self.merchant))
            self.assertEqual((answer["out_trade_no"], answer["sub_mchid"]), (given_up, self.merchant))
        self.assertEqual(self.query(client, out_trade_no=given_up)["trade_state"], "REVOKED")
        self.good(client.codepay_reverse(typed, sub_mchid=self.merchant))
        self.assertEqual(self.query(client, out_trade_no=typed)["trade_state"], "REVOKED")

    def test_a_restricted_merchant(self):
        from wechatpayv3 import WeChatPayType

        platform = self.own_platform()
        client, path = v3(platform), "/v3/mch-operation-manage/merchant-limitations/sub-mchid/" + self.merchant
        order = {
            "description": "茶", "out_trade_no": unique("Limited"), "amount": {"total": 1},
            "sub_mchid": self.merchant, "pay_type": WeChatPayType.NATIVE}
        answer = self.good(client._core.request(path))
        self.assertEqual((answer["mchid"], answer["limited_functions"]), (self.merchant, []))
        told = client.callback(*platform.render(kind="restriction", merchant_id=self.merchant))
        case = told["resource"]["message_content"]["business_code"]
        answer = self.good(client._core.request(path))
        self.assertEqual(answer["limited_functions"], ["NO_TRANSACTION"])
        limits, = answer["recovery_specifications"]
        self.assertEqual(
            (limits["limitation_case_id"], limits["relate_limitations"]), (case, ["NO_TRANSACTION"]))
        status, text = client.pay(**order)
        self.assertEqual(status, 403, text)
        self.good(client.pay(**order | {"sub_mchid": platform.merchants[1]}))
        told = client.callback(*platform.render(
            kind="restriction", merchant_id=self.merchant, business_code=case, business_state="RECOVERY"))
        content = told["resource"]["message_content"]
        self.assertEqual((content["business_code"], content["business_state"]), (case, "RECOVERY"))
        self.assertEqual(self.good(client._core.request(path))["limited_functions"], [])
        self.good(client.pay(**order))

    def test_close(self):
        for client in self.clients:
            number = self.native(client)
            self.empty(client.close(number, sub_mchid=self.merchant))
            self.assertEqual(self.query(client, out_trade_no=number)["trade_state"], "CLOSED")
            # Once more changes nothing.
            self.empty(client.close(number, sub_mchid=self.merchant))
            status, _ = client.close(unique("Unknown"), sub_mchid=self.merchant)
            self.assertEqual(status, 404)
        paid = self.native()
        self.platform.pay(paid, lost=True)
        self.refused(self.client.close(paid, sub_mchid=self.merchant), 400, "ORDERPAID")
        self.assertEqual(self.query(out_trade_no=paid)["trade_state"], "SUCCESS")

    def test_orders_that_do_not_exist(self):
        number = self.native()
        paid = self.platform.pay(number, lost=True)
        other = self.platform.merchants[1]
        for which in ({"out_trade_no": unique("Unknown")}, {"transaction_id": "4200000000202510090000000000"}):
            self.refused(self.client.query(sub_mchid=self.merchant, **which), 404, "ORDER_NOT_EXIST")
        for which in ({"out_trade_no": number}, {"transaction_id": paid["transaction_id"]}):
            self.refused(self.client.query(sub_mchid=other, **which), 404, "ORDER_NOT_EXIST")

    def test_one_number_belongs_to_one_order_of_a_merchant(self):
        from wechatpayv3 import WeChatPayType

        number = self.native()
        again = {
            "description": "茶", "out_trade_no": number, "amount": {"total": 1}, "sub_mchid": self.merchant,
            "pay_type": WeChatPayType.NATIVE}
        status, text = self.client.pay(**again)
        self.assertGreaterEqual(status, 400, text)
        self.assertEqual(self.query(out_trade_no=number)["amount"]["total"], 1250)
        # Another merchant may use it.
        self.good(self.client.pay(**again | {"sub_mchid": self.platform.merchants[1]}))
        self.assertEqual(self.query(out_trade_no=number)["amount"]["total"], 1250)

    def test_what_cannot_be_ordered(self):
        from wechatpayv3 import WeChatPayType

        good = {
            "description": "茶", "out_trade_no": "Wrong-00", "amount": {"total": 1}, "sub_mchid": self.merchant,
            "pay_type": WeChatPayType.NATIVE}
        for wrong in ({"amount": {"total": 0}}, {"amount": {"total": -5}}, {"amount": {"total": "12"}},
                      {"out_trade_no": "short"}, {"out_trade_no": "x" * 33}, {"amount": {"currency": "CNY"}}):
            with self.subTest(wrong):
                self.refused(self.client.pay(**good | wrong), 400, "PARAM_ERROR")
        self.refused(self.client.query(out_trade_no="Wrong-00", sub_mchid=self.merchant), 404, "ORDER_NOT_EXIST")

    def test_a_refund(self):
        for client in self.clients:
            number = self.native(client)
            paid = self.platform.pay(number, lost=True)
            refund = {
                "out_refund_no": "R-" + number, "amount": {"refund": 500, "total": 1250, "currency": "CNY"},
                "reason": "商品已售完", "sub_mchid": self.merchant}
            made = self.good(client.refund(transaction_id=paid["transaction_id"], **refund))
            self.assertEqual(
                (made["out_refund_no"], made["transaction_id"], made["out_trade_no"]),
                ("R-" + number, paid["transaction_id"], number))
            self.assertIn(made["status"], ("SUCCESS", "PROCESSING"))
            self.assertEqual((made["amount"]["total"], made["amount"]["refund"]), (1250, 500))
            self.assertTrue(made["refund_id"])
            self.assertRegex(made["create_time"], TIME)
            found = self.good(client.query_refund("R-" + number, sub_mchid=self.merchant))
            self.assertEqual(
                (found["refund_id"], found["amount"]["refund"], found["out_trade_no"]),
                (made["refund_id"], 500, number))
            # The same once more is the same refund.
            again = self.good(client.refund(out_trade_no=number, **refund))
            self.assertEqual(again["refund_id"], made["refund_id"])
            order = self.query(client, out_trade_no=number)
            self.assertEqual((order["trade_state"], order["amount"]["total"]), ("REFUND", 1250))
            # No more than was paid.
            more = refund | {"out_refund_no": "M-" + number, "amount": {"refund": 751, "total": 1250, "currency": "CNY"}}
            status, text = client.refund(out_trade_no=number, **more)
            self.assertEqual(status, 400, text)
            rest = more | {"amount": {"refund": 750, "total": 1250, "currency": "CNY"}}
            self.assertNotEqual(self.good(client.refund(out_trade_no=number, **rest))["refund_id"], made["refund_id"])

    def test_refunds_that_do_not_exist(self):
        self.refused(self.client.query_refund(unique("R"), sub_mchid=self.merchant), 404, "RESOURCE_NOT_EXISTS")
        status, text = self.client.refund(
            unique("R"), {"refund": 1, "total": 1, "currency": "CNY"}, out_trade_no=unique("Unknown"),
            sub_mchid=self.merchant)
        self.assertEqual(status, 404, text)
        unpaid = self.native()
        status, text = self.client.refund(
            unique("R"), {"refund": 1, "total": 1250, "currency": "CNY"}, out_trade_no=unpaid,
            sub_mchid=self.merchant)
        self.assertIn(status, (400, 403), text)
