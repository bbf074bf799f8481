/// The `Authorization` field of TC3-HMAC-SHA256, taken apart (`cmq-protocol.md` §10.2):
/// `TC3-HMAC-SHA256 Credential=<id>/<date>/<service>/tc3_request, SignedHeaders=<a>;<b>, Signature=<hex>`.
///
/// Form only: neither the service nor the date was compared with anything. Reads bytes, since it stands before every signed call.
public struct TC3Authorization: Sendable, Hashable {
    /// The name of the algorithm.
    public static let algorithm = "TC3-HMAC-SHA256"
    /// The last word of every scope.
    public static let scopeEnd = "tc3_request"

    /// Who claims to have signed, 1…``CMQLimits/wordByteCountMax`` bytes.
    public let secretID: String
    /// The day of the scope.
    public let date: String
    /// The service of the scope.
    public let service: String
    /// Lower-case names in the order they are signed, each once, at most ``CMQLimits/signedFieldCountMax``.
    public let signedFields: [String]
    /// The 32 bytes of the signature; empty where what was sent is not 64 lower-case hexadecimal digits, which no signature equals.
    public let signature: [UInt8]

    /// Reads a field's value; nil where it is of another form.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= CMQLimits.authorizationByteCountMax, bytes.starts(with: Self.algorithm.utf8),
            bytes.count > Self.algorithm.utf8.count, bytes[Self.algorithm.utf8.count] == UInt8(ascii: " "),
            let parts = Self.parts(bytes.dropFirst(Self.algorithm.utf8.count + 1))
        else { return nil }
        let scope = parts.credential.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard scope.count == 4, scope.allSatisfy({ 1...CMQLimits.wordByteCountMax ~= $0.count }),
            scope[3].elementsEqual(Self.scopeEnd.utf8), let fields = Self.fields(parts.names)
        else { return nil }
        secretID = String(decoding: scope[0], as: UTF8.self)
        date = String(decoding: scope[1], as: UTF8.self)
        service = String(decoding: scope[2], as: UTF8.self)
        signedFields = fields
        signature = Self.hexBytes(parts.signature)
    }

    private struct Parts {
        var credential: ArraySlice<UInt8>
        var names: ArraySlice<UInt8>
        var signature: ArraySlice<UInt8>
    }

    /// The three values, in any order, each once.
    private static func parts(_ bytes: ArraySlice<UInt8>) -> Parts? {
        var values: (credential: ArraySlice<UInt8>?, names: ArraySlice<UInt8>?, signature: ArraySlice<UInt8>?)
        for part in bytes.split(separator: UInt8(ascii: ",")) {
            let pair = part.drop { $0 == UInt8(ascii: " ") }
            guard let mark = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let (name, value) = (pair[..<mark], pair[(mark + 1)...])
            if name.elementsEqual("Credential".utf8), values.credential == nil {
                values.credential = value
            } else if name.elementsEqual("SignedHeaders".utf8), values.names == nil {
                values.names = value
            } else if name.elementsEqual("Signature".utf8), values.signature == nil {
                values.signature = value
            } else {
                return nil
            }
        }
        guard let credential = values.credential, let names = values.names, let signature = values.signature else {
            return nil
        }
        return Parts(credential: credential, names: names, signature: signature)
    }

    /// The names between `;`: lower case, each once.
    private static func fields(_ names: ArraySlice<UInt8>) -> [String]? {
        var fields: [String] = []
        for name in names.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            guard !name.isEmpty, name.allSatisfy({ 97...122 ~= $0 || 48...57 ~= $0 || $0 == UInt8(ascii: "-") }),
                fields.count < CMQLimits.signedFieldCountMax
            else { return nil }
            let text = String(decoding: name, as: UTF8.self)
            guard !fields.contains(text) else { return nil }
            fields.append(text)
        }
        return fields
    }

    private static func hexBytes(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        guard digits.count == 64 else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var index = digits.startIndex
        while index < digits.endIndex {
            guard let high = hexDigit(digits[index]), let low = hexDigit(digits[index + 1]) else { return [] }
            bytes.append(high << 4 | low)
            index += 2
        }
        return bytes
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 97...102: byte - 87
        default: nil
        }
    }
}
