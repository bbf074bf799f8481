import AccessControl
import Foundation
import HTTPDataPlane
import NIOCore
import PaymentNotice
import Synchronization
import Testing

/// A notice of the fixtures `wechat-v3`, as a request.
struct VectorNotice: Decodable {
    struct Configuration: Decodable {
        struct Certificate: Decodable {
            let serial: String
            let file: String
        }
        let apiv3Key: String
        let spMchid: String
        let platformCertificates: [Certificate]
    }

    let headers: [[String]]
    let bodyBase64: String

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    private static func decoded<Value: Decodable>(_ file: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Value.self, from: Data(contentsOf: folder.appending(path: file + ".json")))
    }

    static func request(_ name: String) throws -> DataPlaneRequest {
        let vector: VectorNotice = try decoded(name)
        let body = try #require(Data(base64Encoded: vector.bodyBase64))
        return DataPlaneRequest(
            method: "POST", target: "/notify/wechat/v3", headers: HTTPFields(vector.headers.map { ($0[0], $0[1]) }),
            body: ByteBuffer(bytes: Array(body)))
    }

    static func verifier() throws -> NoticeVerifier<PlatformKeys> {
        let configuration: Configuration = try decoded("config")
        let keys = try PlatformKeys(
            certificates: configuration.platformCertificates.map {
                .init(
                    serial: $0.serial, pem: try String(contentsOf: folder.appending(path: $0.file), encoding: .utf8))
            }, publicKeys: [], apiV3Key: Array(configuration.apiv3Key.utf8))
        return NoticeVerifier(
            settings: NoticeVerifierSettings(
                providerMerchantIDs: [configuration.spMchid], directMerchantIDs: []), crypto: keys)
    }
}

/// Collects the one answer of an exchange.
final class AnswerBox: ResponseSink {
    private struct State {
        var answer: DataPlaneResponse?
        var waiter: CheckedContinuation<DataPlaneResponse, Never>?
    }
    private let state = Mutex(State())

    func deliver(_ response: DataPlaneResponse) {
        let waiter = state.withLock { state in
            state.answer = response
            return state.waiter.take()
        }
        waiter?.resume(returning: response)
    }

    func answer() async -> DataPlaneResponse {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state in
                if state.answer == nil { state.waiter = continuation }
                return state.answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
