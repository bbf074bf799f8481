import BoundedJSON
import Foundation
import HTTPDataPlane
import Logging
import MessageModel
import NIOCore
import NoticeIngest
import PaymentEntry
import PaymentNotice
import QueueStore
import Testing
import Tillwire

@Suite("the notice door for API v2", .timeLimit(.minutes(2)))
struct NoticeDoorV2Tests {
    private static func fields(_ answer: DataPlaneResponse) throws -> NoticeFields {
        #expect(answer.headers["Content-Type"] == "text/xml; charset=utf-8")
        return try FlatXMLReader.read(Array(buffer: answer.body))
    }

    private static func payment() throws -> PaidTransaction {
        try PaidTransaction.decode(Array((Vector.load("01-valid-partner").plaintext ?? "").utf8))
    }

    @Test("all vectors are there")
    func vectorsArePresent() { #expect(VectorV2.names.count == 15) }

    @Test("every vector gets its answer, and exactly what is accepted is stored", arguments: VectorV2.names)
    func verdicts(_ name: String) async throws {
        try await Door.with { door in
            let vector = try VectorV2.load(name)
            if vector.orderSignType == "HMAC-SHA256" { door.ingest.replace(v2: try VectorV2.verifier(.hmacSHA256)) }
            let answer = await door.answersV2([vector.request])[0]
            let isUnreadable = ["malformed-xml", "forbidden-dtd"].contains(vector.expect.reason)
            #expect(answer.status == (isUnreadable ? 400 : 200))
            #expect(try Self.fields(answer)["return_code"] == vector.expect.answer)
            #expect(try await door.bodies(in: "merchant-orders").count == (vector.expect.accept ? 1 : 0))
            let figures = door.ingest.figures()
            #expect(figures.acceptedV2 == (vector.expect.accept ? 1 : 0) && figures.accepted == figures.acceptedV2)
            #expect(figures.receivedV2 == 1 && figures.received == 1 && figures.inFlight == 0)
            let reason = NoticeRefusal(rawValue: vector.expect.reason)
            #expect(figures.refused == (reason.map { [$0: 1] } ?? [:]))
        }
    }

    @Test("the answers are exactly the documents the protocol asks for")
    func answers() async throws {
        try await Door.with { door in
            let answers = try await door.answersV2(
                ["01-md5-valid", "09-md5-bad-sign"].map { try VectorV2.load($0).request })
            #expect(
                String(buffer: answers[0].body)
                    == "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
            )
            #expect(
                String(buffer: answers[1].body)
                    == "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[notice not accepted]]></return_msg></xml>"
            )
            let method = await door.answersV2([Door.requestV2([], method: "GET")])[0]
            #expect(method.status == 405 && method.headers["Allow"] == "POST")
            #expect(try Self.fields(method)["return_code"] == "FAIL")
        }
    }

    @Test("a stored payment has the same shape as one told by API v3, with amounts in fen and Beijing's time")
    func shape() async throws {
        let stores = OneStore(merchantID: "1630005678", deviceID: "013467007045764", storeID: "S0301")
        try await Door.with(stores: stores) { door in
            _ = await door.answersV2([try VectorV2.load("01-md5-valid").request])
            let body = try #require(try await door.bodies(in: "merchant-orders").first)
            let message = try OrderPaymentMessage.decode(Array(body.utf8))
            #expect(message.transactionID == "4200002730202510090935236585" && message.storeID == "S0301")
            #expect(message.amount == 1_250 && message.payerAmount == 1_250 && message.discount == 0)
            #expect(message.paidAt == "2025-10-09T16:52:58+08:00" && message.source == .notice)
            #expect(message.timestampMillis == RFC3339.millis("2025-10-09T08:52:58Z"))
        }
    }

    @Test("one order told by both generations, in either order or at once, enters once", arguments: [false, true])
    func bothGenerations(v2First: Bool) async throws {
        try await Door.with { door in
            let v3 = try Vector.load("01-valid-partner")
            let v2 = Door.requestV2(try VectorV2.forged(Self.payment()))
            let requestV3 = Door.request(v3.fields, v3.body)
            if v2First { #expect(await door.answersV2([v2]).map(\.status) == [200]) }
            #expect(await door.answers([requestV3]).map(\.status) == [204])
            async let again = door.answersV2([v2, v2])
            async let once = door.answers([requestV3])
            #expect(await again.map(\.status) == [200, 200])
            #expect(await once.map(\.status) == [204])
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
            try await until { door.ingest.figures().repeats == (v2First ? 4 : 3) }
            #expect(door.ingest.figures().accepted == 1 && door.ingest.figures().acceptedV2 == (v2First ? 1 : 0))
            #expect(door.ingest.figures().conflicts == 0)
        }
    }

    @Test("repeats are counted in the order's row, once for each, by either generation; contradictions are not")
    func repeatCount() async throws {
        try await Door.with { door in
            let payment = try Self.payment()
            let v3 = try Vector.load("01-valid-partner")
            let v2 = Door.requestV2(try VectorV2.forged(payment))
            func repeats() async throws -> UInt32? {
                let row = try #require(try await door.broker.row(.orders, key: Bytes(payment.transactionID)))
                return try OrderRecord.decode(Array(row.slice)).repeatCount
            }
            #expect(await door.statuses([v3]) == [204])
            #expect(try await repeats() == 0)
            #expect(await door.statuses([v3]) == [204])
            try await until { try await repeats() == 1 }
            #expect(await door.answersV2([v2, v2, v2]).map(\.status) == [200, 200, 200])
            try await until { try await repeats() == 4 }
            var other = payment
            other.amount += 1
            _ = await door.answersV2([Door.requestV2(try VectorV2.forged(other))])
            try await until { door.ingest.figures().conflicts == 1 && door.ingest.figures().inFlight == 0 }
            #expect(try await repeats() == 4)
            let row = try #require(try await door.broker.row(.orders, key: Bytes(payment.transactionID)))
            #expect(try OrderRecord.decode(Array(row.slice)).amount == payment.amount)
        }
    }

    @Test("bad bodies are answered 4xx, or FAIL where they are a notice; counted by their reason, nothing is stored")
    func badInput() async throws {
        try await Door.with { door in
            let whole = try VectorV2.load("01-md5-valid")
            let text = String(decoding: whole.body, as: UTF8.self)
            let bomb = "<!DOCTYPE xml [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" + text
            let cases: [([UInt8], NoticeRefusal, Int)] = [
                (Array(whole.body.dropLast(9)), .malformedXML, 400), (Array(bomb.utf8), .forbiddenDTD, 400),
                ([UInt8](repeating: 0x20, count: 65_537), .bodyTooLarge, 413), ([], .malformedXML, 400),
                (Array(text.replacing("<attach>", with: "<attach><b>1</b>").utf8), .malformedXML, 400),
                (Array(text.replacing("<attach>", with: "<mch_id>1</mch_id><attach>").utf8), .malformedXML, 400),
                (Array(text.replacing("store=0301", with: "&a;").utf8), .signatureMismatch, 200),
                (Array(text.replacing("<![CDATA[store=0301]]>", with: "&a;").utf8), .malformedXML, 400),
                (whole.body.map { $0 == UInt8(ascii: "=") ? 0xFF : $0 }, .malformedXML, 400),
                (Array("{\"a\":1}".utf8), .malformedXML, 400), (Array("<xml></xml>".utf8), .malformedEnvelope, 400),
                (Array(String(repeating: "<xml>", count: 10_000).utf8), .malformedXML, 400),
            ]
            for (body, reason, status) in cases {
                let before = door.ingest.figures().refused[reason] ?? 0
                let answer = await door.answersV2([Door.requestV2(body)])[0]
                #expect(answer.status == status, "\(reason)")
                #expect(try Self.fields(answer)["return_code"] == "FAIL")
                #expect(door.ingest.figures().refused[reason] == before + 1)
            }
            for types in [["application/json"], ["text/xml", "text/xml"], ["text/xml; charset=gbk"]] {
                let request = Door.requestV2(whole.body, headers: types.map { ("Content-Type", $0) })
                #expect(await door.answersV2([request]).map(\.status) == [415])
            }
            let giant = try VectorV2.forged(Self.payment()) { $0.set("total_fee", "99999999999999999999999999") }
            #expect(await door.answersV2([Door.requestV2(giant)]).map(\.status) == [200])
            #expect(door.ingest.figures().refused[.malformedPlaintext] == 1)
            #expect(door.ingest.figures().refused[.unsupportedMediaType] == 3)
            #expect(try await door.bodies(in: "merchant-orders").isEmpty)
            #expect(door.ingest.figures().inFlight == 0)
            #expect(await door.answersV2([whole.request]).map(\.status) == [200])
        }
    }

    @Test("bad bodies of API v3 are answered 4xx, counted by their reason, and nothing is stored")
    func badInputV3() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            let fields = vector.fields.filter { $0.0.lowercased() != "content-type" }
            for type in ["text/xml", "application/json; charset=utf-16", "multipart/form-data"] {
                let request = Door.request(fields + [("Content-Type", type)], vector.body)
                #expect(await door.answers([request]).map(\.status) == [415])
            }
            let signer = NoticeSigner(sealer: try VectorConfiguration.load().sealer())
            let text = String(decoding: vector.body, as: UTF8.self)
            let giant = "{\"n\":" + String(repeating: "9", count: 400_000) + "}"
            for body in [
                Array(vector.body.dropLast(5)), Array(giant.utf8), vector.body.map { $0 == 0x2F ? 0xFF : $0 },
                Array(("{\"id\":\"a\"," + text.dropFirst()).utf8), Array(String(repeating: "[", count: 100_000).utf8),
            ] {
                let headers = try signer.headers(
                    body: body, timestampSeconds: Int64(Door.seconds), nonce: "n", requestID: nil)
                #expect(
                    await door.answers([Door.request(headers.map { ($0.name, $0.value) }, body)]).map(\.status) == [400]
                )
            }
            var payment = try Self.payment()
            payment.amount = Int64.max
            let forged = try Forged.notice(plaintext: payment.encode(), eventType: "TRANSACTION.SUCCESS")
            #expect(await door.answers([forged]).map(\.status) == [400])
            let figures = door.ingest.figures()
            #expect(figures.refused == [.unsupportedMediaType: 3, .malformedEnvelope: 5, .malformedPlaintext: 1])
            #expect(try await door.bodies(in: "merchant-orders").isEmpty)
            #expect(try await door.bodies(in: "platform-notices").isEmpty)
        }
    }

    @Test("every kind of notice that is no payment is stored in platform-notices and counted by its event")
    func kinds() async throws {
        try await Door.with { door in
            for name in ["20-valid-refund", "21-valid-violation-punish", "22-valid-merchant-notify"] {
                #expect(try await door.statuses([Vector.load(name)]) == [204])
            }
            let refund = #"{"sp_mchid":"1620001234","refund_id":"5"}"#
            for eventType in [
                "REFUND.ABNORMAL", "TRANSACTION.FAIL", "VIOLATION.APPEAL", "BLOCKRECORD.CHANGE", "PAYSCORE.NEW",
            ] {
                let request = try Forged.notice(plaintext: Array(refund.utf8), eventType: eventType)
                #expect(await door.answers([request]).map(\.status) == [204])
                #expect(await door.answers([request]).map(\.status) == [204])
            }
            let events = door.ingest.figures().otherEvents
            #expect(
                events.counts == [
                    "REFUND.SUCCESS": 1, "VIOLATION.PUNISH": 1, "MERCHANT_NOTIFY.NOTIFY": 1, "REFUND.ABNORMAL": 1,
                    "TRANSACTION.FAIL": 1, "VIOLATION.APPEAL": 1, "BLOCKRECORD.CHANGE": 1, "PAYSCORE.NEW": 1,
                ])
            #expect(events.further == 0)
            #expect(try await door.bodies(in: "platform-notices").count == 8)
            #expect(try await door.bodies(in: "merchant-orders").isEmpty)
        }
    }

    @Test("names of unknown events are bounded; what is beyond is counted together")
    func boundedNames() {
        var events = EventCounts()
        for index in 0..<32 {
            let isNew = events.count("UNKNOWN.\(index)")
            #expect(isNew)
        }
        let isNew = ["UNKNOWN.0", "UNKNOWN.32", "UNKNOWN.33", "REFUND.SUCCESS"].map { events.count($0) }
        #expect(isNew == [false, false, false, false])
        #expect(events.counts.count == 33 && events.further == 2 && events.counts["UNKNOWN.0"] == 2)
        #expect(events.named.first?.name == "(further)" && events.named.map(\.count).reduce(0, +) == 36)
    }

    @Test("where no key of API v2 is set there is no door")
    func absent() async throws {
        try await Door.with { door in
            let ingest = NoticeIngest(
                entry: try await PaymentEntry.open(broker: door.broker, stores: NoStores(), time: door.clock),
                verifier: try VectorConfiguration.load().verifier(), time: door.clock, logger: .init(label: "test"))
            #expect(ingest.doorV2 == nil)
        }
    }

    @Test("a commit that fails is answered FAIL, and the repeat is stored")
    func failedCommit() async throws {
        let faults = Faults()
        try await Door.with(faults: faults) { door in
            let request = try VectorV2.load("02-hmac-valid").request
            faults.add(.diskFailed)
            let answer = await door.answersV2([request])[0]
            #expect(answer.status == 503)
            #expect(try Self.fields(answer)["return_code"] == "FAIL")
            #expect(await door.answersV2([request]).map(\.status) == [200])
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
        }
    }
}
