import AccessControl
import Foundation
import HTTPDataPlane
import NIOCore
import NoticeIngest
import PaymentNotice

/// One file of the fixtures `wechat-v2`.
struct VectorV2: Decodable, Sendable {
    struct Expectation: Decodable, Sendable {
        let accept: Bool
        let reason: String
        let answer: String
    }

    let name: String
    let headers: [[String]]
    let path: String
    let bodyBase64: String
    let orderSignType: String
    let expect: Expectation

    var body: [UInt8] { Array(Data(base64Encoded: bodyBase64) ?? Data()) }

    var request: DataPlaneRequest { Door.requestV2(body, headers: headers.map { ($0[0], $0[1]) }) }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v2")

    /// All notices of the folder by name.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.first?.isNumber == true && $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    static func load(_ name: String) throws -> VectorV2 {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(VectorV2.self, from: Data(contentsOf: folder.appending(path: name + ".json")))
    }

    static let key = "8f3b1c6d9e2a47505bd0c7a1e4f69238"

    static func verifier(_ orderSignType: V2SignType = .md5) throws -> NoticeV2Verifier<APIv2Key> {
        NoticeV2Verifier(
            settings: NoticeVerifierSettings(providerMerchantIDs: ["1620001234"]), orderSignType: orderSignType,
            crypto: try APIv2Key(Array(key.utf8)))
    }

    /// A notice of the vectors' own platform.
    static func forged(_ payment: PaidTransaction, _ change: (inout NoticeFields) -> Void = { _ in }) throws -> [UInt8]
    {
        let signer = NoticeV2Signer(crypto: try APIv2Key(Array(key.utf8)))
        var fields = NoticeV2Signer<APIv2Key>.fields(payment, nonce: "n", namesSignType: nil)
        change(&fields)
        return signer.body(fields, signType: .md5)
    }
}

extension Door {
    static func requestV2(
        _ body: [UInt8], headers: [(String, String)] = [("Content-Type", "text/xml")], method: String = "POST"
    ) -> DataPlaneRequest {
        DataPlaneRequest(
            method: method, target: "/notify/wechat/v2", headers: HTTPFields(headers), body: .init(bytes: body))
    }

    /// As `answers`, at the door for API v2.
    func answersV2(_ requests: [DataPlaneRequest]) async -> [DataPlaneResponse] {
        let sinks = requests.map { _ in AnswerBox() }
        ingest.doorV2?.handle(zip(requests, sinks).map { DataPlaneExchange(request: $0, sink: $1) })
        var answers: [DataPlaneResponse] = []
        for sink in sinks { answers.append(await sink.answer()) }
        return answers
    }
}
