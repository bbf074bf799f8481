import AccessControl
import Engine
import MessageModel
import Testing

@testable import PlatformCertificates

@Suite("Parts of platform certificates")
struct PartsTests {
    @Test(
        "forged serials: at most one call a minute, with growing pauses, and one minute again after a new key or a quiet hour"
    )
    func schedule() {
        var schedule = FetchSchedule(refreshMillis: 43_200_000, nowMillis: 0)
        #expect(schedule.dueMillis == 0)
        schedule.begin(nowMillis: 0)
        schedule.succeeded(isNew: true, nowMillis: 0)
        #expect(schedule.dueMillis == 43_200_000)
        var calls: [UInt64] = []
        for second in 1...7_200 as ClosedRange<UInt64> {
            schedule.metUnknownSerial(nowMillis: second * 1_000)
            guard schedule.dueMillis <= second * 1_000 else { continue }
            calls.append(second)
            schedule.begin(nowMillis: second * 1_000)
            schedule.succeeded(isNew: false, nowMillis: second * 1_000)
        }
        #expect(calls == [60, 180, 420, 900, 1_860, 2_820, 3_780, 4_740, 5_700, 6_660])
        // A new key: one minute again.
        schedule.metUnknownSerial(nowMillis: 7_700_000)
        #expect(schedule.dueMillis == 7_620_000)
        schedule.begin(nowMillis: 7_700_000)
        schedule.succeeded(isNew: true, nowMillis: 7_700_000)
        schedule.metUnknownSerial(nowMillis: 7_700_001)
        #expect(schedule.dueMillis == 7_760_000)
        schedule.begin(nowMillis: 7_760_000)
        schedule.failed(nowMillis: 7_760_000)
        schedule.metUnknownSerial(nowMillis: 7_760_001)
        // The repetition of the failed call comes first.
        #expect(schedule.dueMillis == 7_820_000)
        schedule.begin(nowMillis: 7_820_000)
        schedule.succeeded(isNew: false, nowMillis: 7_820_000)
        // A quiet hour: one minute again.
        schedule.metUnknownSerial(nowMillis: 12_000_000)
        #expect(schedule.dueMillis == 7_880_000)
    }

    @Test("failed calls are repeated with growing pauses, up to an hour")
    func failures() {
        var schedule = FetchSchedule(refreshMillis: 43_200_000, nowMillis: 0)
        var now: UInt64 = 0
        var pauses: [UInt64] = []
        for _ in 0..<9 {
            schedule.begin(nowMillis: now)
            schedule.failed(nowMillis: now)
            pauses.append((schedule.dueMillis - now) / 60_000)
            now = schedule.dueMillis
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    }

    private func certificate(_ serial: String, endSeconds: Int64) throws -> PlatformCertificate {
        try PlatformCertificate(
            pem: try MadeCertificate("a", serial: serial, endSeconds: endSeconds).pem, saidToBe: serial)
    }

    @Test("the shelf keeps what is listed, and what is not until its end; at most so many")
    func shelf() throws {
        let (one, two, three) = (
            try certificate("41", endSeconds: 1_800_000_000), try certificate("42", endSeconds: 1_810_000_000),
            try certificate("43", endSeconds: 1_820_000_000)
        )
        var shelf = CertificateShelf()
        #expect(shelf.take([one, two, two], nowSeconds: 1_760_000_000, countMax: 16) == ["41", "42"])
        #expect(shelf.certificates.map(\.certificate.serial) == ["42", "41"])
        #expect(shelf.take([two, three], nowSeconds: 1_760_000_000, countMax: 16) == ["43"])
        #expect(shelf.certificates.map(\.isListed) == [true, true, false])
        #expect(shelf.dropExpired(nowSeconds: 1_800_000_000).isEmpty)
        #expect(shelf.dropExpired(nowSeconds: 1_800_000_001) == ["41"])
        #expect(shelf.dropExpired(nowSeconds: 1_900_000_000).isEmpty, "listed ones stay")
        #expect(shelf.take([one], nowSeconds: 1_805_000_000, countMax: 16).isEmpty, "past its end already")
        #expect(shelf.certificates.map(\.certificate.serial) == ["43", "42"])
        #expect(shelf.take([one, two, three], nowSeconds: 1_760_000_000, countMax: 2).isEmpty)
        #expect(shelf.certificates.map(\.certificate.serial) == ["43", "42"])
    }

    @Test("rows give back what was stored, and what is not of their form is told from it")
    func rows() throws {
        let fetched = try (1...9).map {
            FetchedCertificate(
                certificate: try certificate("4\($0)", endSeconds: 1_800_000_000), isListed: $0 % 2 == 0)
        }
        let changes = try #require(CertificateRows.changes(fetched, over: 0))
        let rows = changes.compactMap { change in change.value.map { Row(key: change.key, value: $0) } }
        #expect(rows.count > 4 && rows.allSatisfy { $0.value.slice.count <= Limits.stateValueByteCountMax })
        #expect(CertificateRows.certificates(rows) == fetched)
        #expect(CertificateRows.certificates([]) == [])
        #expect(CertificateRows.certificates(Array(rows.dropLast())) == nil)
        #expect(CertificateRows.certificates(Array(rows.dropFirst())) == nil)
        let fewer = try #require(CertificateRows.changes([fetched[0]], over: rows.count))
        #expect(fewer.count == rows.count && fewer.dropFirst(1).allSatisfy { $0.value == nil })
        var other = rows
        other[0].value = Bytes([9] + Array(rows[0].value.slice).dropFirst())
        #expect(CertificateRows.certificates(other) == nil)
    }

    @Test("alarms: once for each of 30, 7, 1 days and the end; daily for the last key; never for a public key")
    func alarms() {
        let day: Int64 = 86_400
        func report(_ keys: [(String, Int64?)]) -> PlatformKeysReport {
            PlatformKeysReport(
                keys: keys.map { name, end in
                    .init(name: name, isCertificate: end != nil, source: .file, notAfterSeconds: end)
                }, unknownSerialCount: 0)
        }
        var alarms = ExpiryAlarms()
        let two = report([("41", 40 * day), ("42", 400 * day)])
        var told: [Int64] = []
        for hour in 0...(41 * 24) as ClosedRange<Int64> {
            for alarm in alarms.due(two, nowSeconds: hour * 3_600) {
                #expect(alarm.serial == "41" && !alarm.isLast)
                told.append(alarm.secondsLeft / 3_600)
            }
        }
        #expect(told == [30 * 24, 7 * 24, 24, 0])
        alarms = ExpiryAlarms()
        told = []
        for hour in 0...(41 * 24) as ClosedRange<Int64> {
            for alarm in alarms.due(report([("41", 40 * day)]), nowSeconds: hour * 3_600) {
                #expect(alarm.isLast)
                told.append(alarm.secondsLeft / day)
            }
        }
        let daily: [Int64] = Array(stride(from: 30, through: -1, by: -1))
        #expect(told == daily)
        alarms = ExpiryAlarms()
        let withPublicKey = report([("41", 40 * day), ("PUB_KEY_ID_1", nil)])
        #expect(alarms.due(withPublicKey, nowSeconds: 39 * day).map(\.isLast) == [false])
        #expect(alarms.due(withPublicKey, nowSeconds: 39 * day + 3_600).isEmpty)
        // A start shortly before the end tells at once.
        alarms = ExpiryAlarms()
        #expect(alarms.due(two, nowSeconds: 38 * day).count == 1)
    }
}
