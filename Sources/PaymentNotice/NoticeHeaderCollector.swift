/// Takes ``NoticeHeaders`` from the fields of a request, one after the other. Without a table of names: fields are told apart by the length of their
/// names, then by the bytes.
public struct NoticeHeaderCollector: Sendable {
    private enum Field: UInt8, CaseIterable {
        case timestamp, nonce, serial, signature, signatureType, requestID, contentType

        var bit: UInt8 { 1 << rawValue }

        init?(_ name: String) {
            switch name.utf8.count {
            case 10 where Self.equal(name, NoticeHeaderName.requestID): self = .requestID
            case 12 where Self.equal(name, NoticeHeaderName.contentType): self = .contentType
            case 15 where Self.equal(name, NoticeHeaderName.nonce): self = .nonce
            case 16 where Self.equal(name, NoticeHeaderName.serial): self = .serial
            case 19 where Self.equal(name, NoticeHeaderName.signature): self = .signature
            case 19 where Self.equal(name, NoticeHeaderName.timestamp): self = .timestamp
            case 24 where Self.equal(name, NoticeHeaderName.signatureType): self = .signatureType
            default: return nil
            }
        }

        /// Whether a name is this lower-case one, letters compared without case.
        private static func equal(_ name: String, _ lowercaseName: String) -> Bool {
            name.utf8.elementsEqual(lowercaseName.utf8) { byte, expected in
                byte == expected || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte && byte | 0x20 == expected)
            }
        }
    }

    private var found = NoticeHeaders()
    private var seen: UInt8 = 0
    private var repeated: UInt8 = 0

    /// Nothing taken yet.
    public init() {}

    /// Takes a field; one that the verification does not need is passed over.
    public mutating func add(_ name: String, _ value: String) {
        guard let field = Field(name) else { return }
        if seen & field.bit != 0 { repeated |= field.bit }
        seen |= field.bit
        set(field, value)
    }

    /// What was taken. A needed header that was sent twice counts as missing; a signature type or content type sent twice becomes empty, which no
    /// receiver supports.
    public var headers: NoticeHeaders {
        guard repeated != 0 else { return found }
        var collector = self
        for field in Field.allCases where repeated & field.bit != 0 {
            collector.set(field, field == .signatureType || field == .contentType ? "" : nil)
        }
        return collector.found
    }

    private mutating func set(_ field: Field, _ value: String?) {
        switch field {
        case .timestamp: found.timestamp = value
        case .nonce: found.nonce = value
        case .serial: found.serial = value
        case .signature: found.signature = value
        case .signatureType: found.signatureType = value
        case .requestID: found.requestID = value
        case .contentType: found.contentType = value
        }
    }
}
