"""The calls of API 3.0, with tencentcloud-sdk-python-tdmq."""

import json
import time
from unittest import mock

from tencentcloud.tdmq.v20200217 import models
from world import ClientCase, Key, tdmq, unique


def request(name, **parameters):
    """A request of the client's models, filled from JSON as its users do."""
    made = getattr(models, name + "Request")()
    made.from_json_string(json.dumps(parameters))
    return made


class API3Case(ClientCase):
    """Calls by name."""

    def setUp(self):
        super().setUp()
        self.client = tdmq(self.daemon)

    def call(self, action, client=None, **parameters):
        answer = getattr(client or self.client, action)(request(action, **parameters))
        self.assertRegex(answer.RequestId, r"^[0-9a-f-]{36}$")
        return answer

    def make(self, **parameters):
        name = unique("queue")
        self.assertTrue(self.call("CreateCmqQueue", QueueName=name, **parameters).QueueId)
        return name

    def make_3topic(self, **parameters):
        name = unique("topic")
        self.assertTrue(self.call("CreateCmqTopic", TopicName=name, **parameters).TopicId)
        return name

    def bodies(self, name):
        return self.drain(self.account.get_queue(name))


class Signing(API3Case):
    """Every way this client signs."""

    def clients(self):
        for method in ("POST", "GET"):
            for sign in ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1"):
                yield method, sign, tdmq(method=method, sign=sign)
        yield "POST", "unsigned payload", tdmq(unsigned=True)

    def test_all(self):
        name = self.make()
        for method, sign, client in self.clients():
            with self.subTest(method=method, sign=sign):
                body = "支付成功 ✓ a&b=c+d%%20e %s %s" % (method, sign)
                answer = self.call("SendCmqMsg", client, QueueName=name, MsgContent=body, DelaySeconds=0)
                self.assertTrue(answer.Result)
                message = self.account.get_queue(name).receive_message(5)
                self.assertEqual((message.msgId, message.msgBody), (answer.MsgId, body))
                self.account.get_queue(name).delete_message(message.receiptHandle)

    def test_wrong_keys(self):
        for sign in ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1"):
            with self.subTest(sign=sign):
                wrong = tdmq(key=Key(self.daemon.key.id, "x" * 32), sign=sign)
                self.refused3("AuthFailure.SignatureFailure", self.call, "DescribeCmqQueues", wrong)
                unknown = tdmq(key=Key("AKIDnobody", "x" * 32), sign=sign)
                self.refused3("AuthFailure.SignatureFailure", self.call, "DescribeCmqQueues", unknown)

    def test_clocks(self):
        for sign in ("TC3-HMAC-SHA256", "HmacSHA256"):
            for off in (-400, 400):
                with self.subTest(sign=sign, off=off):
                    with mock.patch(
                            "tencentcloud.common.abstract_client.time.time", return_value=time.time() + off):
                        self.refused3(
                            "AuthFailure.SignatureExpire", self.call, "DescribeCmqQueues", tdmq(sign=sign))


class Queues(API3Case):
    """Queues."""

    def test_a_queue_s_life(self):
        dead = self.make()
        name = self.make(
            MaxMsgHeapNum=2_000_000, PollingWaitSeconds=3, VisibilityTimeout=7, MaxMsgSize=2048,
            MsgRetentionSeconds=3600, RewindSeconds=600, DeadLetterQueueName=dead, Policy=0, MaxReceiveCount=5)
        detail = self.call("DescribeCmqQueueDetail", QueueName=name).QueueDescribe
        self.assertEqual(
            (detail.QueueName, detail.MaxMsgHeapNum, detail.PollingWaitSeconds, detail.VisibilityTimeout,
             detail.MaxMsgSize, detail.MsgRetentionSeconds, detail.RewindSeconds),
            (name, 2_000_000, 3, 7, 2048, 3600, 600))
        policy = detail.DeadLetterPolicy
        self.assertEqual((policy.DeadLetterQueue, policy.Policy, policy.MaxReceiveCount), (dead, 0, 5))
        self.assertLess(abs(detail.CreateTime - time.time() * 1000), 60_000)
        sources = self.call("DescribeCmqQueueDetail", QueueName=dead).QueueDescribe.DeadLetterSource
        self.assertEqual([source.QueueName for source in sources], [name])
        self.call("ModifyCmqQueueAttribute", QueueName=name, VisibilityTimeout=9)
        detail = self.call("DescribeCmqQueueDetail", QueueName=name).QueueDescribe
        self.assertEqual((detail.VisibilityTimeout, detail.PollingWaitSeconds), (9, 3))
        self.refused3("ResourceInUse.Queue", lambda: self.call("DeleteCmqQueue", QueueName=dead))
        self.call("UnbindCmqDeadLetter", SourceQueueName=name)
        self.call("DeleteCmqQueue", QueueName=name)
        self.call("DeleteCmqQueue", QueueName=dead)
        self.refused3("ResourceNotFound", lambda: self.call("DescribeCmqQueueDetail", QueueName=name))

    def test_lists(self):
        word = unique("listed")
        for number in range(3):
            self.call("CreateCmqQueue", QueueName="%s-%d" % (word, number))
        answer = self.call("DescribeCmqQueues", QueueName=word, Limit=2)
        self.assertEqual((answer.TotalCount, len(answer.QueueList)), (3, 2))
        answer = self.call("DescribeCmqQueues", QueueName=word, Limit=2, Offset=2)
        self.assertEqual((answer.TotalCount, [queue.QueueName for queue in answer.QueueList]), (3, [word + "-2"]))
        answer = self.call("DescribeCmqQueues", QueueNameList=[word + "-0", word + "-1", "no-such"])
        self.assertEqual(answer.TotalCount, 2)

    def test_clear(self):
        name = self.make()
        for number in range(3):
            self.call("SendCmqMsg", QueueName=name, MsgContent=str(number), DelaySeconds=0)
        self.call("ClearCmqQueue", QueueName=name)
        self.assertEqual(self.bodies(name), [])

    def test_rewind_in_seconds_and_in_milliseconds(self):
        started = int(time.time()) - 1
        for moment in (started, started * 1000):
            with self.subTest(moment=moment):
                name = self.make(RewindSeconds=600)
                self.call("SendCmqMsg", QueueName=name, MsgContent="again", DelaySeconds=0)
                self.assertEqual(self.bodies(name), ["again"])
                self.call("RewindCmqQueue", QueueName=name, StartConsumeTime=moment)
                self.assertEqual(self.bodies(name), ["again"])

    def test_a_delay(self):
        name = self.make()
        self.call("SendCmqMsg", QueueName=name, MsgContent="later", DelaySeconds=2)
        self.assertEqual(self.bodies(name), [])
        self.assertEqual(self.account.get_queue(name).receive_message(10).msgBody, "later")

    def test_dead_letters(self):
        dead = self.make()
        name = self.make(
            VisibilityTimeout=1, DeadLetterQueueName=dead, Policy=0, MaxReceiveCount=2)
        self.call("SendCmqMsg", QueueName=name, MsgContent="poison", DelaySeconds=0)
        queue = self.account.get_queue(name)
        for count in (1, 2):
            self.assertEqual(queue.receive_message(10).dequeueCount, count)
        self.assertEqual(self.account.get_queue(dead).receive_message(20).msgBody, "poison")
        self.refused(7000, 10200, queue.receive_message, 0)


class Topics(API3Case):
    """Topics and subscriptions."""

    def test_a_topic_s_life(self):
        topic, queue = self.make_3topic(MaxMsgSize=2048), self.make()
        detail = self.call("DescribeCmqTopicDetail", TopicName=topic).TopicDescribe
        self.assertEqual(
            (detail.TopicName, detail.MaxMsgSize, detail.FilterType, detail.MsgRetentionSeconds),
            (topic, 2048, 1, 86400))
        self.call("ModifyCmqTopicAttribute", TopicName=topic, MaxMsgSize=4096)
        self.assertEqual(self.call("DescribeCmqTopicDetail", TopicName=topic).TopicDescribe.MaxMsgSize, 4096)
        found = self.call("DescribeCmqTopics", TopicName=topic)
        self.assertEqual((found.TotalCount, [item.TopicName for item in found.TopicList]), (1, [topic]))
        self.assertTrue(self.call(
            "CreateCmqSubscribe", TopicName=topic, SubscriptionName="s1", Protocol="queue", Endpoint=queue,
            NotifyStrategy="BACKOFF_RETRY", NotifyContentFormat="SIMPLIFIED", FilterTag=["risk"]).SubscriptionId)
        one = self.call("DescribeCmqSubscriptionDetail", TopicName=topic).SubscriptionSet[0]
        self.assertEqual(
            (one.SubscriptionName, one.Protocol, one.Endpoint, one.NotifyStrategy, one.NotifyContentFormat,
             one.FilterTags, one.TopicName),
            ("s1", "queue", queue, "BACKOFF_RETRY", "SIMPLIFIED", ["risk"], topic))
        answer = self.call("PublishCmqMsg", TopicName=topic, MsgContent="支付", MsgTag=["risk"])
        self.assertTrue(answer.Result and answer.MsgId)
        self.call("ModifyCmqSubscriptionAttribute", TopicName=topic, SubscriptionName="s1", FilterTags=["promo"])
        one = self.call("DescribeCmqSubscriptionDetail", TopicName=topic, SubscriptionName="s1").SubscriptionSet[0]
        self.assertEqual(one.FilterTags, ["promo"])
        self.refused3(
            "FailedOperation.CmqBackendError",
            lambda: self.call("PublishCmqMsg", TopicName=topic, MsgContent="x", MsgTag=["risk"]))
        self.call("ClearCmqSubscriptionFilterTags", TopicName=topic, SubscriptionName="s1")
        self.call("PublishCmqMsg", TopicName=topic, MsgContent="all", MsgTag=["risk"])
        self.assertEqual(sorted(self.bodies(queue)), ["all", "支付"])
        self.call("DeleteCmqSubscribe", TopicName=topic, SubscriptionName="s1")
        self.call("DeleteCmqTopic", TopicName=topic)
        self.refused3("ResourceNotFound.Topic", lambda: self.call("DescribeCmqTopicDetail", TopicName=topic))

    def test_one_field_for_tags_and_for_a_routing_key(self):
        topic, queue = self.make_3topic(FilterType=2), self.make()
        self.call(
            "CreateCmqSubscribe", TopicName=topic, SubscriptionName="s1", Protocol="queue", Endpoint=queue,
            BindingKey=["1.#.0"])
        self.call("PublishCmqMsg", TopicName=topic, MsgContent="routed", MsgTag=["1.2.0"])
        self.assertEqual(self.bodies(queue), ["routed"])

    def test_subscriptions_of_a_queue(self):
        queue, topic = self.make(), self.make_3topic()
        self.call(
            "CreateCmqSubscribe", TopicName=topic, SubscriptionName="s1", Protocol="queue", Endpoint=queue)
        found = self.call(
            "DescribeCmqSubscriptionDetail", TopicName=topic, QueueName=queue, QueryType="queue").SubscriptionSet
        self.assertEqual([item.SubscriptionName for item in found], ["s1"])


class Errors(API3Case):
    """Errors a client can meet."""

    def test_queues(self):
        name = self.make(MaxMsgSize=1024)
        for code, action, parameters in (
            ("ResourceInUse.Queue", "CreateCmqQueue", {"QueueName": name}),
            ("ResourceNotFound", "DeleteCmqQueue", {"QueueName": "no-such"}),
            ("ResourceNotFound", "SendCmqMsg", {"QueueName": "no-such", "MsgContent": "x", "DelaySeconds": 0}),
            ("MissingParameter", "SendCmqMsg", {"QueueName": name}),
            ("MissingParameter", "CreateCmqQueue", {}),
            ("InvalidParameterValue", "CreateCmqQueue", {"QueueName": "1st"}),
            ("InvalidParameterValue", "CreateCmqQueue", {"QueueName": "x", "VisibilityTimeout": 43201}),
            ("InvalidParameterValue", "SendCmqMsg", {"QueueName": name, "MsgContent": "", "DelaySeconds": 0}),
            ("FailedOperation.MaxMessageSizeError", "SendCmqMsg",
             {"QueueName": name, "MsgContent": "x" * 1025, "DelaySeconds": 0}),
            ("UnsupportedOperation", "RewindCmqQueue", {"QueueName": name, "StartConsumeTime": int(time.time())}),
        ):
            with self.subTest(action=action, code=code):
                self.refused3(code, lambda: self.call(action, **parameters))

    def test_topics(self):
        topic = self.make_3topic()
        for code, action, parameters in (
            ("ResourceInUse.Topic", "CreateCmqTopic", {"TopicName": topic}),
            ("ResourceNotFound.Topic", "PublishCmqMsg", {"TopicName": "no-such", "MsgContent": "x"}),
            ("FailedOperation.CmqBackendError", "PublishCmqMsg", {"TopicName": topic, "MsgContent": "x"}),
            ("ResourceNotFound.Subscription", "DeleteCmqSubscribe", {"TopicName": topic, "SubscriptionName": "s"}),
            ("InvalidParameterValue", "CreateCmqSubscribe",
             {"TopicName": topic, "SubscriptionName": "s", "Protocol": "http", "Endpoint": "ftp://x.example"}),
        ):
            with self.subTest(action=action, code=code):
                self.refused3(code, lambda: self.call(action, **parameters))

    def test_actions_of_other_products(self):
        self.refused3("InvalidAction", self.call, "DescribeClusters")

    def test_a_key_without_the_right(self):
        key = self.daemon.make_key("--role", "consumer")
        deadline = time.monotonic() + 30
        while True:
            try:
                self.refused3(
                    "AuthFailure.UnauthorizedOperation",
                    lambda: self.call("CreateCmqQueue", tdmq(key=key), QueueName=unique("queue")))
                return
            except AssertionError:
                # The daemon has not seen the new key yet.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
