"""Notices of API v2 as the platform sends them: the client checks the MD5 sign; the HMAC-SHA256 one is made anew by its function."""

import xmltodict
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.pay.utils import calculate_signature, calculate_signature_hmac

from world import Case, v2


class Notices(Case):
    """Rendered by the control API."""

    def setUp(self):
        super().setUp()
        self.client = v2(self.platform)

    def paid(self, **more):
        """A paid order's number, and what the platform answered."""
        number = self.platform.order("NoticeV2", **more)
        return number, self.platform.pay(number, lost=True, generation="v2")

    def notice(self, number, sign_type="MD5"):
        headers, body = self.platform.render(number, generation="v2", sign_type=sign_type)
        self.assertTrue(headers["Content-Type"].startswith("text/xml"), headers)
        return body

    def test_a_payment(self):
        openid = "oA1b2C3d4E5f6G7h8I9j0K1l2M3n"
        number, paid = self.paid(amount=1250, openid=openid, device_id="013467007045764", attach="store=0301")
        body = self.notice(number)
        fields = self.client.parse_payment_result(body)
        self.assertEqual((fields["return_code"], fields["result_code"]), ("SUCCESS", "SUCCESS"))
        self.assertEqual(
            (fields["mch_id"], fields["sub_mch_id"], fields["out_trade_no"], fields["transaction_id"]),
            (self.platform.provider, self.merchant, number, paid["transaction_id"]))
        self.assertEqual((fields["total_fee"], fields["cash_fee"]), (1250, 1250))
        self.assertEqual(
            (fields["device_info"], fields["attach"], fields["openid"]), ("013467007045764", "store=0301", openid))
        # Beijing time without a zone.
        time = paid["success_time"]
        self.assertTrue(time.endswith("+08:00"))
        self.assertEqual(fields["time_end"], "".join(sign for sign in time[:19] if sign.isdigit()))
        self.assertIn(fields["trade_type"], ("NATIVE", "JSAPI"))
        self.assertIn(fields["is_subscribe"], ("Y", "N"))
        self.assertTrue(fields["bank_type"] and fields["nonce_str"])
        self.assertRegex(fields["sign"], r"^[0-9A-F]{32}$")
        self.assertEqual(
            self.client.get_payment_data(body), {
                "appid": fields["appid"], "mch_id": self.platform.provider, "out_trade_no": number,
                "transaction_id": paid["transaction_id"]})

    def test_chinese_text_and_what_xml_escapes(self):
        for attach in ("门店=望京;谢谢惠顾", "a<b>&\"c\"", "]]>", "&amp;", "x ]]]]>> y"):
            with self.subTest(attach):
                number, _ = self.paid(attach=attach)
                fields = self.client.parse_payment_result(self.notice(number))
                self.assertEqual((fields["attach"], fields["out_trade_no"]), (attach, number))

    def test_empty_fields_are_not_signed(self):
        number, _ = self.paid(attach="")
        body = self.notice(number)
        fields = self.client.parse_payment_result(body)
        self.assertFalse(fields.get("attach"))
        # An empty element more changes no sign.
        more = body.replace("</xml>", "<attach2></attach2><attach3><![CDATA[]]></attach3></xml>")
        self.assertNotEqual(more, body)
        self.assertEqual(self.client.parse_payment_result(more)["out_trade_no"], number)

    def test_forged_ones_are_refused(self):
        number, paid = self.paid(amount=1250)
        body = self.notice(number)
        sign = self.client.parse_payment_result(body)["sign"]
        other, _ = self.paid(amount=1250)
        forged = [
            body.replace("1250", "9250"), body.replace(number, other), body.replace(sign, sign.lower()),
            body.replace(sign, sign[::-1]), body.replace("</xml>", "<extra>1</extra></xml>"), body[:-20]]
        for text in forged:
            self.assertNotEqual(text, body)
            with self.assertRaises(InvalidSignatureException):
                self.client.parse_payment_result(text)
        with self.assertRaises(InvalidSignatureException):
            v2(self.platform, api_key=self.platform.api_v2_key[::-1]).parse_payment_result(body)

    def test_hmac_sha256(self):
        for more in ({"attach": "门店=望京"}, {"attach": ""}):
            with self.subTest(more):
                number, _ = self.paid(**more)
                body = self.notice(number, "HMAC-SHA256")
                fields = dict(xmltodict.parse(body)["xml"])
                sign = fields.pop("sign")
                self.assertRegex(sign, r"^[0-9A-F]{64}$")
                self.assertEqual(fields["sign_type"], "HMAC-SHA256")
                self.assertEqual(calculate_signature_hmac(fields, self.platform.api_v2_key), sign)
                self.assertNotEqual(
                    calculate_signature_hmac(fields | {"total_fee": "1"}, self.platform.api_v2_key), sign)
                # Its parser of notices knows MD5 only.
                with self.assertRaises(InvalidSignatureException):
                    self.client.parse_payment_result(body)

    def test_a_signature_is_over_every_field(self):
        number, _ = self.paid(attach="all", device_id="D1")
        fields = dict(xmltodict.parse(self.notice(number))["xml"])
        sign = fields.pop("sign")
        self.assertEqual(calculate_signature(fields, self.platform.api_v2_key), sign)
        for name in fields:
            if fields[name]:
                rest = {key: value for key, value in fields.items() if key != name}
                self.assertNotEqual(calculate_signature(rest, self.platform.api_v2_key), sign, name)
