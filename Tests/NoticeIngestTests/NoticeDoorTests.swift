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
import ServiceLifecycle
import ServiceLifecycleTestKit
import Telemetry
import Testing
import Tillwire

@Suite("the notice door", .timeLimit(.minutes(2)))
struct NoticeDoorTests {
    @Test("all vectors are there")
    func vectorsArePresent() { #expect(Vector.names.count == 24) }

    @Test("every vector gets its status, and exactly what is accepted is stored", arguments: Vector.names)
    func verdicts(_ name: String) async throws {
        try await Door.with { door in
            let vector = try Vector.load(name)
            door.clock.advance(toAtLeast: Timestamp(milliseconds: vector.now * 1_000))
            #expect(await door.statuses([vector]) == [vector.expect.status])
            let orders = try await door.bodies(in: "merchant-orders")
            let notices = try await door.bodies(in: "platform-notices")
            #expect(orders.count + notices.count == (vector.expect.accept ? 1 : 0))
            let isPayment = vector.plaintext?.contains("\"trade_state\":\"SUCCESS\"") == true
            #expect(orders.count == (vector.expect.accept && isPayment ? 1 : 0))
            let figures = door.ingest.figures()
            #expect(figures.accepted + figures.acceptedOther == (vector.expect.accept ? 1 : 0))
            #expect(figures.inFlight == 0)
        }
    }

    @Test("a stored payment has the one shape, the store of its terminal and an orders row")
    func storedShape() async throws {
        let stores = OneStore(merchantID: "1630005678", deviceID: "013467007045764", storeID: "S0301")
        try await Door.with(stores: stores) { door in
            #expect(try await door.statuses([Vector.load("01-valid-partner")]) == [204])
            let body = try #require(try await door.bodies(in: "merchant-orders").first)
            let message = try OrderPaymentMessage.decode(Array(body.utf8))
            #expect(message.transactionID == "4200002719202510095871269320")
            #expect(message.storeID == "S0301")
            #expect(message.amount == 1_250)
            #expect(message.source == .notice)
            let row = try #require(try await door.broker.row(.orders, key: Bytes(message.transactionID)))
            let record = try OrderRecord.decode(Array(row.slice))
            #expect(record.merchantID == "1630005678")
            #expect(record.state == .waiting)
            #expect(record.receivedAtMillis == Int64(Door.seconds * 1_000))
        }
    }

    @Test("a redelivery is answered with success and stored once")
    func redelivery() async throws {
        try await Door.with { door in
            let vectors = try ["01-valid-partner", "13-redelivery-of-01"].map(Vector.load)
            #expect(await door.statuses([vectors[0]]) == [204])
            door.clock.advance(bySeconds: 15)
            #expect(await door.statuses([vectors[1]]) == [204])
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
            let figures = door.ingest.figures()
            #expect([figures.received, figures.accepted, figures.repeats, figures.conflicts] == [2, 1, 1, 0])
            #expect(figures.answerTimes.count == 2)
        }
    }

    @Test("a redelivery after the store was closed and opened again is still stored once")
    func redeliveryAfterRestart() async throws {
        try await Door.with { door in
            #expect(try await door.statuses([Vector.load("01-valid-partner")]) == [204])
            await door.broker.close()
            let clock = ManualClock(seconds: Door.seconds)
            let options = StoreOptions(mapByteCount: Limits.mapByteCountMin, time: clock)
            let broker = try await EmbeddedBroker.open(at: door.folder.path, options: options)
            let ingest = NoticeIngest(
                entry: try await PaymentEntry.open(broker: broker, stores: NoStores(), time: clock),
                verifier: try VectorConfiguration.load().verifier(), time: clock, logger: .init(label: "test"))
            let again = Door(broker: broker, ingest: ingest, clock: clock, folder: door.folder)
            #expect(try await again.statuses([Vector.load("01-valid-partner")]) == [204])
            #expect(ingest.figures().repeats == 1)
            #expect(try await broker.queue("merchant-orders").figures().enqueuedTotal == 1)
            await broker.close()
        }
    }

    @Test("several copies of one payment in one turn are stored once and all answered with success")
    func copiesInOneBatch() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            let other = try Vector.load("02-valid-partner-chinese")
            #expect(await door.statuses([vector, vector, other, vector]) == [204, 204, 204, 204])
            #expect(try await door.bodies(in: "merchant-orders").count == 2)
            #expect(door.ingest.figures().repeats == 2)
        }
    }

    @Test("a repeat with another amount keeps the first, raises the alarm and is answered with success")
    func conflict() async throws {
        try await Door.with { door in
            let first = try Vector.load("01-valid-partner")
            #expect(await door.statuses([first]) == [204])
            var changed = try PaidTransaction.decode(Array((first.plaintext ?? "").utf8))
            changed.amount += 1
            changed.payerAmount += 1
            let request = try Forged.notice(plaintext: changed.encode(), eventType: "TRANSACTION.SUCCESS")
            #expect(await door.answers([request]).map(\.status) == [204])
            try await until { door.ingest.figures().conflicts == 1 }
            let row = try #require(try await door.broker.row(.orders, key: Bytes(changed.transactionID)))
            #expect(try OrderRecord.decode(Array(row.slice)).amount == 1_250)
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
        }
    }

    @Test("a notice that is no payment is kept whole, with its event and id")
    func platformNotice() async throws {
        try await Door.with { door in
            let vector = try Vector.load("20-valid-refund")
            #expect(await door.statuses([vector, vector]) == [204, 204])
            let bodies = try await door.bodies(in: "platform-notices")
            #expect(bodies.count == 1)
            let root = try JSONValue.parse(Array((bodies.first ?? "").utf8))
            #expect(root["event_type"]?.string == "REFUND.SUCCESS")
            #expect(root["id"]?.string?.isEmpty == false)
            #expect(root["received_at"]?.string == RFC3339.utcText(millis: Int64(Door.seconds * 1_000)))
            #expect(root["resource"]?.rawBytes == Array((vector.plaintext ?? "").utf8))
        }
    }

    @Test("a business key longer than the store's keys is still stored once")
    func longKey() async throws {
        try await Door.with { door in
            let code = String(repeating: "c", count: 64)
            let state = String(repeating: "s", count: 64)
            let plaintext = #"{"message_content":{"business_code":"\#(code)","business_state":"\#(state)"}}"#
            let request = try Forged.notice(plaintext: Array(plaintext.utf8), eventType: "MERCHANT_NOTIFY.NOTIFY")
            #expect(await door.answers([request, request]).map(\.status) == [204, 204])
            #expect(try await door.bodies(in: "platform-notices").count == 1)
        }
    }

    @Test("probes are counted apart, refusals by reason, and no answer tells which check failed")
    func refusals() async throws {
        try await Door.with { door in
            let names = [
                "09-signtest-probe", "03-bad-signature-bit", "12-unknown-serial", "23-malformed-envelope-no-resource",
            ]
            let vectors = try names.map(Vector.load)
            let answers = await door.answers(vectors.map { Door.request($0.fields, $0.body) })
            #expect(answers.map(\.status) == [401, 401, 401, 400])
            #expect(Set(answers.map { String(buffer: $0.body) }).count == 1)
            #expect(String(buffer: answers[0].body).contains("\"code\":\"FAIL\""))
            let figures = door.ingest.figures()
            #expect(figures.probes == 1)
            #expect(figures.refused == [.signatureMismatch: 1, .unknownSerial: 1, .malformedEnvelope: 1])
        }
    }

    @Test("only POST is served")
    func method() async throws {
        try await Door.with { door in
            let answer = await door.answers([Door.request([], [], method: "GET")])[0]
            #expect(answer.status == 405)
            #expect(answer.headers["Allow"] == "POST")
        }
    }

    @Test("a commit that fails is answered 503, and the repeat is stored")
    func failedCommit() async throws {
        let faults = Faults()
        try await Door.with(faults: faults) { door in
            let vector = try Vector.load("01-valid-partner")
            faults.add(.diskFailed)
            let answer = await door.answers([Door.request(vector.fields, vector.body)])[0]
            #expect(answer.status == 503)
            #expect(String(buffer: answer.body).contains("\"code\":\"FAIL\""))
            #expect(door.ingest.figures().notStored.values.reduce(0, +) == 1)
            #expect(await door.statuses([vector]) == [204])
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
        }
    }

    @Test("a closed store is answered 503")
    func closedStore() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            await door.broker.close()
            #expect(await door.statuses([vector]) == [503])
            #expect(door.ingest.figures().notStored == [.closed: 1])
        }
    }

    @Test("notices beyond the bound are answered 503 before any work, and the bound is free again afterwards")
    func bound() async throws {
        var settings = NoticeIngestSettings()
        settings.noticesInFlightMax = 1
        try await Door.with(settings: settings) { door in
            let vectors = try ["01-valid-partner", "02-valid-partner-chinese"].map(Vector.load)
            #expect(await door.statuses(vectors) == [204, 503])
            try await until { door.ingest.figures().inFlight == 0 }
            #expect(await door.statuses([vectors[1]]) == [204])
            #expect(door.ingest.figures().overloaded == 1)
        }
    }

    @Test("after the graceful shutdown nothing more is taken")
    func shutdown() async throws {
        try await Door.with { door in
            try await testGracefulShutdown { trigger in
                trigger.triggerGracefulShutdown()
                try await door.ingest.run()
            }
            #expect(try await door.statuses([Vector.load("01-valid-partner")]) == [503])
        }
    }

    @Test("keys are replaced while the door is open")
    func replacedKeys() async throws {
        try await Door.with { door in
            let settings = NoticeVerifierSettings(providerMerchantIDs: ["1999999999"])
            let crypto = try VectorConfiguration.load().verifier().crypto
            door.ingest.replace(verifier: NoticeVerifier(settings: settings, crypto: crypto))
            #expect(try await door.statuses([Vector.load("01-valid-partner")]) == [400])
            #expect(door.ingest.figures().refused == [.notOurs: 1])
        }
    }

    @Test("a notice over a real connection is answered 204")
    func overTheWire() async throws {
        try await Door.with { door in
            let loops = DataPlaneLoops(count: 1)
            let server = DataPlaneServer(settings: .init(), loops: loops, handler: door.ingest)
            let address = try await server.start()
            let policy = try EndpointPolicy.demo()
            let client = OutboundClient(settings: OutboundSettings(policy: policy), loops: loops)
            let url = try EndpointURL.parse("http://127.0.0.1:\(address.port)/notify/wechat/v3", policy: policy)
            let vector = try Vector.load("24-valid-large")
            let answer = try await client.send(
                OutboundRequest(url: url, headers: HTTPFields(vector.fields), body: vector.body))
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            await client.shutdown()
            await server.stop(graceSeconds: 1)
            await loops.shutdown()
        }
    }
}

/// Lets other tasks run until the condition holds; the suite's time limit is the bound.
func until(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
