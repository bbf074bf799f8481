"""Every error of API 2.0 that a client can meet, with qcloud-cmq-sdk-py3."""

import time
from unittest import mock

from cmq.cmq_exception import CMQClientNetworkException, CMQServerException
from cmq.queue import Message, QueueMeta
from cmq.subscription import SubscriptionMeta
from cmq.topic import TopicMeta
from world import ClientCase, Key, account, unique
import cmq.topic


class Requests(ClientCase):
    """Requests that are not as they should be; the client's own request() builds and signs them."""

    def call(self, action, **parameters):
        client = self.account.get_client()
        client.check_status(client.request(action, parameters))

    def test_actions(self):
        self.refused(4000, 10430, self.call, "NoSuchAction")
        self.refused(4000, 10280, self.call, "QueryQueueRoute", queueName="x")
        self.refused(4000, 10280, self.call, "QueryTopicRoute", topicName="x")
        # Their case does not matter.
        self.refused(4440, 10100, self.call, "SENDMessage", queueName="no-such", msgBody="x")

    def test_parameters(self):
        queue = self.make_queue().queue_name
        self.refused(4000, 10390, self.call, "SendMessage", msgBody="x")
        self.refused(4000, 10390, self.call, "SendMessage", queueName=queue)
        self.refused(4000, 10320, self.call, "SendMessage", queueName=queue, msgBody="x", unheardOf="1")
        self.refused(4000, 10360, self.call, "SendMessage", queueName=queue, msgBody="x", delaySeconds="soon")
        self.refused(4000, 10350, self.call, "ReceiveMessage", queueName=queue, pollingWaitSeconds=31)
        self.refused(4000, 10350, self.call, "ReceiveMessage", queueName=queue, pollingWaitSeconds=-1)
        for count in (0, 17):
            self.refused(4000, 10350, self.call, "BatchReceiveMessage", queueName=queue, numOfMsg=count)
        gap = {"msgBody.1": "a", "msgBody.3": "b"}
        self.refused(4000, 10380, self.call, "BatchSendMessage", queueName=queue, **gap)
        many = {"msgBody.%d" % number: "x" for number in range(1, 18)}
        self.refused(4000, 10370, self.call, "BatchSendMessage", queueName=queue, **many)
        handles = {"receiptHandle.%d" % number: str(number) for number in range(1, 18)}
        self.refused(4000, 10370, self.call, "BatchDeleteMessage", queueName=queue, **handles)

    def test_names(self):
        for name in ("", "1st", "a b", "名", "x" * 65, "a/b", "a.b"):
            with self.subTest(name=name):
                with self.assertRaises(CMQServerException) as caught:
                    self.account.get_queue(name).create(QueueMeta())
                self.assertEqual(caught.exception.code, 4000)
        self.refused(4000, 10020, self.account.get_queue("1st").create, QueueMeta())
        self.refused(4000, 10590, self.account.get_topic("1st").create, TopicMeta())

    def test_attributes(self):
        for name, value in (
            ("pollingWaitSeconds", 31), ("visibilityTimeout", 0), ("visibilityTimeout", 43201), ("maxMsgSize", 1023),
            ("maxMsgSize", 1048577), ("msgRetentionSeconds", 29), ("msgRetentionSeconds", 1296001),
            ("rewindSeconds", 1296001), ("maxMsgHeapNum", 999_999),
        ):
            with self.subTest(name=name, value=value):
                self.refused(4000, 10350, self.make_queue, **{name: value})
        self.refused(4000, 10700, self.make_queue, msgRetentionSeconds=60, rewindSeconds=61)


class Queues(ClientCase):
    """Queues that are not there, are there already, or do not take it."""

    def test_not_there(self):
        queue = self.account.get_queue("no-such-queue")
        for call in (
            lambda: queue.send_message(Message("x")), lambda: queue.batch_send_message([Message("x")]),
            lambda: queue.receive_message(0), lambda: queue.batch_receive_message(1, 0),
            lambda: queue.delete_message("1"), queue.get_attributes, lambda: queue.set_attributes(QueueMeta()),
            queue.delete, lambda: queue.rewindQueue(1),
        ):
            self.refused(4440, 10100, call)

    def test_there_already(self):
        queue = self.make_queue()
        self.refused(4460, 10210, queue.create, QueueMeta())

    def test_bodies(self):
        queue = self.make_queue(maxMsgSize=1024)
        self.refused(4000, 10120, queue.send_message, Message(""))
        self.refused(4400, 10230, queue.send_message, Message("x" * 1025))
        self.refused(4400, 10230, queue.batch_send_message, [Message("x"), Message("码" * 342)])
        queue.send_message(Message("码" * 341))
        # All or nothing.
        self.assertEqual(self.drain(queue), ["码" * 341])
        large = self.make_queue(maxMsgSize=1048576)
        large.send_message(Message("x" * 1048576))
        self.refused(4470, 10300, large.batch_send_message, [Message("x" * 600_000), Message("y" * 600_000)])
        large.batch_send_message([Message("x" * 500_000), Message("y" * 500_000)])

    def test_delays(self):
        queue = self.make_queue(msgRetentionSeconds=3600)
        self.refused(4000, 10692, queue.send_message, Message("x"), 6_048_001)

    def test_too_many_delayed_messages(self):
        queue = self.make_queue()
        batch = [Message("x")] * 16
        for _ in range(20_000 // 16):
            queue.batch_send_message(batch, 3600)
        self.refused(6070, 10690, queue.send_message, Message("one more"), 3600)
        # Those that are not delayed are taken all the same.
        queue.send_message(Message("now"))
        queue.delete()

    def test_rewind(self):
        now = int(time.time())
        self.refused(6050, 10670, self.make_queue().rewindQueue, now)
        queue = self.make_queue(rewindSeconds=60)
        self.refused(4000, 10680, queue.rewindQueue, now - 3600)
        self.refused(4000, 10680, queue.rewindQueue, now + 3600)


class Topics(ClientCase):
    """Topics and subscriptions that are not there, are there already, or are not as they should be."""

    def test_not_there(self):
        topic = self.account.get_topic("no-such-topic")
        for call in (
            lambda: topic.publish_message(cmq.topic.Message("x")),
            lambda: topic.batch_publish_message([cmq.topic.Message("x")]), topic.get_attributes,
            lambda: topic.set_attributes(TopicMeta()), topic.delete, topic.list_subscription,
        ):
            self.refused(4440, 10600, call)
        made = self.make_topic()
        subscription = self.account.get_subscription(made.topicName, "no-such-subscription")
        for call in (
            subscription.get_attributes, lambda: subscription.set_attributes(SubscriptionMeta()), subscription.delete,
            subscription.clearFilterTags,
        ):
            self.refused(4440, 10600, call)

    def test_there_already(self):
        topic, queue = self.make_topic(), self.make_queue()
        self.refused(4460, 10210, topic.create, TopicMeta())
        subscription = self.subscribe(topic, queue.queue_name)
        meta = SubscriptionMeta()
        (meta.Protocal, meta.Endpoint) = ("queue", queue.queue_name)
        self.refused(4490, 10470, subscription.create, meta)
        self.refused(4000, 10540, topic.delete)

    def test_subscriptions(self):
        topic, queue = self.make_topic(), self.make_queue().queue_name
        self.refused(4000, 10510, self.subscribe, topic, queue, "carrier-pigeon")
        self.refused(4000, 10520, self.subscribe, topic, queue, strategy="NEVER")
        self.refused(4000, 10530, self.subscribe, topic, queue, form="XML")
        self.refused(4000, 10500, self.subscribe, topic, "ftp://m.example/", "http")
        self.refused(4000, 10350, self.subscribe, topic, "http://m.example/" + "a" * 500, "http")
        self.refused(4510, 10570, self.subscribe, topic, "http://m.example/a b", "http")
        self.refused(4000, 10490, self.subscribe, topic, queue, tags=list("abcdef"))
        self.refused(4000, 10680, self.subscribe, topic, queue, keys=list("abcdef"))
        self.refused(4440, 10100, self.subscribe, topic, "no-such-queue")
        routed = self.make_topic(filterType=2)
        self.refused(4000, 10710, self.subscribe, routed, queue)
        self.refused(4000, 10691, self.subscribe, routed, queue, keys=["." * 16])

    def test_publishing(self):
        topic, queue = self.make_topic(), self.make_queue().queue_name
        self.subscribe(topic, queue)
        self.refused(4000, 10120, topic.publish_message, cmq.topic.Message(""))
        self.refused(4000, 10720, topic.publish_message, cmq.topic.Message("x", list("abcdef")))
        self.refused(4400, 10230, topic.publish_message, cmq.topic.Message("x" * 65537))
        routed = self.make_topic(filterType=2)
        self.subscribe(routed, queue, keys=["a.b"])
        self.refused(4000, 10700, routed.publish_message, cmq.topic.Message("x"))
        self.refused(4000, 10691, routed.publish_message, cmq.topic.Message("x"), "a" + ".a" * 16)
        self.refused(6030, 10730, routed.publish_message, cmq.topic.Message("x"), "a.c")


class Identity(ClientCase):
    """Who is asked, and when."""

    def eventually_refused(self, code, module, body):
        """A running daemon follows its key file within a second or so."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self.refused(code, module, body)
                return
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def eventually(self, body):
        deadline = time.monotonic() + 30
        while True:
            try:
                return body()
            except CMQServerException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def test_wrong_keys(self):
        for method in ("POST", "GET"):
            for sign in ("sha1", "sha256"):
                with self.subTest(method=method, sign=sign):
                    wrong = account(key=Key(self.daemon.key.id, "x" * 32), method=method, sign=sign)
                    self.refused(4100, 10030, wrong.list_queue)
                    unknown = account(key=Key("AKIDnobody", self.daemon.key.secret), method=method, sign=sign)
                    self.refused(4100, 10270, unknown.list_queue)

    def test_clocks(self):
        for off in (-400, 400, -86400):
            with self.subTest(off=off):
                with mock.patch("cmq.cmq_client.time.time", return_value=time.time() + off):
                    self.refused(4100, 10030, self.account.list_queue)
        for off in (-200, 200):
            with mock.patch("cmq.cmq_client.time.time", return_value=time.time() + off):
                self.account.list_queue()

    def test_a_key_without_leave_for_sha1(self):
        key = self.daemon.make_key("--role", "admin")
        self.eventually(account(key=key, sign="sha256").list_queue)
        self.refused(4100, 10030, account(key=key, sign="sha1").list_queue)

    def test_a_key_that_is_switched_off_and_on(self):
        key = self.daemon.make_key("--role", "admin", "--hmac-sha1")
        its = account(key=key)
        self.eventually(its.list_queue)
        self.daemon.tool("key", "disable", "--keys", self.daemon.keys_file, key.id)
        self.eventually_refused(4100, 10080, its.list_queue)
        self.daemon.tool("key", "enable", "--keys", self.daemon.keys_file, key.id)
        self.eventually(its.list_queue)

    def test_a_key_may_do_what_its_roles_say_where_they_say_it(self):
        mine, other = self.make_queue(), self.make_queue()
        key = self.daemon.make_key("--role", "producer", "--queues", mine.queue_name, "--hmac-sha1")
        its = account(key=key)
        self.eventually(lambda: its.get_queue(mine.queue_name).send_message(Message("x")))
        self.refused(4000, 10461, its.get_queue(mine.queue_name).receive_message, 0)
        self.refused(4000, 10461, its.get_queue(mine.queue_name).delete)
        self.refused(4000, 10461, its.get_queue(other.queue_name).send_message, Message("x"))
        # What there is, it does not learn.
        self.refused(4000, 10461, its.get_queue("no-such-queue").send_message, Message("x"))
        self.refused(4000, 10461, its.get_queue(unique("queue")).create, QueueMeta())

    def test_nobody_listens(self):
        with self.assertRaises(CMQClientNetworkException):
            account(port=1).list_queue()
