"""Both clients over HTTPS, with a certificate that the process was told to trust, and with one that it was not."""

import os
from unittest import mock

from cmq.cmq_exception import CMQClientNetworkException
from cmq.queue import Message, QueueMeta
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.tdmq.v20200217 import models
from world import ClientCase, Daemon, account, tdmq, unique


class TLS(ClientCase):
    """What users set for a private authority: SSL_CERT_FILE for the first client, `certification` for the second."""

    @classmethod
    def setUpClass(cls):
        cls.served = Daemon(tls=True).start()
        cls.addClassCleanup(cls.served.close)

    def setUp(self):
        self.daemon = self.served

    def test_a_trusted_certificate(self):
        with mock.patch.dict(os.environ, SSL_CERT_FILE=self.daemon.certificate):
            for method in ("POST", "GET"):
                for sign in ("sha1", "sha256"):
                    with self.subTest(method=method, sign=sign):
                        queue = account(self.daemon, method=method, sign=sign, scheme="https").get_queue(unique("q"))
                        queue.create(QueueMeta())
                        for body in ("支付成功 ✓ &=+%", "@unsigned by POST"):
                            queue.send_message(Message(body))
                            message = queue.receive_message(5)
                            self.assertEqual(message.msgBody, body)
                            queue.delete_message(message.receiptHandle)
        for method in ("POST", "GET"):
            client = tdmq(self.daemon, method=method, trusted=self.daemon.certificate)
            answer = client.DescribeCmqQueues(models.DescribeCmqQueuesRequest())
            self.assertEqual(answer.TotalCount, len(answer.QueueList))

    def test_a_certificate_nobody_trusts(self):
        with self.assertRaises(CMQClientNetworkException) as caught:
            account(self.daemon, scheme="https").list_queue()
        self.assertIn("CERTIFICATE_VERIFY_FAILED", caught.exception.message)
        with self.assertRaises(TencentCloudSDKException) as caught:
            tdmq(self.daemon, trusted=True).DescribeCmqQueues(models.DescribeCmqQueuesRequest())
        self.assertEqual(caught.exception.code, "ClientNetworkError")

    def test_plain_http_is_not_served_there(self):
        with self.assertRaises(CMQClientNetworkException):
            account(self.daemon).list_queue()
