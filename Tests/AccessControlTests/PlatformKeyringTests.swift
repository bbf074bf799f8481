@testable import AccessControl
import Glibc
import PaymentNotice
import Synchronization
import Testing

@Suite struct PlatformKeyringTests {
    private static let serialA = "3A5C7E91B2D4F60813579BDF02468ACE1F3D5B79"
    private static let serialB = "5F0E1D2C3B4A59687786A5B4C3D2E1F009182736"

    private func sources() throws -> PlatformKeySources {
        PlatformKeySources(
            certificates: [.init(serial: Self.serialA, pem: try Vectors.text("keys/platform-a.cert.pem"))],
            apiV3Key: Array("Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa".utf8))
    }

    private func further() throws -> [PlatformKeys.CertificateSource] {
        [.init(serial: Self.serialB, pem: try Vectors.text("keys/platform-b.cert.pem"))]
    }

    private func verdict(_ name: String, _ keyring: PlatformKeyring) throws -> NoticeVerdict {
        let request = try VectorRequest(name: name)
        return NoticeVerifier(settings: try Vectors.verifier().settings, crypto: keyring).verdict(
            headers: NoticeHeaders(list: request.headers), body: request.body, nowSeconds: request.nowSeconds)
    }

    private func refusal(_ verdict: NoticeVerdict) -> NoticeRefusal? {
        if case .refused(let reason, _) = verdict { reason } else { nil }
    }

    private func isPayment(_ verdict: NoticeVerdict) -> Bool {
        if case .payment = verdict { true } else { false }
    }

    @Test(
        "a verifier that was made once takes notices by the keys of the moment, and what they were used for is counted")
    func changeOver() throws {
        let now = Mutex<Int64>(100)
        let keyring = PlatformKeyring(nowSeconds: { now.withLock { $0 } })
        #expect(refusal(try verdict("01-valid-partner", keyring)) == .unknownSerial, "an empty keyring knows no serial")
        #expect(keyring.keys == nil && keyring.open(nonce: [], associatedData: [], ciphertext: []) == nil)
        keyring.replace(with: try sources().keys())
        #expect(isPayment(try verdict("01-valid-partner", keyring)))
        #expect(refusal(try verdict("11-valid-rotated-certificate", keyring)) == .unknownSerial)
        keyring.replace(with: try sources().keys(adding: try further()))
        now.withLock { $0 = 200 }
        #expect(isPayment(try verdict("11-valid-rotated-certificate", keyring)))
        #expect(keyring.uses[Self.serialA]?.noticeCount == 1 && keyring.uses[Self.serialA]?.lastUsedSeconds == 100)
        #expect(keyring.uses[Self.serialB]?.noticeCount == 1 && keyring.uses[Self.serialB]?.lastUsedSeconds == 200)
        #expect(refusal(try verdict("03-bad-signature-bit", keyring)) == .signatureMismatch)
        #expect(keyring.uses[Self.serialA]?.noticeCount == 1, "what does not hold counts nowhere")
        #expect(keyring.unknownSerialCount == 2)
        keyring.replace(with: try sources().keys())
        #expect(keyring.uses.keys.sorted() == [Self.serialA])
        #expect(isPayment(try verdict("01-valid-partner", keyring)))
        #expect(keyring.uses[Self.serialA]?.noticeCount == 2)
    }

    @Test("unknown serials are told once until they are cleared")
    func unknownSerials() throws {
        let told = Mutex(0)
        let keyring = PlatformKeyring(try sources().keys())
        keyring.onUnknownSerial { told.withLock { $0 += 1 } }
        for _ in 0..<100 { _ = keyring.verify(serial: "AB", message: [1], signature: "AAAA") }
        #expect(told.withLock { $0 } == 1 && keyring.hasUnknownSerial && keyring.unknownSerialCount == 100)
        keyring.clearUnknownSerial()
        #expect(!keyring.hasUnknownSerial)
        _ = keyring.verify(serial: "AB", message: [1], signature: "AAAA")
        #expect(told.withLock { $0 } == 2)
    }

    @Test("whoever waits for keys goes on when the asking ends or he is cancelled; where nobody asks nobody waits")
    func waitingForKeys() async throws {
        let keyring = PlatformKeyring(try sources().keys())
        await keyring.waitWhileAsking()
        _ = keyring.verify(serial: "AB", message: [1], signature: "AAAA")
        #expect(!keyring.isAsking, "nobody is told, so nobody asks")
        await keyring.waitWhileAsking()
        keyring.clearUnknownSerial()
        keyring.onUnknownSerial {}
        _ = keyring.verify(serial: "AB", message: [1], signature: "AAAA")
        #expect(keyring.isAsking)
        let waiters = (0..<4).map { _ in Task { await keyring.waitWhileAsking() } }
        let cancelled = Task { await keyring.waitWhileAsking() }
        cancelled.cancel()
        await cancelled.value
        #expect(keyring.isAsking)
        keyring.endAsking()
        for waiter in waiters { await waiter.value }
        #expect(!keyring.isAsking)
        _ = keyring.verify(serial: "AB", message: [1], signature: "AAAA")
        #expect(!keyring.isAsking, "the same unknown serial is told once")
    }

    @Test("keys of files stand before certificates of the same serial, and none at all is allowed where asked for")
    func joining() throws {
        let own = try sources()
        #expect(try own.keys(adding: [own.certificates[0]]).names == [Self.serialA])
        let empty = PlatformKeySources(apiV3Key: own.apiV3Key)
        #expect(throws: PlatformKeysError.key(.keyCount(0))) { try empty.keys() }
        #expect(try empty.keys(allowsNone: true).names.isEmpty)
        #expect(throws: PlatformKeysError.key(.apiV3KeyLength(31))) {
            try PlatformKeySources(apiV3Key: Array(own.apiV3Key.dropLast())).keys(allowsNone: true)
        }
    }

    @Test("a certificate is looked at: serial, validity, an RSA key of an accepted size")
    func certificates() throws {
        let pem = try Vectors.text("keys/platform-a.cert.pem")
        let certificate = try PlatformCertificate(pem: pem, saidToBe: "x")
        #expect(certificate.serial == Self.serialA)
        #expect(certificate.notBeforeSeconds < 1_760_000_000 && certificate.notAfterSeconds > 1_760_000_000)
        #expect(throws: PlatformKeysError.notACertificate(serial: "x")) {
            try PlatformCertificate(pem: "no certificate", saidToBe: "x")
        }
        #expect(throws: PlatformKeysError.notACertificate(serial: "x")) {
            try PlatformCertificate(pem: try Vectors.text("keys/wechatpay-public.pub.pem"), saidToBe: "x")
        }
    }

    @Test("a secret may come from the environment; errors show the name alone")
    func environment() throws {
        let name = "TILLWIRE_TEST_SECRET_\(getpid())"
        let expected = SecretFileError.noVariable(name: name)
        #expect(throws: expected) { try SecretFile.read(path: "env:\(name)") }
        #expect(throws: expected) { try SecretFile.secret([], ofVariable: name, byteCountMax: 9) }
        #expect(try SecretFile.secret(Array("hush-hush".utf8), ofVariable: name, byteCountMax: 9).count == 9)
        let error = #expect(throws: SecretFileError.self) {
            try SecretFile.secret(Array("hush-hush".utf8), ofVariable: name, byteCountMax: 5)
        }
        #expect(error?.description.contains("hush") == false && error?.description.contains(name) == true)
        // One that every environment has; none is set here, because other tests start processes meanwhile.
        let path = getenv("PATH").map { String(cString: $0) }
        #expect(try SecretFile.readText(path: "env:PATH") == path)
        #expect(throws: SecretFileError.noVariable(name: "")) { try SecretFile.read(path: "env:") }
        // What is no secret is never read from there.
        #expect(throws: SecretFileError.self) { try SecretFile.readPublic(path: "env:PATH") }
    }

    @Test("changed key files are found, bad ones change nothing, and a file may take a certificate of another serial")
    func follower() throws {
        try APIKeyFileTests.withFolder { folder in
            let certificate = folder + "/platform.pem"
            let secret = folder + "/api-v3-key"
            try SecretFile.create(path: secret, try sources().apiV3Key)
            try SecretFile.create(path: certificate, Array(try Vectors.text("keys/platform-a.cert.pem").utf8))
            let read = { @Sendable () throws(PlatformKeysError) -> PlatformKeySources in
                let sources = try PlatformKeySources.load(
                    certificateFiles: [(PlatformKeySources.anySerial, certificate)], publicKeyFiles: [],
                    apiV3KeyFile: secret)
                _ = try sources.keys()
                return sources
            }
            let follower = PlatformKeyFollower(paths: [certificate, secret], sources: try read(), read: read)
            #expect(follower.look() == .same)
            #expect(rename(try Self.put(folder, try Vectors.text("keys/platform-b.cert.pem")), certificate) == 0)
            guard case .replaced(let sources) = follower.look() else {
                Issue.record("the certificate changed")
                return
            }
            #expect(sources.certificates.map(\.serial) == [Self.serialB])
            #expect(follower.look() == .same)
            #expect(rename(try Self.put(folder, "half a file"), certificate) == 0)
            let bad = PlatformKeysError.notACertificate(serial: PlatformKeySources.anySerial)
            #expect(follower.look() == .bad(bad))
            #expect(follower.look() == .same && follower.fault == bad)
            chmod(secret, 0o644)
            guard case .bad(.file(.readableByOthers)) = follower.look() else {
                Issue.record("an open secret is refused")
                return
            }
            chmod(secret, 0o600)
            #expect(rename(try Self.put(folder, try Vectors.text("keys/platform-b.cert.pem")), certificate) == 0)
            #expect(follower.look() == .same && follower.fault == nil, "the keys in force are in the files again")
            #expect(rename(try Self.put(folder, "0123456789abcdef0123456789abcdef\n"), secret) == 0)
            guard case .replaced(let changed) = follower.look() else {
                Issue.record("the APIv3 key changed")
                return
            }
            #expect(changed.apiV3Key == Array("0123456789abcdef0123456789abcdef".utf8))
        }
    }

    private static func put(_ folder: String, _ text: String) throws -> String {
        let path = folder + "/new"
        try SecretFile.create(path: path, Array(text.utf8))
        return path
    }
}
