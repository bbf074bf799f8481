import AccessControl
import MessageModel
import QueueStore
import TestSupport
import Testing
import WeChatPayAPI

@testable import PlatformCertificates

@Suite("Platform certificates")
struct PlatformCertificatesTests {
    private static let serialA = "4A00000000000000000000000000000000000001"
    private static let serialB = "4B00000000000000000000000000000000000002"

    private func pair() throws -> (a: MadeCertificate, b: MadeCertificate) {
        (try MadeCertificate("a", serial: Self.serialA), try MadeCertificate("b", serial: Self.serialB))
    }

    @Test("a fetched certificate is in force beside the one of a file, while both signatures mix")
    func rotation() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let source = try FakeSource([a], time: world.time)
        let problems = try await world.running(files: [a], source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try a.isTaken(by: certificates.keyring))
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 1 })
            try source.answer([a, b])
            // The first notice by the new key is refused, and has the list fetched as soon as a minute has passed since the call before.
            #expect(try !b.isTaken(by: certificates.keyring))
            world.time.advance(milliseconds: 60_000)
            #expect(try await eventually { try b.isTaken(by: certificates.keyring) })
            for _ in 0..<3 {
                #expect(try a.isTaken(by: certificates.keyring))
                #expect(try b.isTaken(by: certificates.keyring))
            }
            #expect(source.callCount == 2)
            let report = await certificates.report
            #expect(report.keys.map(\.source) == [.fileAndPlatform, .platform])
            #expect(report.keys.map(\.use.noticeCount) == [4, 4])
            #expect(report.keys.allSatisfy { $0.use.lastUsedSeconds == world.nowSeconds })
            #expect(report.changeCount == 1 && report.fetching?.fault == nil)
        }
        #expect(problems.isEmpty)
    }

    @Test("a set-up without any certificate starts, and has the platform's after the first fetch")
    func bootstrap() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let now = world.nowSeconds
        let list = CertificateList(
            certificates: [try a.sealed(), try b.sealed()], unchecked: try b.answer(at: now, receivedAt: now))
        let source = FakeSource(.success(list), time: world.time)
        _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { try a.isTaken(by: certificates.keyring) })
            #expect(try b.isTaken(by: certificates.keyring))
            #expect(world.alarms.all.isEmpty)
        }
    }

    @Test("a restart while the platform is unreachable still has what was fetched")
    func restart() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let source = try FakeSource([a, b], time: world.time)
        _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.keys.count == 2 })
        }
        source.answer(.failure(.unreachable("timeout_connect")))
        let problems = try await world.running(source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try a.isTaken(by: certificates.keyring))
            #expect(try b.isTaken(by: certificates.keyring))
            #expect(try await eventually { await certificates.report.fetching?.failedCount == 1 })
            let report = await certificates.report
            #expect(report.keys.count == 2 && report.changeCount == 0)
            #expect(report.fetching?.fault == "WeChat Pay was not reached: timeout_connect")
            #expect(try a.isTaken(by: certificates.keyring))
        }
        #expect(problems.isEmpty)
        #expect(world.alarms.all.isEmpty, "keys are held: a platform that is not reached is no alarm")
    }

    @Test(
        "what the store did not take is written again, so that a restart has it",
        arguments: [CommitFaults.Side.before, .after])
    func storeFault(side: CommitFaults.Side) async throws {
        let (a, _) = try pair()
        let refusal = CommitRefusal()
        let world = KeyWorld(refusal: refusal)
        let source = FakeSource(.failure(.unreachable("timeout_connect")), time: world.time)
        _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.fetching?.failedCount == 1 })
            let now = world.nowSeconds + 60
            source.answer(
                .success(
                    CertificateList(
                        certificates: [try a.sealed()], unchecked: try a.answer(at: now, receivedAt: now))))
            refusal.refuse(side)
            world.time.advance(milliseconds: 60_000)
            #expect(try await eventually { await certificates.storeDueMillis != nil })
            refusal.refuse(nil)
            #expect(try a.isTaken(by: certificates.keyring))
            world.time.advance(milliseconds: 60_000)
            #expect(try await eventually { await certificates.storeDueMillis == nil })
        }
        source.answer(.failure(.unreachable("timeout_connect")))
        let problems = try await world.running(source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try a.isTaken(by: certificates.keyring))
        }
        #expect(problems.isEmpty)
    }

    @Test("a list that is not authentic changes nothing")
    func refused() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let now = world.nowSeconds
        let wrongKey = Array("00000000000000000000000000000000".utf8)
        let good = try b.sealed()
        var tampered = good.ciphertext
        tampered[10] ^= 1
        let byItself = try b.answer(at: now, receivedAt: now)
        let lists: [CertificateList] = [
            // Sealed with another APIv3 key: by somebody who does not have ours.
            CertificateList(certificates: [try b.sealed(apiV3Key: wrongKey)], unchecked: byItself),
            CertificateList(
                certificates: [
                    SealedCertificate(
                        serial: b.serial, nonce: good.nonce, associatedData: "certificate", ciphertext: tampered)
                ], unchecked: byItself),
            CertificateList(
                certificates: [
                    SealedCertificate(
                        serial: b.serial, nonce: good.nonce, associatedData: "other", ciphertext: good.ciphertext)
                ], unchecked: byItself),
            CertificateList(certificates: [try b.sealed(saidToBe: Self.serialA)], unchecked: byItself),
            CertificateList(certificates: [try b.sealed(text: "no certificate")], unchecked: byItself),
            CertificateList(certificates: [], unchecked: byItself),
            // Signed by a key that is not in the list, forged, stale.
            CertificateList(certificates: [good], unchecked: try a.answer(at: now, receivedAt: now)),
            CertificateList(
                certificates: [good],
                unchecked: try b.answer(body: "{}", sentBody: "{ }", at: now, receivedAt: now)),
            CertificateList(certificates: [good], unchecked: try b.answer(at: now - 300, receivedAt: now)),
            // Signed rightly, but nothing of it opens.
            CertificateList(certificates: [try b.sealed(apiV3Key: wrongKey)]),
        ]
        for (index, list) in lists.enumerated() {
            let world = KeyWorld()
            let source = FakeSource(.success(list), time: world.time)
            _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
                #expect(try await eventually { await certificates.report.fetching?.failedCount == 1 }, "\(index)")
                #expect(try !b.isTaken(by: certificates.keyring), "\(index)")
                let report = await certificates.report
                #expect(report.keys.isEmpty && report.fetching?.fault?.isEmpty == false)
                #expect(world.alarms.all.count == 1, "\(index)")
                // Told, tried again, and well once the platform is.
                source.answer(
                    .success(CertificateList(certificates: [good], unchecked: byItself)))
                world.time.advance(milliseconds: 60_000)
                #expect(try await eventually { try b.isTaken(by: certificates.keyring) }, "\(index)")
            }
        }
    }

    @Test("of a signed list, what opens is taken and what does not is told of")
    func partly() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let wrongKey = Array("00000000000000000000000000000000".utf8)
        let list = CertificateList(certificates: [try a.sealed(apiV3Key: wrongKey), try b.sealed()])
        let source = FakeSource(.success(list), time: world.time)
        _ = try await world.running(files: [a], source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { try b.isTaken(by: certificates.keyring) })
            #expect(try a.isTaken(by: certificates.keyring))
            #expect(world.alarms.all == ["a listed platform certificate cannot be used "])
        }
    }

    @Test("a storm of forged serials causes few calls")
    func storm() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let source = try FakeSource([a], time: world.time)
        _ = try await world.running(files: [a], source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 1 })
            let message = Array("1\nn\n{}\n".utf8)
            for second in 0..<3_600 {
                for serial in ["4C\(second)", "4D\(second)"] {
                    _ = certificates.keyring.verify(serial: serial, message: message, signature: "AAAA")
                }
                world.time.advance(milliseconds: 1_000)
                if second % 10 == 0 { await Task.yield() }
            }
            #expect(try await eventually { source.callCount >= 2 })
            #expect(source.callCount <= 7)
            for (before, after) in zip(source.callMillis, source.callMillis.dropFirst()) {
                #expect(after - before >= 60_000)
            }
            #expect(certificates.keyring.unknownSerialCount == 7_200)
            // An honest new key is found all the same.
            try source.answer([a, b])
            _ = try b.isTaken(by: certificates.keyring)
            world.time.advance(milliseconds: 960_000)
            #expect(try await eventually { try b.isTaken(by: certificates.keyring) })
        }
    }

    @Test("the list is fetched every few hours, and after a failure sooner, with growing pauses")
    func schedule() async throws {
        let (a, _) = try pair()
        let world = KeyWorld()
        let source = try FakeSource([a], time: world.time)
        _ = try await world.running(files: [a], source: source, refreshHours: 2) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 1 })
            source.answer(.failure(.rateLimited))
            world.time.advance(milliseconds: 7_200_000)
            #expect(try await eventually { await certificates.report.fetching?.failedCount == 1 })
            world.time.advance(milliseconds: 60_000)
            #expect(try await eventually { await certificates.report.fetching?.failedCount == 2 })
            try source.answer([a])
            world.time.advance(milliseconds: 120_000)
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 2 })
            let next = await certificates.report.fetching?.nextSeconds
            #expect(next == world.nowSeconds + 7_200)
        }
    }

    @Test("a fetched certificate goes once it is past its end and no longer listed; one of a file never does")
    func dropping() async throws {
        let world = KeyWorld()
        let now = world.nowSeconds
        let a = try MadeCertificate("a", serial: Self.serialA, endSeconds: now + 7_000)
        let b = try MadeCertificate("b", serial: Self.serialB, endSeconds: now + 7_000)
        let c = try MadeCertificate("p", serial: "4C", endSeconds: now + 900_000_000)
        let source = try FakeSource([b, c], time: world.time)
        _ = try await world.running(files: [a], source: source, refreshHours: 1) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.keys.count == 3 })
            world.time.advance(milliseconds: 7_300_000)
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 2 })
            #expect(try b.isTaken(by: certificates.keyring), "it is still listed")
            try source.answer([c])
            world.time.advance(milliseconds: 3_700_000)
            #expect(try await eventually { try !b.isTaken(by: certificates.keyring) })
            #expect(try a.isTaken(by: certificates.keyring) && c.isTaken(by: certificates.keyring))
        }
        // The rows follow.
        source.answer(.failure(.rateLimited))
        _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
            #expect(await certificates.report.keys.map(\.name) == ["4C"])
        }
    }

    @Test("alarms come 30, 7 and 1 days before the end, and daily while the last key ends")
    func alarms() async throws {
        let day: Int64 = 86_400
        let world = KeyWorld()
        let now = world.nowSeconds
        let a = try MadeCertificate("a", serial: Self.serialA, endSeconds: now + 40 * day)
        let b = try MadeCertificate("b", serial: Self.serialB, endSeconds: now + 60 * day)
        _ = try await world.running(files: [a, b], source: nil) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(await certificates.report.fetching == nil)
            // The service's own look moves with the clock; what it did is seen by the key's alarms.
            func counts() -> (ending: Int, last: Int) {
                let lines = world.alarms.all
                return (
                    lines.count { $0 == "a platform certificate ends \(Self.serialA)" },
                    lines.count { $0.hasPrefix("the last key of the platform ends") }
                )
            }
            for (days, ending, last) in [(9, 0, 0), (1, 1, 0), (5, 1, 0), (18, 2, 3)] {
                for _ in 0..<days {
                    world.time.advance(milliseconds: UInt64(day) * 1_000)
                    // Each day's look is waited for by what it leaves: nothing, or alarms; a settled loop is asked twice.
                    for _ in 0..<20 { _ = await certificates.report }
                }
                #expect(try await eventually { counts().ending == ending }, "\(days): \(world.alarms.all)")
                #expect(counts().last <= last + 1, "\(world.alarms.all)")
            }
        }
    }

    @Test("where public keys are held, a platform that lists no certificates is no failure")
    func publicKeyMode() async throws {
        let (a, _) = try pair()
        let world = KeyWorld()
        let source = FakeSource(.failure(.notFound(code: "RESOURCE_NOT_EXISTS")), time: world.time)
        _ = try await world.running(files: [a], source: source) {
            (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { await certificates.report.fetching?.failedCount == 1 })
            await certificates.replace(
                sources: PlatformKeySources(
                    publicKeys: [.init(id: "PUB_KEY_ID_1", pem: a.key.publicKeyPEM)],
                    apiV3Key: MadeCertificate.apiV3Key))
            world.time.advance(milliseconds: 60_000)
            #expect(try await eventually { await certificates.report.fetching?.succeededCount == 1 })
            #expect(await certificates.report.fetching?.fault == nil)
        }
    }

    @Test("changed key files are in force at once, beside what was fetched")
    func files() async throws {
        let (a, b) = try pair()
        let world = KeyWorld()
        let source = try FakeSource([a], time: world.time)
        _ = try await world.running(source: source) { (certificates: PlatformCertificates<Store>) async throws in
            #expect(try await eventually { try a.isTaken(by: certificates.keyring) })
            await certificates.note(fileFault: "bad")
            #expect(await certificates.report.fileFault == "bad")
            await certificates.replace(
                sources: PlatformKeySources(
                    certificates: [b.source],
                    publicKeys: [.init(id: "PUB_KEY_ID_1", pem: b.key.publicKeyPEM)],
                    apiV3Key: Array("11111111111111111111111111111111".utf8)))
            #expect(try a.isTaken(by: certificates.keyring) && b.isTaken(by: certificates.keyring))
            let report = await certificates.report
            #expect(report.keys.map(\.isCertificate) == [true, true, false] && report.fileFault == nil)
            #expect(report.lastEndSeconds == nil)
        }
    }
}
