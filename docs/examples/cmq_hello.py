"""Hello world with Tencent's own CMQ SDK (pip install qcloud-cmq-sdk-py3), unmodified, against Tillwire.

    python cmq_hello.py ENDPOINT SECRET_ID SECRET_KEY      for example http://127.0.0.1:8083 AKID... ...
"""

import sys

from cmq.account import Account
from cmq.cmq_exception import CMQServerException
from cmq.queue import Message, QueueMeta


def main(endpoint: str, secret_id: str, secret_key: str) -> None:
    account = Account(endpoint, secret_id, secret_key)
    queue = account.get_queue("hello")

    try:
        queue.create(QueueMeta())
        print("queue made: hello")
    except CMQServerException as error:
        if error.code != 4460:  # it exists already
            raise
        print("queue is there already: hello")

    sent = queue.send_message(Message("你好, world"))
    print("sent:", sent.msgId)

    received = queue.receive_message(5)
    print("received:", received.msgId, received.msgBody, "- delivery", received.dequeueCount)

    queue.delete_message(received.receiptHandle)
    print("deleted:", received.msgId)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
