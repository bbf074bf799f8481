import AccessControl
import CMQProtocol
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import TestSupport
import Testing
import Tillwire

/// What somebody can do who saw a signed request and has no key.
@Suite struct DoorForgeryTests {
    @Test("a crafted Host or path leaves a captured signature to no other parameters")
    func host() async throws {
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            // Whoever can have a text sent can have these parameters signed, behind a path and a question mark of their own.
            let forged =
                "Action=DeleteQueue&Nonce=7&RequestClient=x&SecretId=\(Door.admin.id)&SignatureMethod=HmacSHA256"
                + "&Timestamp=\(door.seconds)"
            let captured = Door.admin.request(
                "SendMessage", [("msgBody", "see /?" + forged), ("queueName", "orders")], seconds: door.seconds)
            #expect(try await door.answer(captured).code == 0)
            let form = String(buffer: captured.body)
            let signature = try #require(form.split(separator: "&").first { $0.hasPrefix("Signature=") })
            let host =
                "\(Door.admin.host)/v2/index.php?Action=SendMessage&Nonce=1&RequestClient=\(Door.admin.name)"
                + "&SecretId=\(Door.admin.id)&SignatureMethod=HmacSHA256&Timestamp=\(door.seconds)&msgBody=see "
            let crafted = "\(forged)&queueName=orders&\(signature)"
            let answer = try await door.answer(SignedClient.http("POST", "/", crafted, host: host))
            #expect(answer.code == 4100 && answer.message == "(10030)authentication failed")
            #expect(door.world.broker.topology.queues["orders"] != nil)
        }
    }

    @Test("over plain HTTP the action of API 3.0 must be signed: the body of one could otherwise be another's")
    func action() async throws {
        let withoutAction = ["content-type", "host"]
        let withAction = ["content-type", "host", "x-tc-action"]
        let json = #"{"QueueName":"orders"}"#
        try await Door.with { door in
            try await door.world.makeQueue("orders")
            func ask(
                _ signs: [String], peer: String, isSecure: Bool = false, _ action: String = "DescribeCmqQueueDetail"
            ) async throws -> String {
                let request = Door.admin.tc3(
                    action, json, seconds: door.seconds, signs: signs, peer: peer, isSecure: isSecure)
                return try await door.answer(request).errorCode
            }
            let refused = "AuthFailure.SignatureFailure"
            #expect(try await ask(withoutAction, peer: "192.0.2.9") == refused)
            #expect(try await ask(withoutAction, peer: "192.0.2.9", "DeleteCmqQueue") == refused)
            #expect(door.world.broker.topology.queues["orders"] != nil)
            // The real client, which does not sign it, over TLS and on this machine; and one that does, from anywhere.
            #expect(try await ask(withoutAction, peer: "192.0.2.9", isSecure: true) == "")
            #expect(try await ask(withoutAction, peer: "127.0.0.1") == "")
            #expect(try await ask(withAction, peer: "192.0.2.9") == "")
            let signed = Door.admin.tc3(
                "DescribeCmqQueueDetail", json, seconds: door.seconds, signs: withAction, peer: "192.0.2.9")
            let headers = HTTPFields(
                signed.headers.map { ($0.name, $0.name == "x-tc-action" ? "DeleteCmqQueue" : $0.value) })
            let other = DataPlaneRequest(
                method: "POST", target: "/", headers: headers, body: signed.body, peerAddress: "192.0.2.9")
            #expect(try await door.answer(other).errorCode == refused)
        }
        try await Door.with(settings: { $0.allowsUnsignedAction = true }) { door in
            try await door.world.makeQueue("orders")
            let request = Door.admin.tc3(
                "DescribeCmqQueueDetail", json, seconds: door.seconds, signs: withoutAction, peer: "192.0.2.9")
            #expect(try await door.answer(request).errorCode == "")
        }
    }

    @Test(
        "a captured send is remembered for as long as it would be taken, whatever its time was",
        arguments: [299, 300] as [UInt64])
    func replay(_ ahead: UInt64) async throws {
        // Ten minutes later a bucket of remembered answers ends to the millisecond.
        try await Door.with(start: Timestamp(milliseconds: 1_760_000_040_000)) { door in
            try await door.world.makeQueue("orders")
            let request = Door.admin.request(
                "SendMessage", [("queueName", "orders"), ("msgBody", "x")], seconds: door.seconds + ahead)
            var ids: Set<String> = []
            for (step, isTaken): (UInt64, Bool) in [
                (0, ahead < 300), (598_999, true), (1, ahead == 300), (1_000, false), (500, false), (499, false),
            ] {
                door.world.time.advance(milliseconds: step)
                let answer = try await door.answer(request)
                #expect(answer.code == (isTaken ? 0 : 4100))
                if answer.code == 0 { ids.insert(answer.text("msgId")) }
            }
            #expect(ids.count == 1)
            #expect(try await door.world.queue("orders").activeCount == 1)
        }
    }
}
