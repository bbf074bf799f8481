"""Topics and subscriptions over API 2.0, with qcloud-cmq-sdk-py3."""

import time

from cmq.subscription import SubscriptionMeta
from cmq.topic import Message, TopicMeta
from world import ClientCase, Daemon, account, unique


class Publishing(ClientCase):
    """Who gets what is published."""

    def test_every_subscriber_gets_every_message_under_one_id(self):
        topic = self.make_topic()
        queues = [self.make_queue(), self.make_queue()]
        for queue in queues:
            self.subscribe(topic, queue.queue_name)
        body = '{"支付":"成功 ✓ a&b=c+d%20e"}\n😀'
        sent = topic.publish_message(Message(body))
        messages = [queue.receive_message(5) for queue in queues]
        self.assertEqual([message.msgBody for message in messages], [body, body])
        self.assertEqual({message.msgId for message in messages}, {sent.msgId})

    def test_batches_of_sixteen(self):
        topic, queue = self.make_topic(), self.make_queue()
        self.subscribe(topic, queue.queue_name)
        bodies = ["第%d笔" % number for number in range(16)]
        sent = topic.batch_publish_message([Message(body) for body in bodies])
        self.assertEqual(len({message.msgId for message in sent}), 16)
        self.assertEqual(sorted(self.drain(queue, 16)), sorted(bodies))

    def test_tags(self):
        topic = self.make_topic()
        every, risk, promo = self.make_queue(), self.make_queue(), self.make_queue()
        self.subscribe(topic, every.queue_name)
        self.subscribe(topic, risk.queue_name, tags=["risk", "风控"])
        self.subscribe(topic, promo.queue_name, tags=["promo"])
        topic.publish_message(Message("none"))
        topic.publish_message(Message("risk", ["risk"]))
        topic.publish_message(Message("both", ["风控", "promo"]))
        topic.publish_message(Message("other", ["x"]))
        self.assertEqual(sorted(self.drain(every)), ["both", "none", "other", "risk"])
        self.assertEqual(sorted(self.drain(risk)), ["both", "risk"])
        self.assertEqual(self.drain(promo), ["both"])

    def test_routing_keys(self):
        topic = self.make_topic(filterType=2)
        queues = {}
        for pattern in ("1.*.0", "1.#.0", "#", "*.paid"):
            queues[pattern] = self.make_queue()
            self.subscribe(topic, queues[pattern].queue_name, keys=[pattern])
        for key in ("1.0", "1.5.0", "1.2.3.4.4.2.2.0", "order.paid"):
            topic.publish_message(Message(key), key)
        found = {pattern: sorted(self.drain(queue)) for pattern, queue in queues.items()}
        self.assertEqual(found, {
            "1.*.0": ["1.5.0"],
            "1.#.0": ["1.0", "1.2.3.4.4.2.2.0", "1.5.0"],
            "#": ["1.0", "1.2.3.4.4.2.2.0", "1.5.0", "order.paid"],
            "*.paid": ["order.paid"],
        })

    def test_what_nobody_takes_is_refused(self):
        topic, queue = self.make_topic(), self.make_queue()
        self.refused(6030, 10650, topic.publish_message, Message("x"))
        self.subscribe(topic, queue.queue_name, tags=["risk"])
        self.refused(6030, 10730, topic.publish_message, Message("x", ["promo"]))
        self.refused(6030, 10730, topic.batch_publish_message, [Message("x"), Message("y")])
        self.refused(7000, 10200, queue.receive_message, 0)


class Administration(ClientCase):
    """Attributes, lists, subscriptions that change and end."""

    def test_topics(self):
        topic = self.make_topic()
        meta = topic.get_attributes()
        self.assertEqual(
            (meta.maxMsgSize, meta.msgRetentionSeconds, meta.filterType, meta.msgCount), (65536, 86400, 1, 0))
        self.assertLess(abs(meta.createTime - time.time()), 60)
        str(meta)
        changed = TopicMeta()
        changed.maxMsgSize = 2048
        topic.set_attributes(changed)
        self.assertEqual(topic.get_attributes().maxMsgSize, 2048)
        total, found, following = self.account.list_topic(searchWord=topic.topicName)
        self.assertEqual((total, [item["topicName"] for item in found], following), (1, [topic.topicName], ""))
        topic.delete()
        self.refused(4440, 10600, topic.get_attributes)

    def test_topics_in_pages(self):
        word = unique("listed")
        for number in range(3):
            self.account.get_topic("%s-%d" % (word, number)).create(TopicMeta())
        total, found, following = self.account.list_topic(searchWord=word, limit=2)
        self.assertEqual((total, len(found), following), (3, 2, 2))
        total, found, following = self.account.list_topic(searchWord=word, limit=2, offset=2)
        self.assertEqual((total, len(found), following), (3, 1, ""))

    def test_a_subscription_s_life(self):
        topic, queue = self.make_topic(), self.make_queue()
        subscription = self.subscribe(topic, queue.queue_name, tags=["risk"])
        meta = subscription.get_attributes()
        self.assertEqual(
            (meta.Protocal, meta.NotifyStrategy, meta.NotifyContentFormat, meta.FilterTag, meta.bindingKey),
            ("queue", "BACKOFF_RETRY", "SIMPLIFIED", ["risk"], []))
        # The client keeps the endpoint under another name.
        self.assertEqual(meta.maxMsgHeapNum, queue.queue_name)
        str(meta)
        changed = SubscriptionMeta()
        changed.FilterTag = ["promo"]
        changed.NotifyContentFormat = "SIMPLIFIED"
        subscription.set_attributes(changed)
        meta = subscription.get_attributes()
        self.assertEqual((meta.FilterTag, meta.NotifyStrategy), (["promo"], "EXPONENTIAL_DECAY_RETRY"))
        topic.publish_message(Message("promo", ["promo"]))
        self.refused(6030, 10730, topic.publish_message, Message("risk", ["risk"]))
        subscription.clearFilterTags()
        self.assertEqual(subscription.get_attributes().FilterTag, [])
        topic.publish_message(Message("risk", ["risk"]))
        self.assertEqual(sorted(self.drain(queue)), ["promo", "risk"])
        subscription.delete()
        self.refused(4440, 10600, subscription.get_attributes)
        self.refused(6030, 10650, topic.publish_message, Message("x"))

    def test_the_client_s_own_defaults_are_taken_with_a_queue(self):
        # It asks for JSON, which only an HTTP endpoint can get.
        topic, queue = self.make_topic(), self.make_queue()
        self.subscribe(topic, queue.queue_name, strategy="EXPONENTIAL_DECAY_RETRY", form="JSON")
        topic.publish_message(Message("raw"))
        self.assertEqual(self.drain(queue, 1), ["raw"])

    def test_subscriptions_in_pages(self):
        topic = self.make_topic()
        made = [self.subscribe(topic, self.make_queue().queue_name) for _ in range(3)]
        total, found, following = topic.list_subscription(limit=2)
        self.assertEqual((total, len(found), following), (3, 2, 2))
        total, rest, following = topic.list_subscription(limit=2, offset=2)
        self.assertEqual((total, len(rest), following), (3, 1, ""))
        names = {item["subscriptionName"] for item in found + rest}
        self.assertEqual(names, {subscription.subscriptionName for subscription in made})
        self.assertTrue(all(item["protocol"] == "queue" and item["subscriptionId"] for item in found))
        total, found, _ = topic.list_subscription(searchWord=made[0].subscriptionName)
        self.assertEqual([item["subscriptionName"] for item in found], [made[0].subscriptionName])

    def test_the_road_of_payments_cannot_be_cut(self):
        daemon = Daemon(wechat=True).start()
        self.addCleanup(daemon.close)
        self.account = account(daemon)
        topic = self.account.get_topic("order-payments")
        total, found, _ = topic.list_subscription(limit=100)
        self.assertGreaterEqual(total, 1)
        self.assertIn("merchant-orders", {item["subscriptionName"] for item in found})
        for cut in (
            self.account.get_subscription("order-payments", "merchant-orders").delete, topic.delete,
            self.account.get_queue("merchant-orders").delete,
        ):
            with self.assertRaises(Exception) as caught:
                cut()
            self.assertEqual(caught.exception.code, 4000)
        self.assertEqual(topic.list_subscription(limit=100)[0], total)
