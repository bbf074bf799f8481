"""Queues and their messages over API 2.0, with qcloud-cmq-sdk-py3."""

import threading
import time

from cmq.queue import Message, QueueMeta
from world import ClientCase, account, unique

BODIES = [
    "paid",
    '{"desc":"支付成功 ✓","fee":100,"q":"a&b=c+d%20e"}',
    "订单😀\nline2\ttab\r\n",
    " leading, trailing ",
    "a=b&msgBody.1=c",
    "%41%zz+%",
    "\u0001\u0002 control",
    "x" * 65536,
    "码" * 21845,
]


class Sending(ClientCase):
    """What is sent is received, by every way of signing and asking."""

    def check(self, made, body):
        self.account = made
        queue = self.make_queue()
        sent = queue.send_message(Message(body))
        message = queue.receive_message(5)
        self.assertEqual(message.msgBody, body)
        self.assertEqual(message.msgId, sent.msgId)
        self.assertEqual(message.dequeueCount, 1)
        now = time.time()
        for moment in (message.enqueueTime, message.firstDequeueTime):
            self.assertLess(abs(moment - now), 60)
        self.assertLessEqual(message.firstDequeueTime, message.nextVisibleTime)
        str(message)
        queue.delete_message(message.receiptHandle)
        self.refused(7000, 10200, queue.receive_message, 0)
        queue.delete()

    def test_every_body_by_post(self):
        for sign in ("sha1", "sha256"):
            for body in BODIES:
                with self.subTest(sign=sign, body=body[:20]):
                    self.check(account(sign=sign), body)

    def test_every_short_body_by_get(self):
        # A request line is bounded; the documentation advises POST above about 1 KB.
        for sign in ("sha1", "sha256"):
            for body in (body for body in BODIES if len(body) < 1000):
                with self.subTest(sign=sign, body=body[:20]):
                    self.check(account(method="GET", sign=sign), body)

    def test_a_body_that_begins_with_at_is_unsigned_by_post_and_signed_by_get(self):
        for method in ("POST", "GET"):
            with self.subTest(method=method):
                self.check(account(method=method), "@all paid")

    def test_delay(self):
        queue = self.make_queue()
        queue.send_message(Message("later"), 2)
        queue.send_message(Message("now"))
        self.assertEqual(queue.receive_message(0).msgBody, "now")
        self.refused(7000, 10200, queue.receive_message, 0)
        self.assertEqual(queue.get_attributes().delayMsgNum, 1)
        self.assertEqual(queue.receive_message(10).msgBody, "later")

    def test_batches_keep_their_order(self):
        for count in (1, 2, 10, 11, 16):
            with self.subTest(count=count):
                queue = self.make_queue()
                bodies = ["第%d笔" % number for number in range(count)]
                sent = queue.batch_send_message([Message(body) for body in bodies])
                self.assertEqual(len({message.msgId for message in sent}), count)
                messages = queue.batch_receive_message(16, 5)
                self.assertEqual(
                    {message.msgId: message.msgBody for message in messages},
                    dict(zip([message.msgId for message in sent], bodies)))
                queue.batch_delete_message([message.receiptHandle for message in messages])
                self.refused(7000, 10200, queue.batch_receive_message, 16, 0)

    def test_a_batch_may_be_delayed(self):
        queue = self.make_queue()
        queue.batch_send_message([Message(str(number)) for number in range(16)], 1)
        self.refused(7000, 10200, queue.batch_receive_message, 16, 0)
        self.assertEqual(len(self.drain(queue, 16)), 16)

    def test_base64_mode_signs_another_text_than_it_sends(self):
        # The client signs Python's way of writing the bytes down; no server that checks signatures can take it.
        queue = self.make_queue()
        queue.set_encoding(True)
        self.refused(4100, 10030, queue.send_message, Message("支付".encode()))


class Receiving(ClientCase):
    """Polls, handles, redelivery."""

    def test_an_empty_poll_takes_its_time_and_no_longer(self):
        queue = self.make_queue()
        for wait in (0, 1, 3):
            with self.subTest(wait=wait):
                started = time.monotonic()
                self.refused(7000, 10200, queue.receive_message, wait)
                took = time.monotonic() - started
                self.assertGreaterEqual(took, wait - 0.05)
                self.assertLess(took, wait + 5)

    def test_the_queue_s_own_waiting_time_holds_where_the_call_names_none(self):
        queue = self.make_queue(pollingWaitSeconds=1)
        started = time.monotonic()
        self.refused(7000, 10200, queue.receive_message)
        self.assertGreaterEqual(time.monotonic() - started, 0.95)

    def test_a_send_wakes_a_poll(self):
        queue = self.make_queue()
        other = account().get_queue(queue.queue_name)
        timer = threading.Timer(1, other.send_message, [Message("wake up")])
        timer.start()
        started = time.monotonic()
        self.assertEqual(queue.receive_message(20).msgBody, "wake up")
        self.assertLess(time.monotonic() - started, 15)
        timer.join()

    def test_a_due_delay_and_an_ended_visibility_wake_a_poll(self):
        queue = self.make_queue(visibilityTimeout=2)
        queue.send_message(Message("due"), 1)
        first = queue.receive_message(20)
        second = queue.receive_message(20)
        self.assertEqual((first.msgBody, second.msgBody), ("due", "due"))
        self.assertEqual(first.msgId, second.msgId)
        self.assertNotEqual(first.receiptHandle, second.receiptHandle)
        self.assertEqual((first.dequeueCount, second.dequeueCount), (1, 2))
        self.assertEqual(first.firstDequeueTime, second.firstDequeueTime)
        # The older handle is superseded, and deletes nothing.
        self.refused(4430, 10260, queue.delete_message, first.receiptHandle)
        queue.delete_message(second.receiptHandle)
        # Its very repeat is harmless.
        queue.delete_message(second.receiptHandle)

    def test_an_expired_handle_deletes_nothing(self):
        queue = self.make_queue(visibilityTimeout=1)
        queue.send_message(Message("slow"))
        handle = queue.receive_message(5).receiptHandle
        time.sleep(1.5)
        self.refused(4430, 10260, queue.delete_message, handle)
        self.assertEqual(queue.receive_message(5).msgBody, "slow")

    def test_handles_of_other_queues_and_invented_ones_delete_nothing(self):
        queue, other = self.make_queue(), self.make_queue()
        queue.send_message(Message("mine"))
        message = queue.receive_message(5)
        self.refused(4430, 10260, other.delete_message, message.receiptHandle)
        self.refused(4430, 10260, queue.delete_message, "283748239349283")
        self.refused(4000, 10470, queue.delete_message, "not/a+handle=")
        queue.delete_message(message.receiptHandle)

    def test_batch_delete_tells_which_failed(self):
        queue = self.make_queue()
        queue.batch_send_message([Message("a"), Message("b")])
        handles = [message.receiptHandle for message in queue.batch_receive_message(16, 5)]
        error = self.refused(6010, 10150, queue.batch_delete_message, [handles[0], "1"])
        self.assertEqual(
            [(item["code"], item["receiptHandle"]) for item in error.data["errorList"]], [(4430, "1")])
        error = self.refused(6020, 10290, queue.batch_delete_message, ["1", "2"])
        self.assertEqual(len(error.data["errorList"]), 2)
        queue.batch_delete_message([handles[1]])

    def test_a_batch_receive_does_not_wait_for_a_full_batch(self):
        queue = self.make_queue()
        queue.send_message(Message("one"))
        started = time.monotonic()
        self.assertEqual(len(queue.batch_receive_message(16, 20)), 1)
        self.assertLess(time.monotonic() - started, 15)


class Administration(ClientCase):
    """Attributes, lists, rewind."""

    def test_attributes(self):
        queue = self.make_queue(
            pollingWaitSeconds=3, visibilityTimeout=7, maxMsgSize=2048, msgRetentionSeconds=3600, rewindSeconds=600,
            maxMsgHeapNum=2_000_000)
        meta = queue.get_attributes()
        self.assertEqual(
            (meta.pollingWaitSeconds, meta.visibilityTimeout, meta.maxMsgSize, meta.msgRetentionSeconds,
             meta.rewindSeconds, meta.maxMsgHeapNum), (3, 7, 2048, 3600, 600, 2_000_000))
        self.assertLess(abs(meta.createTime - time.time()), 60)
        self.assertEqual((meta.activeMsgNum, meta.inactiveMsgNum, meta.delayMsgNum), (0, 0, 0))
        str(meta)
        queue.batch_send_message([Message("a"), Message("b"), Message("c")])
        queue.send_message(Message("d"), 60)
        queue.delete_message(queue.receive_message(0).receiptHandle)
        queue.receive_message(0)
        meta = queue.get_attributes()
        self.assertEqual(
            (meta.activeMsgNum, meta.inactiveMsgNum, meta.delayMsgNum, meta.rewindmsgNum), (1, 1, 1, 1))
        changed = QueueMeta()
        changed.visibilityTimeout = 9
        queue.set_attributes(changed)
        meta = queue.get_attributes()
        self.assertEqual((meta.visibilityTimeout, meta.pollingWaitSeconds, meta.rewindSeconds), (9, 0, 0))

    def test_defaults_are_those_of_cmq(self):
        self.account.get_client().create_queue({"queueName": (name := unique("queue"))})
        meta = self.account.get_queue(name).get_attributes()
        self.assertEqual(
            (meta.pollingWaitSeconds, meta.visibilityTimeout, meta.maxMsgSize, meta.msgRetentionSeconds,
             meta.rewindSeconds, meta.maxMsgHeapNum), (0, 30, 65536, 345600, 0, 100_000_000))

    def test_lists_and_pages(self):
        word = unique("listed")
        names = ["%s-%02d" % (word, number) for number in range(5)]
        for name in names:
            self.account.get_queue(name).create(QueueMeta())
        total, found, following = self.account.list_queue(searchWord=word.upper(), limit=2)
        self.assertEqual((total, len(found), following), (5, 2, 2))
        collected = [item["queueName"] for item in found]
        while following != "":
            total, found, following = self.account.list_queue(searchWord=word, limit=2, offset=following)
            collected += [item["queueName"] for item in found]
        self.assertEqual(sorted(collected), names)
        self.assertTrue(all(item["queueId"] for item in found))
        total, found, _ = self.account.list_queue(searchWord="no-such-queue")
        self.assertEqual((total, found), (0, []))

    def test_names_are_compared_without_regard_to_case(self):
        queue = self.make_queue()
        self.refused(4460, 10210, self.account.get_queue(queue.queue_name.upper()).create, QueueMeta())
        self.account.get_queue(queue.queue_name.upper()).send_message(Message("x"))
        self.assertEqual(queue.receive_message(5).msgBody, "x")

    def test_a_deleted_queue_is_gone_and_its_name_is_free(self):
        queue = self.make_queue()
        queue.send_message(Message("lost with it"))
        queue.delete()
        self.refused(4440, 10100, queue.send_message, Message("x"))
        queue.create(QueueMeta())
        self.refused(7000, 10200, queue.receive_message, 0)

    def test_rewind_brings_deleted_messages_back_in_order(self):
        queue = self.make_queue(rewindSeconds=600)
        started = int(time.time())
        bodies = [str(number) for number in range(5)]
        queue.batch_send_message([Message(body) for body in bodies])
        self.assertEqual(sorted(self.drain(queue)), bodies)
        queue.rewindQueue(started - 1)
        self.assertEqual([queue.receive_message(5).msgBody for _ in bodies], bodies)
