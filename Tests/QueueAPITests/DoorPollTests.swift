import CMQProtocol
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import TestSupport
import Testing
import Tillwire

@Suite struct DoorPollTests {
    private func receive(_ door: Door, seconds: Int = 20, nonce: UInt64 = 1) -> DataPlaneRequest {
        Door.admin.request(
            "ReceiveMessage", [("queueName", "orders"), ("pollingWaitSeconds", "\(seconds)")], seconds: door.seconds,
            nonce: nonce)
    }

    /// Waits until so many receives wait at the queue.
    private func waiting(_ count: Int, _ door: Door) async throws -> Bool {
        let queue = try door.world.broker.queue("orders")
        return try await eventually { try await queue.figures().waitingPolls == count }
    }

    @Test("a waiting receive is answered when a message comes, and when its time is over")
    func woken() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let box = AnswerBox()
            door.api.handle([DataPlaneExchange(request: receive(door), sink: box)])
            #expect(try await waiting(1, door))
            #expect(door.api.figures().waitingPolls == 1 && !box.isAnswered)
            #expect(try await door.call("SendMessage", [("queueName", "orders"), ("msgBody", "paid")]).code == 0)
            let answer = try Answer(await box.answer())
            #expect(answer.text("msgBody") == "paid" && answer.number("dequeueCount") == 1)
            let late = AnswerBox()
            door.api.handle([DataPlaneExchange(request: receive(door, seconds: 5, nonce: 2), sink: late)])
            #expect(try await waiting(1, door))
            door.world.time.advance(milliseconds: 4_999)
            #expect(!late.isAnswered)
            door.world.time.advance(milliseconds: 1)
            #expect(try Answer(await late.answer()).code == 7000)
            #expect(try await eventually { door.api.figures().waitingPolls == 0 && door.api.figures().inFlight == 0 })
        }
    }

    @Test("whoever leaves while waiting is leased nothing, and the next one gets the message as a first delivery")
    func abandoned() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let client = ClientPresence()
            door.api.handle([DataPlaneExchange(request: receive(door), sink: AnswerBox(), client: client)])
            #expect(try await waiting(1, door))
            client.leave()
            #expect(try await waiting(0, door))
            #expect(door.api.figures().abandonedPolls == 1)
            _ = await door.world.send("orders", ["paid"])
            #expect(try await door.world.receive("orders").map(\.deliveryCount) == [1])
            let gone = ClientPresence()
            gone.leave()
            _ = await door.world.send("orders", ["second"])
            let box = AnswerBox()
            door.api.handle([DataPlaneExchange(request: receive(door, nonce: 3), sink: box, client: gone)])
            #expect(try Answer(await box.answer()).code == 7000)
            #expect(try await door.world.receive("orders").map(\.deliveryCount) == [1])
        }
    }

    @Test("what was leased and could not be written is visible to others at once")
    func unwritten() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            _ = await door.world.send("orders", ["paid"])
            let box = AnswerBox(isWritten: false)
            door.api.handle([DataPlaneExchange(request: receive(door), sink: box)])
            #expect(try Answer(await box.answer()).text("msgBody") == "paid")
            #expect(try await eventually { try await door.world.queue("orders").activeCount == 1 })
            #expect(try await door.world.receive("orders").map(\.deliveryCount) == [2])
            #expect(door.api.figures().returnedMessages == 1)
        }
    }

    @Test("waiting receives are bounded, and end with the service")
    func bounds() async throws {
        try await Door.with(settings: { $0.pollCountMax = 1 }) { door in
            try await door.world.makeQueue("orders")
            let box = AnswerBox()
            door.api.handle([DataPlaneExchange(request: receive(door), sink: box)])
            #expect(try await waiting(1, door))
            #expect(try await door.answer(receive(door, nonce: 2)).code == 4420)
            #expect(try await door.answer(receive(door, seconds: 0, nonce: 3)).code == 7000, "it does not wait")
            door.api.endPolls()
            #expect(try Answer(await box.answer()).code == 7000)
            #expect(try await door.answer(receive(door, nonce: 4)).code == 7000, "nobody waits any more")
        }
    }

    @Test("rates are kept where the operator set them, and too many requests at once are turned away")
    func rates() async throws {
        let limits: @Sendable (inout QueueAPISettings) -> Void = {
            $0.messageRequestsPerSecondMax = 2
            $0.controlRequestsPerSecondMax = 1
        }
        try await Door.with(settings: limits) { door in
            try await door.world.makeQueue("orders")
            try await door.world.makeQueue("other")
            func send(_ queue: String) async throws -> Int {
                try await door.call("SendMessage", [("queueName", queue), ("msgBody", "x")]).code
            }
            #expect(try await send("orders") == 0)
            #expect(try await send("ORDERS") == 0)
            #expect(try await send("orders") == 4420)
            #expect(try await send("other") == 0)
            #expect(try await door.call("ListQueue").code == 0)
            #expect(try await door.call("ListQueue").code == 4480)
            #expect(try await door.call("ListTopic").code == 0)
            door.world.time.advance(milliseconds: 1_000)
            #expect(try await send("orders") == 0)
        }
        try await Door.with(settings: { $0.requestBytesInFlightMax = 100 }) { door in
            let answer = try await door.call("ListQueue")
            #expect(answer.code == 4420)
        }
    }

    @Test("over sockets: a long poll is woken by a send, and one whose client hung up takes nothing")
    func overSockets() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            let loops = DataPlaneLoops(count: 2)
            let server = DataPlaneServer(settings: DataPlaneServerSettings(), loops: loops, handler: door.api)
            let port = try await server.start().port
            var client = Door.admin
            client.host = "127.0.0.1:\(port)"
            let signer = client
            func receive(_ nonce: UInt64) -> DataPlaneRequest {
                signer.request(
                    "ReceiveMessage", [("queueName", "orders"), ("pollingWaitSeconds", "20")], seconds: door.seconds,
                    nonce: nonce)
            }
            let gone = try PlainSocket(port: port)
            try gone.write(receive(1))
            #expect(try await waiting(1, door))
            gone.close()
            #expect(try await waiting(0, door))
            let patient = try PlainSocket(port: port)
            try patient.write(receive(2))
            #expect(try await waiting(1, door))
            let sender = try PlainSocket(port: port)
            let send = signer.request(
                "SendMessage", [("queueName", "orders"), ("msgBody", "paid")], seconds: door.seconds, nonce: 3)
            // The connection ends before the answer is read: the client sends the very same request again.
            try sender.write(send)
            sender.close()
            let again = try PlainSocket(port: port)
            try again.write(send)
            #expect(try again.readAnswer().contains("\"code\":0"))
            #expect(try patient.readAnswer().contains("\"msgBody\":\"paid\""))
            #expect(try await door.world.queue("orders").inactiveCount == 1)
            #expect(try await door.world.queue("orders").activeCount == 0)
            patient.close()
            again.close()
            await server.stop(graceSeconds: 0)
            await loops.shutdown()
        }
    }
}
