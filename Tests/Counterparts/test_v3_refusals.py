"""Requests that the platform refuses, and answers that the client refuses."""

from unittest import mock

from world import Case, v3


class Requests(Case):
    """Refused by the platform."""

    def refused_signature(self, answer, method, path):
        error = self.refused(answer, 401, "SIGN_ERROR")
        detail = error["detail"]
        self.assertEqual((detail["field"], detail["location"]), ("signature", "authorization"))
        self.assertEqual(detail["detail"]["issue"], "sign not match")
        information = detail["sign_information"]
        self.assertEqual((information["method"], information["url"]), (method, path))
        self.assertIsInstance(information["sign_message_length"], int)
        self.assertTrue(information["truncated_sign_message"].startswith("%s\n%s\n" % (method, path)))

    def other_key(self):
        """A private key that the platform does not know."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        return rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()

    def test_another_private_key(self):
        client = v3(self.platform, public_key=True, private_key=self.other_key())
        number = self.platform.order()
        path = "/v3/pay/partner/transactions/out-trade-no/%s?sp_mchid=%s&sub_mchid=%s" % (
            number, self.platform.provider, self.merchant)
        self.refused_signature(client.query(out_trade_no=number, sub_mchid=self.merchant), "GET", path)
        close = "/v3/pay/partner/transactions/out-trade-no/%s/close" % number
        self.refused_signature(client.close(number, sub_mchid=self.merchant), "POST", close)
        right = v3(self.platform, public_key=True)
        self.assertEqual(
            self.good(right.query(out_trade_no=number, sub_mchid=self.merchant))["trade_state"], "NOTPAY")
        with self.assertRaisesRegex(Exception, "No wechatpay platform certificate"):
            v3(self.platform, private_key=self.other_key())

    def test_another_serial_or_number(self):
        number = self.platform.order()
        for wrong in ({"cert_serial_no": self.platform.certificate_serial}, {"mchid": "1699999999"}):
            with self.subTest(wrong):
                client = v3(self.platform, public_key=True, **wrong)
                self.refused(client.query(out_trade_no=number, sub_mchid=self.merchant), 401, "SIGN_ERROR")

    def test_a_clock_that_is_off(self):
        import time

        client, number, now = v3(self.platform, public_key=True), self.platform.order(), time.time
        for seconds, status in ((-330, 401), (330, 401), (-270, 200), (270, 200)):
            with self.subTest(seconds), mock.patch("wechatpayv3.utils.time.time", lambda: now() + seconds):
                code, text = client.query(out_trade_no=number, sub_mchid=self.merchant)
                self.assertEqual(code, status, text)

    def test_what_the_client_signs_otherwise_than_it_sends(self):
        # It signs an empty body and sends {}.
        client = v3(self.platform, public_key=True)
        self.refused_signature(
            client.merchantrisk_callback_create(), "POST", "/v3/merchant-risk-manage/violation-notifications")

    def test_the_address_of_disposal_notices(self):
        self.own_platform()
        client, first, second = v3(self.platform), "https://example.com/violations", "https://example.com/other"
        self.refused(client.merchantrisk_callback_query(), 404, "NOT_FOUND")
        self.assertEqual(self.good(client.merchantrisk_callback_create(first)), {"notify_url": first})
        self.assertEqual(self.good(client.merchantrisk_callback_query()), {"notify_url": first})
        self.assertEqual(self.good(client.merchantrisk_callback_update(second)), {"notify_url": second})
        self.assertEqual(self.good(client.merchantrisk_callback_query()), {"notify_url": second})
        self.empty(client.merchantrisk_callback_delete())
        self.refused(client.merchantrisk_callback_query(), 404, "NOT_FOUND")


class Misbehaviour(Case):
    """A platform that answers wrongly, and one that is right again."""

    def test_answers_with_a_wrong_signature(self):
        platform = self.own_platform()
        number = platform.order()
        for client in (v3(platform), v3(platform, public_key=True)):
            platform.misbehave(bad_answer_signature=True)
            with self.assertRaisesRegex(Exception, "failed to verify the signature"):
                client.query(out_trade_no=number, sub_mchid=self.merchant)
            platform.misbehave()
            self.assertEqual(
                self.good(client.query(out_trade_no=number, sub_mchid=self.merchant))["trade_state"], "NOTPAY")

    def test_errors(self):
        platform = self.own_platform()
        client, number = v3(platform), platform.order()
        for how, status, code in (
                ({"rate_limit_share": 1}, 429, "FREQUENCY_LIMITED"), ({"fail_share": 1}, 500, "SYSTEM_ERROR")):
            platform.misbehave(**how)
            self.refused(client.query(out_trade_no=number, sub_mchid=self.merchant), status, code)
            self.refused(client.close(number, sub_mchid=self.merchant), status, code)
        platform.misbehave()
        # A close that failed closed nothing.
        self.assertEqual(
            self.good(client.query(out_trade_no=number, sub_mchid=self.merchant))["trade_state"], "NOTPAY")
