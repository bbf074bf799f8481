import AccessControl
import HTTPDataPlane
import MessageModel
import NIOCore
import PaymentNotice
import Telemetry
import Testing
import Tillwire

@testable import NoticeIngest

@Suite("redeliveries of a body that is on the disk", .timeLimit(.minutes(2)))
struct KnownBodyTests {
    @Test("a redelivery of a stored body is answered without the store, counted as a repeat, and in its order's row")
    func redelivery() async throws {
        try await Door.with { door in
            let vectors = try ["01-valid-partner", "13-redelivery-of-01"].map(Vector.load)
            #expect(await door.statuses([vectors[0]]) == [204])
            try await door.settle()
            door.clock.advance(bySeconds: 15)
            #expect(await door.statuses([vectors[1], vectors[1], vectors[1]]) == [204, 204, 204])
            let figures = door.ingest.figures()
            #expect([figures.accepted, figures.repeats, figures.knownRepeats, figures.conflicts] == [1, 3, 3, 0])
            #expect(figures.answerTimes.count == 4)
            let payment = try PaidTransaction.decode(Array((vectors[0].plaintext ?? "").utf8))
            try await until { try await door.repeats(of: payment) == 3 }
            try await door.settle()
            await door.broker.close()
            #expect(await door.statuses([vectors[1]]) == [204])
            #expect(try await door.statuses([Vector.load("02-valid-partner-chinese")]) == [503])
        }
    }

    @Test("another body about the same payment goes the whole way; one that contradicts is an alarm each time")
    func changedBody() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            var payment = try PaidTransaction.decode(Array((vector.plaintext ?? "").utf8))
            let same = try Forged.notice(plaintext: payment.encode(), eventType: "TRANSACTION.SUCCESS")
            #expect(await door.answers([same]).map(\.status) == [204])
            #expect(door.ingest.figures().knownRepeats == 0)
            try await door.settle()
            #expect(await door.answers([same]).map(\.status) == [204])
            #expect(door.ingest.figures().knownRepeats == 1)
            payment.amount += 1
            let other = try Forged.notice(plaintext: payment.encode(), eventType: "TRANSACTION.SUCCESS")
            for count in 1...2 {
                #expect(await door.answers([other]).map(\.status) == [204])
                try await until { door.ingest.figures().conflicts == UInt64(count) }
                try await door.settle()
            }
            #expect(door.ingest.figures().knownRepeats == 1)
        }
    }

    @Test("a known body is refused where its signature is forged, is a probe, or is too old")
    func forgedSignature() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            func signed(_ change: (String) -> String) -> DataPlaneRequest {
                Door.request(
                    vector.fields.map { $0.0 == "Wechatpay-Signature" ? ($0.0, change($0.1)) : $0 }, vector.body)
            }
            let forged = signed { String($0.reversed()) }
            let probe = signed { "WECHATPAY/SIGNTEST/" + $0.dropFirst(19) }
            #expect(await door.answers([forged, probe]).map(\.status) == [401, 401])
            door.clock.advance(bySeconds: 301)
            #expect(await door.statuses([vector]).allSatisfy { $0 >= 400 })
            let figures = door.ingest.figures()
            #expect([figures.repeats, figures.knownRepeats, figures.probes] == [0, 0, 1])
        }
    }

    @Test("only what was committed is known")
    func failedCommit() async throws {
        let faults = Faults()
        try await Door.with(faults: faults) { door in
            let vector = try Vector.load("01-valid-partner")
            faults.add(.diskFailed)
            #expect(await door.statuses([vector]) == [503])
            try await door.settle()
            #expect(await door.statuses([vector]) == [204])
            #expect(door.ingest.figures().knownRepeats == 0)
            try await until { door.ingest.figures().accepted == 1 }
        }
    }

    @Test("notices that are no payments are known too")
    func otherNotice() async throws {
        try await Door.with { door in
            let request = try Forged.notice(plaintext: Array("{\"x\":1}".utf8), eventType: "COUPON.USE")
            #expect(await door.answers([request]).map(\.status) == [204])
            try await door.settle()
            #expect(await door.answers([request]).map(\.status) == [204])
            #expect(door.ingest.figures().knownRepeats == 1)
            #expect(try await door.bodies(in: "platform-notices").count == 1)
        }
    }

    @Test("with other keys or merchant numbers nothing is known from before")
    func replacedKeys() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            let crypto = try VectorConfiguration.load().verifier().crypto
            let strange = NoticeVerifierSettings(providerMerchantIDs: ["1999999999"])
            door.ingest.replace(verifier: NoticeVerifier(settings: strange, crypto: crypto))
            #expect(await door.statuses([vector]) == [400])
            door.ingest.replace(verifier: try VectorConfiguration.load().verifier())
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            #expect(door.ingest.figures().knownRepeats == 0)
            #expect(await door.statuses([vector]) == [204])
            #expect(door.ingest.figures().knownRepeats == 1)
        }
    }

    @Test("a body of API v2 is known at its own door only, under a content type it may have")
    func versionTwo() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            let payment = try PaidTransaction.decode(Array((vector.plaintext ?? "").utf8))
            let body = try VectorV2.forged(payment)
            #expect(await door.answersV2([Door.requestV2(body)]).map(\.status) == [200])
            try await door.settle()
            #expect(await door.answersV2([Door.requestV2(body), Door.requestV2(body)]).map(\.status) == [200, 200])
            #expect(door.ingest.figures().knownRepeats == 2)
            try await until { try await door.repeats(of: payment) == 2 }
            let json = Door.requestV2(body, headers: [("Content-Type", "application/json")])
            #expect(await door.answersV2([json]).allSatisfy { $0.status >= 400 })
            var changed = body
            changed.append(UInt8(ascii: "\n"))
            #expect(await door.answersV2([Door.requestV2(changed)]).map(\.status) == [200])
            #expect(door.ingest.figures().knownRepeats == 2)
            try await door.settle()
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            #expect(await door.answersV2([Door.requestV2(vector.body)]).allSatisfy { $0.status >= 400 })
            #expect(door.ingest.figures().knownRepeats == 2)
        }
    }

    @Test("the memory is bounded, forgets the oldest, and takes nothing that was judged in an earlier epoch")
    func memory() {
        let known = KnownBodies(countMax: 3)
        func hash(_ number: UInt8) -> BodyHash { BodyHash([number]) }
        func notice(_ number: UInt8) -> KnownNotice { KnownNotice(transactionID: "t\(number)", keyHash: Int(number)) }
        for number in UInt8(0)..<5 { known.remember([(hash(number), notice(number))], epoch: 0) }
        known.remember([(hash(4), notice(4))], epoch: 0)
        #expect(known.count == 3)
        let found = (UInt8(0)..<5).map { known.notice(hash($0), epoch: 0) }
        #expect(found == [nil, nil, notice(2), notice(3), notice(4)])
        #expect(known.notice(hash(4), epoch: 1) == nil)
        known.remember([(hash(9), notice(9))], epoch: 1)
        known.remember([(hash(8), notice(8))], epoch: 0)
        #expect(known.count == 1)
        #expect(known.notice(hash(9), epoch: 1) == notice(9))
        #expect(known.notice(hash(8), epoch: 1) == nil)
    }

    @Test("repeats that wait to be counted are added up, bounded, and taken by one writer at a time")
    func waitingCounts() {
        let counts = RepeatCounts()
        #expect(counts.add(["a", "b", "a"]))
        #expect(!counts.add(["a"]))
        #expect(counts.take(orderCountMax: 10) == ["a": 3, "b": 1])
        #expect(!counts.add(["c", "d", "e"]))
        let first = counts.take(orderCountMax: 2) ?? [:]
        let second = counts.take(orderCountMax: 2) ?? [:]
        #expect(first.count == 2 && second.count == 1)
        #expect(first.merging(second, uniquingKeysWith: +) == ["c": 1, "d": 1, "e": 1])
        #expect(counts.take(orderCountMax: 2) == nil)
        #expect(counts.hasRoom)
        _ = counts.add((0..<NoticeIngestLimits.uncountedRepeatCountMax).map(String.init))
        #expect(!counts.hasRoom)
    }

    @Test("while too many repeats wait to be counted, a known body goes the whole way")
    func backlog() async throws {
        try await Door.with { door in
            let vector = try Vector.load("01-valid-partner")
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            _ = door.ingest.counts.add((0..<NoticeIngestLimits.uncountedRepeatCountMax).map(String.init))
            #expect(await door.statuses([vector]) == [204])
            try await door.settle()
            #expect(door.ingest.figures().repeats == 1)
            #expect(door.ingest.figures().knownRepeats == 0)
        }
    }
}

extension Door {
    /// Waits until everything behind the answers is done too.
    func settle() async throws { try await until { ingest.figures().inFlight == 0 } }

    /// Repeats counted in the order's row.
    func repeats(of payment: PaidTransaction) async throws -> UInt32? {
        let row = try #require(try await broker.row(.orders, key: Bytes(payment.transactionID)))
        return try OrderRecord.decode(Array(row.slice)).repeatCount
    }
}
