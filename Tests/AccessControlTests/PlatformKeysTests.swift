import AccessControl
import FoundationEssentials
import PaymentNotice
import Testing

@Suite struct PlatformKeysTests {
    static let serialA = "3A5C7E91B2D4F60813579BDF02468ACE1F3D5B79"
    static let apiV3Key = Array("Kx7Qm2Zt9Vb4Nc8Rw1Ys6Hd3Lf5Gj0Pa".utf8)

    private func error(
        serial: String = serialA, pem: String, apiV3Key: [UInt8] = apiV3Key, publicKeyPEM: String? = nil
    ) -> PlatformKeysError? {
        do throws(PlatformKeysError) {
            _ = try PlatformKeys(
                certificates: [PlatformKeys.CertificateSource(serial: serial, pem: pem)],
                publicKeys: publicKeyPEM.map { [PlatformKeys.PublicKeySource(id: "PUB_KEY_ID_1", pem: $0)] } ?? [],
                apiV3Key: apiV3Key)
            return nil
        } catch {
            return error
        }
    }

    @Test("keys that cannot be meant are refused with what is wrong")
    func refusals() throws {
        let pem = try Vectors.text("keys/platform-a.cert.pem")
        #expect(error(pem: pem) == nil)
        #expect(
            error(serial: "5F0E", pem: pem) == .serialMismatch(configured: "5F0E", found: Self.serialA))
        #expect(error(serial: Self.serialA.lowercased(), pem: pem) != nil)
        #expect(error(pem: "no certificate") == .notACertificate(serial: Self.serialA))
        #expect(error(pem: pem, apiV3Key: [1]) == .key(.apiV3KeyLength(1)))
        #expect(error(pem: pem, publicKeyPEM: "x") == .key(.notAKey("WeChat Pay public key PUB_KEY_ID_1")))
        #expect(throws: PlatformKeysError.key(.keyCount(0))) {
            try PlatformKeys(certificates: [], publicKeys: [], apiV3Key: Self.apiV3Key)
        }
        let source = PlatformKeys.CertificateSource(serial: Self.serialA, pem: pem)
        #expect(throws: PlatformKeysError.key(.repeatedKey(Self.serialA))) {
            try PlatformKeys(certificates: [source, source], publicKeys: [], apiV3Key: Self.apiV3Key)
        }
    }

    @Test("the end of each certificate is exposed")
    func expiries() throws {
        let expiries = try Vectors.keys().certificateExpiries
        #expect(expiries.map(\.serial) == [Self.serialA, "5F0E1D2C3B4A59687786A5B4C3D2E1F009182736"])
        #expect(expiries.allSatisfy { $0.notValidAfterSeconds == 2_335_219_200 })
    }

    @Test(
        "a signature that is none is a mismatch and never a trap",
        arguments: [
            "", "A", "====", "AAAA", "é", String(repeating: "A", count: 344), String(repeating: "A", count: 100_000),
        ])
    func badSignatures(text: String) throws {
        let keys = try Vectors.keys()
        #expect(keys.verify(serial: Self.serialA, message: [1], signature: text) == .mismatch)
        #expect(keys.verify(serial: "x", message: [1], signature: text) == .unknownSerial)
        #expect(keys.verify(serial: Self.serialA.lowercased(), message: [1], signature: text) == .unknownSerial)
    }

    @Test("a resource of wrong lengths is not opened and does not trap")
    func badResources() throws {
        let keys = try Vectors.keys()
        for count in [0, 1, 15, 16, 17] {
            #expect(
                keys.open(
                    nonce: [UInt8](repeating: 0, count: 12), associatedData: [],
                    ciphertext: [UInt8](repeating: 0, count: count)) == nil)
        }
        for count in [0, 11, 13, 1_000] {
            #expect(
                keys.open(
                    nonce: [UInt8](repeating: 0, count: count), associatedData: [],
                    ciphertext: [UInt8](repeating: 0, count: 32)) == nil)
        }
    }

    @Test("keys are loaded from files, the secret one only when nobody else may read it")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "keys-" + RandomBytes.alphanumeric(count: 12))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secretPath = folder.appending(path: "apiv3.key").path()
        try SecretFile.create(path: secretPath, Self.apiV3Key + [0x0A])
        let certificatePath = Vectors.folder.appending(path: "keys/platform-a.cert.pem").path()
        func load() throws(PlatformKeysError) -> PlatformKeys {
            try PlatformKeys.load(
                certificateFiles: [(Self.serialA, certificatePath)], publicKeyFiles: [], apiV3KeyFile: secretPath)
        }
        #expect(try load().certificateExpiries.count == 1)
        #expect(throws: SecretFileError.system(path: secretPath, operation: "create", code: 17)) {
            try SecretFile.create(path: secretPath, [1])
        }
        for mode in [0o640, 0o604, 0o610] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secretPath)
            #expect(throws: PlatformKeysError.file(.readableByOthers(path: secretPath, mode: UInt32(mode)))) {
                try load()
            }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: secretPath)
        #expect(try load().certificateExpiries.count == 1)
        #expect(throws: SecretFileError.notAFile(path: folder.path())) { try SecretFile.read(path: folder.path()) }
        #expect(throws: SecretFileError.size(path: secretPath, byteCount: 33, byteCountMax: 32)) {
            try SecretFile.read(path: secretPath, byteCountMax: 32)
        }
        #expect(throws: SecretFileError.system(path: "/nowhere/key", operation: "open", code: 2)) {
            try SecretFile.read(path: "/nowhere/key")
        }
    }
}
