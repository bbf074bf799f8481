import AccessControl
import HTTPDataPlane
import Logging
import MessageModel
import NoticeIngest
import PaymentEntry
import PaymentNotice
import Testing

@Suite("notices of a key that is being asked for", .timeLimit(.minutes(2)))
struct WaitingForKeysTests {
    private static let rotated = "11-valid-rotated-certificate"

    /// A door whose keyring lacks the certificate that the vector is signed by, and what it is lent.
    private func withDoor(_ body: (Door, PlatformKeyring, _ all: PlatformKeys) async throws -> Void) async throws {
        try await Door.with { door in
            let configuration = try VectorConfiguration.load()
            let whole = try configuration.verifier()
            let keyring = PlatformKeyring(try configuration.verifier(certificateCount: 1).crypto)
            let ingest = NoticeIngest(
                entry: try await PaymentEntry.open(broker: door.broker, stores: NoStores(), time: door.clock),
                verifier: NoticeVerifier(settings: whole.settings, crypto: keyring), time: door.clock,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let lent = Door(broker: door.broker, ingest: ingest, clock: door.clock, folder: door.folder)
            try await body(lent, keyring, whole.crypto)
        }
    }

    private func send(_ name: String, times count: Int, to door: Door) throws -> [AnswerBox] {
        let vector = try Vector.load(name)
        let sinks = (0..<count).map { _ in AnswerBox() }
        door.ingest.handle(
            sinks.map { DataPlaneExchange(request: Door.request(vector.fields, vector.body), sink: $0) })
        return sinks
    }

    @Test("a notice signed by a new key waits until the key is here, and is stored")
    func keyComes() async throws {
        try await withDoor { door, keyring, all in
            keyring.onUnknownSerial {}
            let sinks = try send(Self.rotated, times: 3, to: door)
            #expect(door.ingest.figures().inFlight == 3)
            keyring.replace(with: all)
            keyring.endAsking()
            for sink in sinks { #expect(await sink.answer().status == 204) }
            let figures = door.ingest.figures()
            #expect([figures.received, figures.accepted, figures.repeats] == [3, 1, 2])
            #expect(figures.refused.isEmpty)
            #expect(try await door.bodies(in: "merchant-orders").count == 1)
        }
    }

    @Test("where the key does not come it is refused, once")
    func keyDoesNotCome() async throws {
        try await withDoor { door, keyring, _ in
            keyring.onUnknownSerial {}
            let sinks = try send(Self.rotated, times: 1, to: door)
            keyring.endAsking()
            #expect(await sinks[0].answer().status == 401)
            #expect(door.ingest.figures().refused == [.unknownSerial: 1])
            #expect(door.ingest.figures().received == 1)
            // The same serial is told to nobody again: nobody waits.
            #expect(await door.statuses([try Vector.load(Self.rotated)]) == [401])
        }
    }

    @Test("where nobody asks nobody waits, and no more wait than may")
    func bounds() async throws {
        try await withDoor { door, keyring, all in
            #expect(await door.statuses([try Vector.load(Self.rotated)]) == [401])
            keyring.clearUnknownSerial()
            keyring.onUnknownSerial {}
            let sinks = try send(Self.rotated, times: 300, to: door)
            #expect(door.ingest.figures().inFlight == 256)
            #expect(door.ingest.figures().refused == [.unknownSerial: 1 + 44])
            keyring.replace(with: all)
            keyring.endAsking()
            var statuses: [Int: Int] = [:]
            for sink in sinks { statuses[await sink.answer().status, default: 0] += 1 }
            #expect(statuses == [204: 256, 401: 44])
        }
    }

    @Test(
        "bodies under a forged serial hold a mebibyte at most while they wait; longer ones than notices have do not wait"
    )
    func byteBounds() async throws {
        try await withDoor { door, keyring, all in
            keyring.onUnknownSerial {}
            let fields = try Vector.load(Self.rotated).fields
            func send(bodyByteCount: Int, times count: Int) -> [AnswerBox] {
                let body = [UInt8](repeating: 0x20, count: bodyByteCount)
                let sinks = (0..<count).map { _ in AnswerBox() }
                door.ingest.handle(
                    sinks.map { DataPlaneExchange(request: Door.request(fields, body), sink: $0) })
                return sinks
            }
            let waiting = send(bodyByteCount: 65_536, times: 17)
            #expect(door.ingest.figures().inFlight == 16)
            let long = send(bodyByteCount: 65_537, times: 1)
            #expect(await long[0].answer().status == 401)
            #expect(door.ingest.figures().inFlight == 16)
            keyring.replace(with: all)
            keyring.endAsking()
            for sink in waiting { #expect(await sink.answer().status == 401) }
            #expect(door.ingest.figures().refused == [.unknownSerial: 2, .signatureMismatch: 16])
        }
    }
}
