import CMQProtocol
import Engine
import MessageModel
import TestSupport
import Testing
import Tillwire

@testable import QueueAPI

@Suite("What calls may bring, and whose queues they may read")
struct CallSizeTests {
    @Test("a call without messages is small, since one that waits would keep what it brought; a send may be large")
    func plainCalls() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders") { $0.bodyByteCountMax = 1_048_576 }
            let long = String(repeating: "x", count: QueueAPILimits.plainByteCountMax)
            let refused = try await door.call(
                "ReceiveMessage", [("queueName", "orders"), ("UserpollingWaitSeconds", long)])
            #expect(refused.code == 4000)
            let sent = try await door.call("SendMessage", [("queueName", "orders"), ("msgBody", long + long)])
            #expect(sent.code == 0)
            let received = try await door.call("ReceiveMessage", [("queueName", "orders")])
            #expect(received.code == 0 && received.text("msgBody").utf8.count == 2 * long.utf8.count)
            #expect(door.api.figures().inFlight == 0)
        }
    }

    @Test(
        "dead letters of an HTTP subscription are listed, received and deleted, and by no call sent to, changed or removed"
    )
    func deadLetters() async throws {
        try await Door.with { door in
            let waiting = HTTPSubscriptionQueue.name(topic: "pay-topic", subscription: "m1")
            let name = try #require(HTTPSubscriptionQueue.deadLetterName(for: waiting))
            _ = try await door.world.broker.createQueue(waiting)
            try await door.world.broker.createQueue(name).send("not taken")
            let parameters = [("queueName", name.text)]
            let listed = try await door.call("ListQueue")
            #expect(listed.list("queueList").compactMap { $0["queueName"] as? String } == [name.text])
            #expect(try await door.call("GetQueueAttributes", parameters).number("activeMsgNum") == 1)
            for action in ["SendMessage", "SetQueueAttributes", "ClearQueue", "DeleteQueue"] {
                let extra = action == "SendMessage" ? [("msgBody", "a")] : []
                #expect(try await door.call(action, parameters + extra).code == 4440, "\(action)")
            }
            let received = try await door.call("ReceiveMessage", parameters)
            #expect(received.text("msgBody") == "not taken")
            let handle = ("receiptHandle", received.text("receiptHandle"))
            #expect(try await door.call("DeleteMessage", parameters + [handle]).code == 0)
            #expect(try await door.call("ReceiveMessage", [("queueName", waiting.text)]).code == 4440)
        }
    }
}
