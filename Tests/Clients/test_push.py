"""HTTP push to topic subscribers, received by Python's own server."""

import json
import queue as queues
import re
import time

from cmq.topic import Message
from push_receiver import PushReceiver
from world import ClientCase, Daemon, account


class Push(ClientCase):
    """Both formats, retries, independence."""

    def expect(self, receiver, message_id, tags):
        path, headers, body = receiver.next()
        self.assertEqual(path, "/cgi?from=cmq")
        self.assertEqual(headers["Content-Type"], "text/plain")
        self.assertEqual(headers["User-Agent"], "Qcloud Notification Service Agent")
        self.assertEqual(headers["x-cmq-message-id"], message_id)
        self.assertEqual(headers["x-cmq-message-tag"], tags)
        self.assertRegex(headers["x-cmq-request-id"], r"^[0-9]+$")
        self.assertEqual(headers["Host"], "127.0.0.1:%d" % receiver.port)
        return body

    def test_json(self):
        topic = self.make_topic()
        with PushReceiver() as receiver:
            subscription = self.subscribe(topic, receiver.url, "http", form="JSON")
            meta = subscription.get_attributes()
            self.assertEqual((meta.Protocal, meta.NotifyContentFormat), ("http", "JSON"))
            self.assertEqual(meta.maxMsgHeapNum, receiver.url)
            text = '{"支付":"成功"}\n'
            sent = topic.publish_message(Message(text, ["risk", "promo"]))
            body = self.expect(receiver, sent.msgId, "risk, promo")
            self.assertTrue(body.startswith(b'{"TopicOwner":'))
            push = json.loads(body)
            self.assertEqual(
                list(push), ["TopicOwner", "topicName", "subscriptionName", "msgId", "msgBody", "publishTime"])
            self.assertIsInstance(push["TopicOwner"], int)
            self.assertEqual(
                (push["topicName"], push["subscriptionName"], push["msgId"], push["msgBody"]),
                (topic.topicName, subscription.subscriptionName, sent.msgId, text))
            self.assertLess(abs(push["publishTime"] - time.time()), 60)

    def test_simplified(self):
        topic = self.make_topic()
        with PushReceiver() as receiver:
            self.subscribe(topic, receiver.url, "http", form="SIMPLIFIED")
            for text in ("paid", "支付成功 ✓\r\n\t", "x" * 65536):
                sent = topic.publish_message(Message(text))
                self.assertEqual(self.expect(receiver, sent.msgId, ""), text.encode())

    def test_a_failed_push_is_repeated_and_what_is_behind_it_waits(self):
        topic = self.make_topic()
        with PushReceiver(500, 302) as receiver, PushReceiver() as other:
            self.subscribe(topic, receiver.url, "http", strategy="EXPONENTIAL_DECAY_RETRY")
            self.subscribe(topic, other.url, "http")
            first = topic.publish_message(Message("first"))
            second = topic.publish_message(Message("second"))
            # The other subscriber does not wait.
            self.assertEqual({other.next()[2], other.next()[2]}, {b"first", b"second"})
            pushes = [receiver.next() for _ in range(4)]
            self.assertEqual([body for _, _, body in pushes], [b"first", b"first", b"first", b"second"])
            self.assertEqual(
                [headers["x-cmq-message-id"] for _, headers, _ in pushes], [first.msgId] * 3 + [second.msgId])
            self.assertEqual(len({headers["x-cmq-request-id"] for _, headers, _ in pushes}), 4)

    def test_filters_changes_and_the_end_of_a_subscription(self):
        from cmq.subscription import SubscriptionMeta

        topic = self.make_topic()
        with PushReceiver() as receiver:
            subscription = self.subscribe(topic, receiver.url, "http", tags=["risk"])
            topic.publish_message(Message("risk", ["risk"]))
            self.refused(6030, 10730, topic.publish_message, Message("promo", ["promo"]))
            self.assertEqual(receiver.next()[2], b"risk")
            changed = SubscriptionMeta()
            changed.NotifyContentFormat = "JSON"
            subscription.set_attributes(changed)
            deadline = time.monotonic() + 30
            while True:
                # From the next look at the subscriptions on, which comes within a second or so.
                topic.publish_message(Message("risk", ["risk"]))
                if receiver.next()[2].startswith(b"{"):
                    break
                self.assertLess(time.monotonic(), deadline)
            subscription.delete()
            self.refused(6030, 10650, topic.publish_message, Message("risk", ["risk"]))
            with self.assertRaises(queues.Empty):
                receiver.next(1)

    def test_hidden_queues_are_shown_to_nobody_and_named_by_nobody(self):
        topic = self.make_topic()
        with PushReceiver() as receiver:
            self.subscribe(topic, receiver.url, "http")
            _, found, _ = self.account.list_queue(searchWord="cmq-http", limit=50)
            self.assertEqual(found, [])
            with self.assertRaises(Exception) as caught:
                self.account.get_client().create_queue({"queueName": "cmq-http-mine"})
            self.assertEqual(caught.exception.code, 4000)

    def test_addresses_that_are_never_called_are_refused(self):
        topic = self.make_topic()
        for url in ("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://localhost/"):
            with self.subTest(url=url):
                self.refused(4000, 10630, self.subscribe, topic, url, "http")


class KillDuringPush(ClientCase):
    """SIGKILL while a message waits for its retry."""

    def test_it_arrives_after_the_restart(self):
        self.daemon = Daemon().start()
        self.addCleanup(lambda: self.daemon.close())
        self.account = account(self.daemon)
        topic = self.make_topic()
        with PushReceiver(500, 500) as receiver:
            self.subscribe(topic, receiver.url, "http", strategy="EXPONENTIAL_DECAY_RETRY")
            sent = topic.publish_message(Message("paid"))
            self.assertEqual(receiver.next()[2], b"paid")
            self.daemon.kill()
            self.daemon.start()
            for _ in range(2):
                _, headers, body = receiver.next()
                self.assertEqual((headers["x-cmq-message-id"], body), (sent.msgId, b"paid"))
            with self.assertRaises(queues.Empty):
                receiver.next(1)
            self.assertRegex(sent.msgId, re.compile(r"^[0-9]+$"))
