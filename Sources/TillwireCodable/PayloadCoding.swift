public import MessageModel

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How payloads become bodies and bodies payloads. The only place of the library that knows Foundation.
public struct PayloadCoding<Payload: Codable & Sendable>: Sendable {
    /// Makes a body.
    public let encode: @Sendable (Payload) throws -> Bytes
    /// Reads a body.
    public let decode: @Sendable (Bytes) throws -> Payload

    /// A coding of the program's own.
    public init(
        encode: @escaping @Sendable (Payload) throws -> Bytes, decode: @escaping @Sendable (Bytes) throws -> Payload
    ) {
        self.encode = encode
        self.decode = decode
    }

    /// JSON: keys sorted, so that equal payloads are equal bytes; dates as ISO 8601; data as Base64.
    public static var json: PayloadCoding {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return PayloadCoding(
            encode: { Bytes(Array(try encoder.encode($0))) },
            decode: { try decoder.decode(Payload.self, from: Data($0.slice)) })
    }
}
