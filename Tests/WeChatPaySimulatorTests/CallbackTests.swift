import HTTPDataPlane
import MessageModel
import Testing
import Webhooks

@testable import WeChatPaySimulator

@Suite("The receiver of risk callbacks")
struct CallbackTests {
    private static func body(
        _ id: String, merchant: String = "m", sequence: Int64 = 1, type: String = "merchant.block"
    ) -> [UInt8] {
        Array(
            """
            {"type":"\(type)","timestamp":"2026-01-05T08:00:00Z","data":{"decision_id":"\(id)","case_id":"case-\(id)",
            "merchant_id":"\(merchant)","scope":"merchant","sequence":\(sequence),"rule":"soar-1m",
            "reason_code":"RISK_AMOUNT_SOAR","reason":"text","effective":"2026-01-05T08:00:00Z","expires":null}}
            """.utf8)
    }

    @Test("a decision is put off once, taken, and counted as repeated from then on")
    func once() {
        var book = CallbackBook(refusalCount: 1)
        #expect(book.take(id: "a", body: Self.body("a")) == 503)
        #expect(book.blockedCases.isEmpty)
        #expect(book.take(id: "a", body: Self.body("a")) == 204)
        #expect(book.blockedCases == ["case-a"])
        #expect(book.take(id: "a", body: Self.body("a")) == 204)
        #expect(book.figures == CallbackBook.Figures(received: 3, putOff: 1, taken: 1, repeated: 1))
    }

    @Test("rising numbers in order are right, and another merchant's numbers are its own")
    func inOrder() {
        var book = CallbackBook(refusalCount: 0)
        _ = book.take(id: "a", body: Self.body("a", sequence: 1))
        _ = book.take(id: "b", body: Self.body("b", sequence: 3, type: "merchant.unblock"))
        _ = book.take(id: "c", body: Self.body("c", merchant: "n", sequence: 2))
        #expect(book.figures == CallbackBook.Figures(received: 3, taken: 3))
        #expect(book.blockedCases == ["case-a", "case-c"])
    }

    @Test("a number that does not rise is out of order, but its repeat is not counted again", arguments: [Int64(4), 5])
    func backwards(sequence: Int64) {
        var book = CallbackBook(refusalCount: 0)
        _ = book.take(id: "a", body: Self.body("a", sequence: 5))
        _ = book.take(id: "b", body: Self.body("b", sequence: sequence))
        _ = book.take(id: "b", body: Self.body("b", sequence: sequence))
        _ = book.take(id: "a", body: Self.body("a", sequence: 5))
        #expect(book.figures.outOfOrder == 1)
        #expect(book.figures.repeated == 2)
    }

    @Test("a decision that overtakes one that was not taken yet is out of order")
    func overtaking() {
        var book = CallbackBook(refusalCount: 1)
        _ = book.take(id: "a", body: Self.body("a", sequence: 1))
        _ = book.take(id: "b", body: Self.body("b", sequence: 2))
        #expect(book.figures.outOfOrder == 1)
    }

    @Test("other contents under a known id, another id than the signed one and no callback at all are wrong contents")
    func wrongContents() {
        var book = CallbackBook(refusalCount: 0)
        _ = book.take(id: "a", body: Self.body("a"))
        #expect(book.take(id: "a", body: Self.body("a", sequence: 2)) == 400)
        #expect(book.take(id: "b", body: Self.body("c")) == 400)
        #expect(book.take(id: "d", body: Array("{}".utf8)) == 400)
        #expect(book.take(id: "e", body: Self.body("e", type: "merchant.alert")) == 400)
        #expect(book.figures.wrongContents == 4)
        #expect(book.figures.taken == 1)
    }

    @Test("over real sockets a signed callback is taken at its second delivery, and an unsigned one refused")
    func sockets() async throws {
        let network = try SimulatorNetwork()
        let time = SystemTimeSource()
        let server = try await CallbackServer.start(network: network, time: time)
        let body = Self.body("a")
        let signer = try WebhookSigner(keys: [.secret(server.endpoint.secret)])
        let seconds = time.unixSeconds
        let signature = try signer.signature(id: "a", timestampSeconds: seconds, payload: body)
        func post(signature: String) async throws -> Int {
            let headers = HTTPFields([
                (WebhookHeaderName.id, "a"), (WebhookHeaderName.timestamp, String(seconds)),
                (WebhookHeaderName.signature, signature),
            ])
            return try await network.client.send(
                OutboundRequest(url: try network.url(server.endpoint.url), headers: headers, body: body)
            ).status
        }
        #expect(try await post(signature: signature) == 503)
        #expect(try await post(signature: "v1,none") == 401)
        #expect(try await post(signature: signature) == 204)
        #expect(server.book.figures == CallbackBook.Figures(received: 2, putOff: 1, taken: 1, badSignatures: 1))
        await server.stop()
        await network.shutdown()
    }
}
