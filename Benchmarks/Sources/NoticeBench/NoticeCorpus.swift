internal import AccessControl
internal import BenchmarkSupport
internal import Glibc
internal import PaymentNotice

/// Notices that were sealed and signed before any clock runs, no two of one transaction, as whole requests.
struct NoticeCorpus: Sendable {
    static let pathV3 = "/notify/wechat/v3"
    static let pathV2 = "/notify/wechat/v2"
    private static let providerID = "1620001234"
    /// The runs outlast the protocol's window of five minutes.
    private static let clockWindowSeconds: Int64 = 3_600

    /// What they tell.
    let payments: [PaidTransaction]
    /// Requests of API v3: certificate and public key in turns.
    let requestsV3: [[UInt8]]
    /// Requests of API v2: MD5 and HMAC-SHA256 in turns.
    let requestsV2: [[UInt8]]
    /// The cryptography of the first of them, taken out.
    let sealed: [SealedPart]
    let keys: PlatformKeys
    let verifierV3: NoticeVerifier<PlatformKeys>
    let verifierV2: NoticeV2Verifier<APIv2Key>
    /// Bytes of a body of API v3.
    let bodyByteCount: Int

    /// Makes `count` notices on all cores: an RSA signature takes the better part of a millisecond.
    init(count: Int) async throws {
        let now = Int64(time(nil))
        let apiV3Key = SimulatedPlatform.makeAPIv3Key()
        let byCertificate = try SimulatedPlatform(
            serial: SimulatedPlatform.makeSerial(), key: .generate(), apiV3Key: apiV3Key)
        let byPublicKey = try SimulatedPlatform(
            serial: "PUB_KEY_ID_0116200012342025112400112233000811", key: .generate(), apiV3Key: apiV3Key)
        let pem = try byCertificate.key.selfSignedCertificatePEM(
            serial: byCertificate.serial, commonName: "bench", notBeforeSeconds: now - 86_400,
            notAfterSeconds: now + 86_400)
        keys = try PlatformKeys(
            certificates: [.init(serial: byCertificate.serial, pem: pem)],
            publicKeys: [.init(id: byPublicKey.serial, pem: byPublicKey.key.publicKeyPEM)], apiV3Key: apiV3Key)
        var settings = NoticeVerifierSettings(providerMerchantIDs: [Self.providerID])
        settings.clockWindowSeconds = Self.clockWindowSeconds
        verifierV3 = NoticeVerifier(settings: settings, crypto: keys)
        let keyV2 = try APIv2Key(Array("8f3b1c6d9e2a47505bd0c7a1e4f69238".utf8))
        verifierV2 = NoticeV2Verifier(settings: settings, orderSignType: .md5, crypto: keyV2)
        let payments = (0..<count).map { Self.payment($0, providerID: Self.providerID) }
        let signers = [byCertificate, byPublicKey].map { NoticeSigner(sealer: $0) }
        let made = try await Self.made(payments, by: signers, nowSeconds: now)
        self.payments = payments
        requestsV3 = made.map(\.request)
        sealed = made.compactMap(\.sealed)
        bodyByteCount = made.first?.bodyByteCount ?? 0
        let signerV2 = NoticeV2Signer(crypto: keyV2)
        requestsV2 = payments.enumerated().map { Self.requestV2($0.element, number: $0.offset, by: signerV2) }
    }

    private static func payment(_ number: Int, providerID: String) -> PaidTransaction {
        var generator = SeededGenerator(seed: UInt64(number) + 1)
        let digits = Array("0123456789".utf8)
        let amount = Int64(100 + generator.below(30_000))
        let store = 1_000 + generator.below(400)
        return PaidTransaction(
            mode: .partner, providerMerchantID: providerID, merchantID: "163000\(store)", appID: "wx5f3a9c1d2b7e4a60",
            outTradeNo: "CVS\(store)-20251124-\(100_000 + number)",
            transactionID: "42000027192025112\(4_000_000 + number)\(generator.characters(4, of: digits))",
            attach: "store=\(store);pos=0\(generator.below(9))", successTime: "2025-11-24T16:52:58+08:00",
            payer: "ot9iBAkk" + generator.characters(20, of: digits), amount: amount, payerAmount: amount,
            deviceID: "0134670070\(generator.characters(5, of: digits))")
    }

    private static func made(
        _ payments: [PaidTransaction], by signers: [NoticeSigner<SimulatedPlatform>], nowSeconds: Int64
    ) async throws -> [MadeNotice] {
        let share = payments.count / Processor.coreCount + 1
        return try await withThrowingTaskGroup(of: (Int, [MadeNotice]).self) { group in
            for start in stride(from: 0, to: payments.count, by: share) {
                group.addTask {
                    let numbers = start..<min(start + share, payments.count)
                    return (
                        start,
                        try numbers.map { number in
                            try MadeNotice(
                                payments[number], number: number, by: signers[number % signers.count],
                                nowSeconds: nowSeconds)
                        }
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    private static func requestV2(
        _ payment: PaidTransaction, number: Int, by signer: NoticeV2Signer<APIv2Key>
    ) -> [UInt8] {
        let signType: V2SignType = number % 2 == 0 ? .md5 : .hmacSHA256
        let fields = NoticeV2Signer<APIv2Key>.fields(
            payment, nonce: "nonce\(1_000_000 + number)0123456789abcdef",
            namesSignType: number % 2 == 0 ? nil : signType)
        return MadeNotice.request(
            path: pathV2, headers: [("Content-Type", "text/xml")], body: signer.body(fields, signType: signType))
    }
}
