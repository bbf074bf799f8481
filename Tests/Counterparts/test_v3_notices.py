"""Notices of API v3 as the platform sends them: the client verifies and decrypts them, or refuses them."""

import json

from world import Case, v3

TIME = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00$"
UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class Notices(Case):
    """Every kind, by every key."""

    @classmethod
    def setUpClass(cls):
        from world import shared

        cls.by_certificate = v3(shared())
        cls.by_public_key = v3(shared(), public_key=True)

    def accepted(self, client, headers, body, event, original):
        """The client's reading; the envelope is as documented."""
        notice = client.callback(headers, body)
        self.assertIsNotNone(notice)
        self.assertRegex(notice["id"], UUID)
        self.assertRegex(notice["create_time"], TIME)
        self.assertEqual(notice["resource_type"], "encrypt-resource")
        self.assertEqual(notice["event_type"], event)
        self.assertTrue(notice["summary"])
        sealed = json.loads(body)["resource"]
        self.assertEqual((sealed["algorithm"], sealed["original_type"]), ("AEAD_AES_256_GCM", original))
        self.assertEqual(len(sealed["nonce"]), 12)
        return notice

    def payment(self, client, headers, body):
        """The payment that a notice tells of."""
        return self.accepted(client, headers, body, "TRANSACTION.SUCCESS", "transaction")["resource"]

    def test_a_payment_by_certificate(self):
        openid, attach = "oA1b2C3d4E5f6G7h8I9j0K1l2M3n", "store=0301;谢谢 «ß» \"\\ 🧋"
        number = self.platform.order(amount=1250, openid=openid, device_id="013467007045764", attach=attach)
        paid = self.platform.pay(number, lost=True)
        self.assertRegex(paid["success_time"], TIME)
        headers, body = self.platform.render(number, sign_with="certificate")
        self.assertEqual(headers["Wechatpay-Serial"], self.platform.certificate_serial)
        self.assertEqual(headers["Wechatpay-Signature-Type"], "WECHATPAY2-SHA256-RSA2048")
        self.assertRegex(headers["Wechatpay-Nonce"], r"^[0-9A-Za-z]{32}$")
        self.assertRegex(headers["Wechatpay-Timestamp"], r"^[0-9]{10}$")
        self.assertEqual(len(headers["Wechatpay-Signature"]), 344)
        self.assertTrue(headers["Content-Type"].startswith("application/json"))
        payment = self.payment(self.by_certificate, headers, body)
        self.assertEqual(
            (payment["sp_mchid"], payment["sub_mchid"], payment["out_trade_no"], payment["transaction_id"]),
            (self.platform.provider, self.merchant, number, paid["transaction_id"]))
        self.assertEqual((payment["trade_state"], payment["success_time"]), ("SUCCESS", paid["success_time"]))
        self.assertEqual(
            payment["amount"], {"total": 1250, "payer_total": 1250, "currency": "CNY", "payer_currency": "CNY"})
        self.assertEqual((payment["attach"], payment["payer"]["sp_openid"]), (attach, openid))
        self.assertEqual(payment["scene_info"]["device_id"], "013467007045764")
        self.assertTrue(payment["sp_appid"].startswith("wx"))
        self.assertIn(payment["trade_type"], ("NATIVE", "JSAPI"))
        self.assertTrue(payment["trade_state_desc"] and payment["bank_type"])

    def test_a_payment_by_public_key(self):
        number = self.platform.order()
        paid = self.platform.pay(number, lost=True)
        headers, body = self.platform.render(number, sign_with="public_key")
        self.assertEqual(headers["Wechatpay-Serial"], self.platform.public_key_id)
        self.assertEqual(
            self.payment(self.by_public_key, headers, body)["transaction_id"], paid["transaction_id"])
        # During the change-over a client with the public key verifies by certificates too: it fetches them.
        headers, body = self.platform.render(number, sign_with="certificate")
        self.assertEqual(
            self.payment(self.by_public_key, headers, body)["transaction_id"], paid["transaction_id"])

    def test_a_direct_merchants_payment(self):
        number = self.platform.order(mode="direct")
        paid = self.platform.pay(number, lost=True)
        payment = self.payment(self.by_certificate, *self.platform.render(number))
        self.assertEqual((payment["mchid"], payment["transaction_id"]), (self.merchant, paid["transaction_id"]))
        self.assertIn("openid", payment["payer"])
        self.assertFalse({"sp_mchid", "sub_mchid", "sp_appid"} & set(payment))

    def test_headers_as_web_frameworks_spell_them(self):
        number = self.platform.order()
        self.platform.pay(number, lost=True)
        headers, body = self.platform.render(number)
        for spell in (str.lower, lambda name: "HTTP_" + name.upper().replace("-", "_")):
            spelt = {spell(name): value for name, value in headers.items()}
            self.assertEqual(self.payment(self.by_certificate, spelt, body)["out_trade_no"], number)
        self.assertEqual(self.payment(self.by_certificate, headers, body.encode())["out_trade_no"], number)

    def test_a_refund(self):
        number = self.platform.order(amount=900)
        paid = self.platform.pay(number, lost=True)
        refund = self.good(self.by_certificate.refund(
            "R" + number, {"refund": 300, "total": 900, "currency": "CNY"}, transaction_id=paid["transaction_id"],
            sub_mchid=self.merchant))
        for client, key in ((self.by_certificate, "certificate"), (self.by_public_key, "public_key")):
            headers, body = self.platform.render(number, kind="refund", sign_with=key)
            told = self.accepted(client, headers, body, "REFUND.SUCCESS", "refund")["resource"]
            self.assertEqual(
                (told["sp_mchid"], told["sub_mchid"], told["out_trade_no"], told["transaction_id"]),
                (self.platform.provider, self.merchant, number, paid["transaction_id"]))
            self.assertEqual(
                (told["out_refund_no"], told["refund_id"], told["refund_status"]),
                ("R" + number, refund["refund_id"], "SUCCESS"))
            self.assertEqual(told["amount"], {"total": 900, "refund": 300, "payer_total": 900, "payer_refund": 300})
            self.assertRegex(told["success_time"], TIME)

    def test_what_is_told_of_merchants(self):
        for client, key in ((self.by_certificate, "certificate"), (self.by_public_key, "public_key")):
            headers, body = self.platform.render(kind="violation", sign_with=key)
            told = self.accepted(client, headers, body, "VIOLATION.PUNISH", "violation")["resource"]
            self.assertEqual(told["sub_mchid"], self.platform.merchants[-1])
            self.assertTrue(told["record_id"] and told["punish_plan"] and told["risk_type"])
            self.assertRegex(told["punish_time"], TIME)
            headers, body = self.platform.render(kind="restriction", sign_with=key)
            told = self.accepted(client, headers, body, "MERCHANT_NOTIFY.NOTIFY", "merchant_notify")["resource"]
            content = told["message_content"]
            self.assertEqual(
                (content["merchant_code"], content["business_state"]), (self.platform.merchants[-1], "PUNISHMENT"))
            self.assertTrue(content["business_code"])
            self.assertRegex(content["business_time"], TIME)

    def test_a_kind_that_nobody_knows(self):
        notice = self.by_certificate.callback(*self.platform.render(kind="unknown"))
        self.assertNotRegex(notice["event_type"], r"^(TRANSACTION|REFUND|VIOLATION|MERCHANT_NOTIFY)\.")
        self.assertIsInstance(notice["resource"], dict)

    def test_a_signature_probe_is_refused_and_the_real_notice_taken(self):
        number = self.platform.order()
        self.platform.pay(number, lost=True)
        for client, key in ((self.by_certificate, "certificate"), (self.by_public_key, "public_key")):
            headers, body = self.platform.render(number, sign_with=key, signtest=True)
            self.assertTrue(headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/"))
            self.assertIsNone(client.callback(headers, body))
            headers, body = self.platform.render(number, sign_with=key)
            self.assertEqual(self.payment(client, headers, body)["out_trade_no"], number)

    def test_what_was_altered_is_refused(self):
        number = self.platform.order(attach="店")
        self.platform.pay(number, lost=True)
        headers, body = self.platform.render(number)
        self.assertEqual(self.payment(self.by_certificate, headers, body)["out_trade_no"], number)
        for altered in (body + "\n", " " + body, body.replace("encrypt", "ENCRYPT", 1), body[:-2] + " }}",
                        json.dumps(json.loads(body))):
            self.assertNotEqual(altered, body)
            self.assertIsNone(self.by_certificate.callback(headers, altered))
        other, _ = self.platform.render(number)
        for name in ("Wechatpay-Nonce", "Wechatpay-Signature"):
            self.assertNotEqual(other[name], headers[name])
            self.assertIsNone(self.by_certificate.callback(headers | {name: other[name]}, body))
        later = str(int(headers["Wechatpay-Timestamp"]) + 1)
        self.assertIsNone(self.by_certificate.callback(headers | {"Wechatpay-Timestamp": later}, body))
        stranger = self.platform.certificate_serial[::-1]
        self.assertIsNone(self.by_certificate.callback(headers | {"Wechatpay-Serial": stranger}, body))

    def test_another_api_v3_key_opens_nothing(self):
        number = self.platform.order()
        self.platform.pay(number, lost=True)
        headers, body = self.platform.render(number, sign_with="public_key")
        client = v3(self.platform, public_key=True, apiv3_key=self.platform.api_v3_key[::-1])
        self.assertIsNone(client.callback(headers, body))


class Rotation(Case):
    """A further certificate of the platform."""

    def test_a_new_certificate_is_fetched_when_its_serial_comes(self):
        platform = self.own_platform()
        client = v3(platform)
        self.assertEqual(len(client._core._certificates), 1)
        number = platform.order()
        paid = platform.pay(number, lost=True)
        serial = platform.control("keys/rotate", {})["serial"]
        self.assertRegex(serial, r"^[0-9A-F]{40}$")
        self.assertNotEqual(serial, platform.certificate_serial)
        headers, body = platform.render(number, sign_with="new_certificate")
        self.assertEqual(headers["Wechatpay-Serial"], serial)
        notice = client.callback(headers, body)
        self.assertEqual(notice["resource"]["transaction_id"], paid["transaction_id"])
        known = {"%040X" % certificate.serial_number for certificate in client._core._certificates}
        self.assertEqual(known, {platform.certificate_serial, serial})
        # The old one holds still.
        headers, body = platform.render(number, sign_with="certificate")
        self.assertEqual(headers["Wechatpay-Serial"], platform.certificate_serial)
        self.assertEqual(client.callback(headers, body)["resource"]["out_trade_no"], number)
        # One that starts now gets both, and answers are verified by whichever signed them.
        self.assertEqual(len(v3(platform)._core._certificates), 2)
        for _ in range(8):
            order = self.good(client.query(out_trade_no=number, sub_mchid=self.merchant))
            self.assertEqual(order["transaction_id"], paid["transaction_id"])

    def test_both_certificates_sign_during_the_change(self):
        platform = self.own_platform()
        client = v3(platform)
        new = platform.control("keys/rotate", {"mix": 0.5})["serial"]
        serials = set()
        number = platform.order()
        platform.pay(number, lost=True)
        # Forty tries: that one of two keys is never used has a chance of 2 in 10^12.
        for _ in range(40):
            headers, body = platform.render(number)
            self.assertEqual(client.callback(headers, body)["resource"]["out_trade_no"], number)
            serials.add(headers["Wechatpay-Serial"])
        self.assertEqual(serials, {platform.certificate_serial, new})

    def test_the_public_key_takes_over_by_share(self):
        platform = self.own_platform()
        client = v3(platform, public_key=True)
        number = platform.order()
        platform.pay(number, lost=True)
        for share, expected in ((0, {platform.certificate_serial}),
                                (0.5, {platform.certificate_serial, platform.public_key_id}),
                                (1, {platform.public_key_id})):
            platform.control("keys/rotate", {"to": "public_key", "mix": share})
            serials = set()
            for _ in range(40):
                headers, body = platform.render(number)
                self.assertEqual(client.callback(headers, body)["resource"]["out_trade_no"], number)
                serials.add(headers["Wechatpay-Serial"])
            self.assertEqual(serials, expected)

    def test_a_certificate_that_is_out_of_force(self):
        platform = self.own_platform()
        new = platform.control("keys/rotate", {})["serial"]
        self.assertEqual(platform.control("keys/retire", {}), {"serial": platform.certificate_serial})
        certificate, = v3(platform)._core._certificates
        self.assertEqual("%040X" % certificate.serial_number, new)
