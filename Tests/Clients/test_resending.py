"""Answers that are lost on the way: the client sends the identical request again, and nothing happens twice."""

from cmq.cmq_exception import CMQClientNetworkException
from cmq.queue import Message
from cutting_proxy import CuttingProxy
from world import ClientCase, Daemon, account
import cmq.topic


class LostAnswers(ClientCase):
    """One answer is swallowed by a proxy and the connection closed."""

    def through(self, proxy, method="POST", sign="sha1"):
        return account(self.daemon, port=proxy.port, method=method, sign=sign)

    def test_a_send_is_stored_once(self):
        for method in ("POST", "GET"):
            for sign in ("sha1", "sha256"):
                with self.subTest(method=method, sign=sign):
                    queue = self.make_queue()
                    with CuttingProxy(self.daemon.port) as proxy:
                        sent = self.through(proxy, method, sign).get_queue(queue.queue_name).send_message(
                            Message("一次 &=+%"))
                        self.assertEqual(len(proxy.requests), 2)
                        if method == "POST":
                            self.assertEqual(proxy.requests[0], proxy.requests[1])
                        else:
                            # The client's own way: the parameters of the repeat stand in the body.
                            self.assertTrue(proxy.requests[1].startswith(b"GET /v2/index.php HTTP/1.1\r\n"))
                    message = queue.receive_message(5)
                    self.assertEqual((message.msgId, message.msgBody), (sent.msgId, "一次 &=+%"))
                    queue.delete_message(message.receiptHandle)
                    self.refused(7000, 10200, queue.receive_message, 0)

    def test_a_batch_is_stored_once(self):
        queue = self.make_queue()
        with CuttingProxy(self.daemon.port) as proxy:
            sent = self.through(proxy).get_queue(queue.queue_name).batch_send_message(
                [Message(str(number)) for number in range(16)])
        messages = queue.batch_receive_message(16, 5)
        self.assertEqual({message.msgId for message in messages}, {message.msgId for message in sent})
        self.refused(7000, 10200, queue.receive_message, 0)

    def test_a_publish_is_stored_once_for_each_subscriber(self):
        topic, queues = self.make_topic(), [self.make_queue(), self.make_queue()]
        for queue in queues:
            self.subscribe(topic, queue.queue_name)
        with CuttingProxy(self.daemon.port) as proxy:
            through = self.through(proxy).get_topic(topic.topicName)
            through.publish_message(cmq.topic.Message("single", ["risk"]))
            proxy.cut_next = 1
            through.batch_publish_message([cmq.topic.Message("first"), cmq.topic.Message("second")])
        for queue in queues:
            self.assertEqual(sorted(self.drain(queue, 3)), ["first", "second", "single"])

    def test_two_equal_messages_are_two(self):
        queue = self.make_queue()
        with CuttingProxy(self.daemon.port, cut_next=0) as proxy:
            through = self.through(proxy).get_queue(queue.queue_name)
            for _ in range(5):
                through.send_message(Message("five equal transfers"))
        self.assertEqual(self.drain(queue), ["five equal transfers"] * 5)

    def test_a_delete_may_be_repeated(self):
        queue = self.make_queue()
        queue.batch_send_message([Message("a"), Message("b"), Message("c")])
        handles = [message.receiptHandle for message in queue.batch_receive_message(16, 5)]
        with CuttingProxy(self.daemon.port) as proxy:
            through = self.through(proxy).get_queue(queue.queue_name)
            through.delete_message(handles[0])
            proxy.cut_next = 1
            through.batch_delete_message(handles[1:])
            self.assertEqual(len(proxy.requests), 4)

    def test_a_receive_is_not_answered_twice_with_one_lease(self):
        queue = self.make_queue(visibilityTimeout=2)
        queue.send_message(Message("once more"))
        with CuttingProxy(self.daemon.port) as proxy:
            # The first answer's lease ends by itself, and wakes the repeat's poll.
            message = self.through(proxy).get_queue(queue.queue_name).receive_message(10)
        self.assertEqual((message.msgBody, message.dequeueCount), ("once more", 2))
        queue.delete_message(message.receiptHandle)

    def test_a_reset_surfaces_and_the_program_s_own_repeat_is_another_message(self):
        queue = self.make_queue()
        with CuttingProxy(self.daemon.port, reset=True) as proxy:
            through = self.through(proxy).get_queue(queue.queue_name)
            with self.assertRaises(CMQClientNetworkException):
                through.send_message(Message("which?"))
            through.send_message(Message("which?"))
        self.assertEqual(self.drain(queue), ["which?", "which?"])


class Kills(ClientCase):
    """SIGKILL between calls."""

    def setUp(self):
        self.daemon = Daemon().start()
        self.addCleanup(lambda: self.daemon.close())
        self.account = account(self.daemon)

    def test_what_was_answered_survives(self):
        queue = self.make_queue(visibilityTimeout=10)
        bodies = ["第%d笔" % number for number in range(64)]
        for start in range(0, 64, 16):
            queue.batch_send_message([Message(body) for body in bodies[start:start + 16]])
        held = queue.batch_receive_message(16, 5)
        queue.batch_delete_message([message.receiptHandle for message in held[:8]])
        self.daemon.kill()
        self.daemon.start()
        again = account(self.daemon).get_queue(queue.queue_name)
        # Handles from before are good while their messages are hidden.
        again.batch_delete_message([message.receiptHandle for message in held[8:]])
        # What was under way or close behind it may be hidden for one visibility time after a kill.
        rest = self.drain(again, 48)
        self.assertEqual(
            sorted(rest + [message.msgBody for message in held]), sorted(bodies))

    def test_a_repeat_after_the_kill_stores_nothing(self):
        queue = self.make_queue()
        with CuttingProxy(self.daemon.port) as proxy:
            account(self.daemon, port=proxy.port).get_queue(queue.queue_name).send_message(Message("paid"))
            identical = proxy.requests[0]
        self.daemon.kill()
        self.daemon.start()
        # The identical bytes once more, to the new process.
        import socket

        with socket.create_connection(("127.0.0.1", self.daemon.port)) as connection:
            connection.sendall(identical)
            answer = CuttingProxy._message(connection)
        self.assertIn(b'"code":0', answer)
        again = account(self.daemon).get_queue(queue.queue_name)
        self.assertEqual(self.drain(again), ["paid"])
