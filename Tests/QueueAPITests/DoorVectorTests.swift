import AccessControl
import BoundedJSON
import CMQProtocol
import Foundation
import HTTPDataPlane
import MessageModel
import NIOCore
import QueueAPI
import TestSupport
import Testing

@Suite struct DoorVectorTests {
    private static func json(_ name: String) throws -> JSONValue {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/cmq/\(name)")
        return try JSONValue.parse([UInt8](Data(contentsOf: url)))
    }

    /// A door for the vectors' key, with the queue and the topic they name.
    private static func withDoor(
        _ file: JSONValue, at seconds: UInt64, _ body: @escaping @Sendable (Door) async throws -> Void
    ) async throws {
        let record = APIKeyRecord(
            id: file["secretId"]?.string ?? "", secret: file["secretKey"]?.string ?? "", allowsHMACSHA1: true,
            grants: [try Door.grant(.role(.admin))])
        try await Door.with(keys: [record], start: Timestamp(milliseconds: seconds * 1_000)) { door in
            try await door.world.makeQueue("pay-order")
            try await door.world.done(.createTopic("pay-topic", TopicSettings()))
            try await door.world.done(
                .subscribe(Subscribe(topic: "pay-topic", subscription: "all", endpoint: .queue("pay-order"))))
            // Nobody moves this clock, so nobody waits by it.
            door.api.endPolls()
            try await body(door)
        }
    }

    private static func isRefused(_ answer: Answer) -> Bool {
        answer.code == 4100 || answer.errorCode.hasPrefix("AuthFailure")
    }

    @Test(
        "every signing vector passes the door, none does with another character in it, and none from afar that leaves a value unsigned"
    )
    func signing() async throws {
        let file = try Self.json("signing.json")
        try await Self.withDoor(file, at: 1_700_000_000) { door in
            for vector in file["forms"]?.array ?? [] {
                let id = vector["id"]?.string ?? ""
                let (method, path) = (vector["method"]?.string ?? "", vector["path"]?.string ?? "")
                let (host, form) = (vector["host"]?.string ?? "", vector["form"]?.string ?? "")
                func answer(_ form: String, peer: String = "127.0.0.1") async throws -> Answer {
                    try await door.answer(SignedClient.http(method, path, form, host: host, peer: peer))
                }
                let verifies = vector["verifies"]?.bool ?? true
                let right = try await answer(form)
                #expect(Self.isRefused(right) != verifies, "\(id)")
                #expect(right.status == 200)
                if id == "V15" { #expect(right.message.hasPrefix("(10320)")) }
                let forged = form.replacing("SDK_", with: "SDK-")
                #expect(Self.isRefused(try await answer(forged)), "\(id), forged")
                let needsUnsigned = vector["needsUnsignedAtValues"]?.bool ?? false
                let far = try await answer(form, peer: "192.0.2.9")
                #expect(Self.isRefused(far) == (!verifies || needsUnsigned), "\(id), from afar")
            }
            for vector in file["tc3"]?.array ?? [] {
                let right = try await door.answer(Self.request(vector))
                #expect(right.errorCode.isEmpty && right.response["Result"] as? Bool == true)
                var body = vector["body"]?.string ?? ""
                let isGet = vector["method"]?.string == "GET"
                body = body.replacing("pay-order", with: "pay-0rder")
                let forged = Self.request(
                    vector, body: body, query: isGet ? "TopicName=pay-topic&MsgContent=hi&MsgTag.0=risk" : nil)
                #expect(Self.isRefused(try await door.answer(forged)))
            }
        }
    }

    @Test("what the real Python clients sent is verified and served by the door, request for request")
    func realRequests() async throws {
        let file = try Self.json("requests.json")
        try await Self.withDoor(file, at: 1_795_650_645) { door in
            var count = 0
            for recorded in file["requests"]?.array ?? [] {
                let answer = try await door.answer(Self.request(recorded))
                let id = recorded["id"]?.string ?? ""
                #expect(answer.status == 200 && answer.contentType == "application/json")
                #expect(!Self.isRefused(answer), "\(id): \(answer.fields)")
                #expect(answer.code != 6000 && answer.errorCode != "InternalError", "\(id): \(answer.fields)")
                count += 1
            }
            #expect(count > 100)
            #expect(try await eventually { door.api.figures().inFlight == 0 })
        }
    }

    private static func request(_ value: JSONValue, body: String? = nil, query: String? = nil) -> DataPlaneRequest {
        var headers = HTTPFields()
        for (name, value) in value["fields"]?.members ?? [] { headers.append(name, value.string ?? "") }
        let query = query ?? value["query"]?.string ?? ""
        let path = value["path"]?.string ?? ""
        return DataPlaneRequest(
            method: value["method"]?.string ?? "", target: query.isEmpty ? path : path + "?" + query, headers: headers,
            body: ByteBuffer(string: body ?? value["body"]?.string ?? ""))
    }
}
