"""The fixtures that the receiver is tested with, judged by the clients of others and by `tillwire notice check`."""

import glob
import json
import os
import shutil
import tempfile
import unittest

from world import FIXTURES, run, shared


def vectors(folder):
    """The vectors of a folder: file, content and expectation."""
    for path in sorted(glob.glob(os.path.join(FIXTURES, folder, "[0-9]*.json"))):
        with open(path) as file:
            yield path, json.load(file)


def settings(folder):
    """Keys and numbers of a folder."""
    with open(os.path.join(FIXTURES, folder, "config.json")) as file:
        return json.load(file)


def read(*parts):
    """A text file of the fixtures."""
    with open(os.path.join(FIXTURES, *parts)) as file:
        return file.read()


class VectorsV3(unittest.TestCase):
    """Notices of API v3."""

    # It does not look at the clock.
    LOOSER = {"05-expired-timestamp", "07-future-timestamp"}
    # It wants a header that the platform added late.
    RAISES = {"14-no-signature-type-header", "15-unsupported-signature-type"}

    def setUp(self):
        self.config = settings("wechat-v3")
        self.certificates = tempfile.mkdtemp(prefix="tillwire-certificates-")
        self.addCleanup(shutil.rmtree, self.certificates)
        for certificate in self.config["platform_certificates"]:
            shutil.copy(
                os.path.join(FIXTURES, "wechat-v3", certificate["file"]),
                os.path.join(self.certificates, certificate["serial"] + ".pem"))

    def client(self, vector):
        """One that knows the platform's certificates, or its public key."""
        from wechatpayv3 import WeChatPay, WeChatPayType

        known = {"cert_dir": self.certificates}
        if vector["trust_mode"] == "public-key":
            public = self.config["wechatpay_public_key"]
            known = {"public_key": read("wechat-v3", public["file"]), "public_key_id": public["id"]}
        client = WeChatPay(
            WeChatPayType.NATIVE, mchid=self.config["sp_mchid"],
            private_key=read("wechat-v3", self.config["merchant_api"]["private_key"]),
            cert_serial_no=self.config["merchant_api"]["serial"], appid=self.config["sp_appid"],
            apiv3_key=self.config["apiv3_key"], partner_mode=True, timeout=20, **known)
        # An unknown serial makes it ask for certificates; the simulated platform does not know these keys.
        client._core._gate_way = shared().url
        return client

    def test_verdicts_of_the_client(self):
        count = 0
        for path, vector in vectors("wechat-v3"):
            with self.subTest(vector["name"]):
                client, headers, name = self.client(vector), dict(vector["headers"]), vector["name"]
                if name in self.RAISES:
                    with self.assertRaisesRegex(Exception, "does not support this algorithm"):
                        client.callback(headers, vector["body"])
                elif vector["expect"]["accept"] or name in self.LOOSER:
                    notice = client.callback(headers, vector["body"])
                    self.assertEqual(notice.pop("resource"), json.loads(vector["plaintext"]))
                    envelope = json.loads(vector["body"])
                    del envelope["resource"]
                    self.assertEqual(notice, envelope)
                else:
                    self.assertIsNone(client.callback(headers, vector["body"]))
            count += 1
        self.assertEqual(count, 24)

    def test_verdicts_of_the_tool(self):
        keys = os.path.join(FIXTURES, "wechat-v3", "config.json")
        for path, vector in vectors("wechat-v3"):
            with self.subTest(vector["name"]):
                expected = vector["expect"]
                text = run("tillwire", "notice", "check", "--keys", keys, path, status=0 if expected["accept"] else 5)
                if expected["accept"]:
                    self.assertTrue(text.startswith("%s: accepted: " % path), text)
                else:
                    self.assertIn(": refused: %s, answered %d" % (expected["reason"], expected["status"]), text)


class VectorsV2(unittest.TestCase):
    """Notices of API v2."""

    # It knows MD5 only, and nothing of the order's own choice.
    OTHERWISE = {"02-hmac-valid": False, "03-hmac-no-sign-type": False, "11-md5-for-hmac-order": True}

    def test_verdicts_of_the_client(self):
        from wechatpy.exceptions import InvalidSignatureException
        from wechatpy.pay import WeChatPay

        config = settings("wechat-v2")
        client = WeChatPay(config["appid"], config["api_key"], config["mch_id"], config["sub_mch_id"])
        count = 0
        for _, vector in vectors("wechat-v2"):
            with self.subTest(vector["name"]):
                if self.OTHERWISE.get(vector["name"], vector["expect"]["accept"]):
                    fields = client.parse_payment_result(vector["body"])
                    self.assertEqual({key: str(value or "") for key, value in fields.items()}, vector["fields"])
                else:
                    # What its XML library refuses has an error of that library's.
                    with self.assertRaises((InvalidSignatureException, ValueError)):
                        client.parse_payment_result(vector["body"])
            count += 1
        self.assertEqual(count, 15)

    def test_its_hmac_function(self):
        from wechatpy.pay.utils import calculate_signature, calculate_signature_hmac

        config, kinds = settings("wechat-v2"), set()
        for _, vector in vectors("wechat-v2"):
            if not vector["expect"]["accept"]:
                continue
            with self.subTest(vector["name"]):
                fields = dict(vector["fields"])
                sign, kind = fields.pop("sign"), vector["expect"]["sign_type"]
                function = calculate_signature if kind == "MD5" else calculate_signature_hmac
                self.assertEqual(function(fields, config["api_key"]), sign)
                kinds.add(kind)
        self.assertEqual(kinds, {"MD5", "HMAC-SHA256"})

    def test_verdicts_of_the_tool(self):
        keys = os.path.join(FIXTURES, "wechat-v2", "config.json")
        for path, vector in vectors("wechat-v2"):
            with self.subTest(vector["name"]):
                expected = vector["expect"]
                text = run("tillwire", "notice", "check", "--keys", keys, path, status=0 if expected["accept"] else 5)
                if expected["accept"]:
                    self.assertIn("signed by %s" % expected["sign_type"], text)
                else:
                    self.assertIn(": refused: %s, " % expected["reason"], text)
