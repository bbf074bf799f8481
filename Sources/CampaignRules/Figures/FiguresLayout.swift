/// The bytes of figures: a version byte, then big-endian 64-bit integers, none of them negative.
///
/// Whoever adds a figure raises the version and still reads the old length.
struct FiguresLayout {
    let version: UInt8
    let fieldCount: Int
    /// What the figures are of, for error texts.
    let kind: DefinitionKind

    private static let fieldByteCount = 8

    var byteCount: Int { 1 + fieldCount * Self.fieldByteCount }

    func encode(_ fields: [Int64]) -> [UInt8] {
        precondition(fields.count == fieldCount, "the layout has another number of fields")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        bytes.append(version)
        for field in fields {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: field >> Int64(shift)))
            }
        }
        return bytes
    }

    func decode(_ bytes: [UInt8]) throws(CampaignError) -> [Int64] {
        guard let found = bytes.first else { throw damaged("are empty") }
        guard found == version else { throw damaged("have version \(found); \(version) is known") }
        guard bytes.count == byteCount else { throw damaged("have \(bytes.count) bytes; \(byteCount) are needed") }
        var fields: [Int64] = []
        for start in stride(from: 1, to: byteCount, by: Self.fieldByteCount) {
            let word = bytes[start..<(start + Self.fieldByteCount)].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            guard let field = Int64(exactly: word) else { throw damaged("hold a negative number") }
            fields.append(field)
        }
        return fields
    }

    func damaged(_ text: String) -> CampaignError { .damaged("the stored figures of a \(kind.rawValue) \(text)") }
}
