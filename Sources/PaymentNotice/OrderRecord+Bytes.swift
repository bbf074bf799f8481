/// Why bytes are not a row of table `orders`.
public enum OrderRecordError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The row was written by another version.
    case unknownVersion(UInt8)
    /// The row ends too early, goes on too long, or holds a value out of bounds; by field.
    case malformed(field: String)

    /// What was wrong.
    public var description: String {
        switch self {
        case .unknownVersion(let version):
            "order row of version \(version); this program reads versions 1 to \(OrderRecord.version)"
        case .malformed(let field): "order row: field \(field) is missing or out of bounds"
        }
    }
}

/// Layout, big-endian. A change of meaning or order takes a new version number; old ones stay readable.
///
///     0   1  version           1   1  state            2   1  source (1 notice, 2 query, 3 reconcile)
///     3   1  flags             4   8  amount          12   8  payer amount
///    20   8  received at      28   4  repeats         32   8  first push, 0 = never
///    40   8  last push        48   4  attempts        52   8  next due, 0 = none
///    60   8  acknowledged at  68  32  body hash
///   100   8  paid at, 0 = unknown (not in version 1, where the texts begin here)
///   108   1 + n  merchant id    1 + n  out_trade_no    1 + n  last outcome
///
/// Flags: 1 paid under a restriction; the others are 0, and so are all in version 1.
/// At most 108 + 33 + 65 + 33 = 239 bytes. Times are Unix milliseconds.
extension OrderRecord {
    /// The version written.
    public static let version: UInt8 = 2

    private static let prohibitedFlag: UInt8 = 1

    /// The row's bytes.
    public func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(160)
        bytes.append(contentsOf: [
            Self.version, state.rawValue, Self.code(of: source), isProhibited ? Self.prohibitedFlag : 0,
        ])
        Self.append(amount, to: &bytes)
        Self.append(payerAmount, to: &bytes)
        Self.append(receivedAtMillis, to: &bytes)
        Self.append(repeatCount, to: &bytes)
        Self.append(firstPushAtMillis ?? 0, to: &bytes)
        Self.append(lastPushAtMillis ?? 0, to: &bytes)
        Self.append(attemptCount, to: &bytes)
        Self.append(nextDueAtMillis ?? 0, to: &bytes)
        Self.append(acknowledgedAtMillis ?? 0, to: &bytes)
        bytes.append(contentsOf: bodyHash)
        Self.append(paidAtMillis ?? 0, to: &bytes)
        for text in [merchantID, outTradeNo, lastOutcome] {
            precondition(text.utf8.count <= NoticeLimits.identifierByteCountMax, "text outgrew the order row")
            bytes.append(UInt8(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        return bytes
    }

    /// Reads a row.
    public static func decode(_ bytes: [UInt8]) throws(OrderRecordError) -> OrderRecord {
        var reader = RecordReader(bytes)
        let version = try reader.integer("version", UInt8.self)
        guard 1...Self.version ~= version else { throw .unknownVersion(version) }
        let state = OrderState(rawValue: try reader.integer("state", UInt8.self))
        guard let state else { throw .malformed(field: "state") }
        let source = source(ofCode: try reader.integer("source", UInt8.self))
        guard let source else { throw .malformed(field: "source") }
        let flags = try reader.integer("flags", UInt8.self)
        guard flags & ~(version > 1 ? prohibitedFlag : 0) == 0 else { throw .malformed(field: "flags") }
        var record = try decode(&reader, version: version, state: state, source: source)
        record.isProhibited = flags & prohibitedFlag != 0
        return record
    }

    private static func decode(
        _ reader: inout RecordReader, version: UInt8, state: OrderState, source: PaymentSource
    ) throws(OrderRecordError) -> OrderRecord {
        var record = OrderRecord(
            merchantID: "", outTradeNo: "", amount: try reader.integer("amount", Int64.self),
            payerAmount: try reader.integer("payer amount", Int64.self), source: source,
            receivedAtMillis: try reader.integer("received at", Int64.self), state: state, bodyHash: [])
        record.repeatCount = try reader.integer("repeats", UInt32.self)
        record.firstPushAtMillis = try reader.time("first push")
        record.lastPushAtMillis = try reader.time("last push")
        record.attemptCount = try reader.integer("attempts", UInt32.self)
        record.nextDueAtMillis = try reader.time("next due")
        record.acknowledgedAtMillis = try reader.time("acknowledged at")
        record.bodyHash = try reader.bytes("body hash", count: NoticeLimits.hashByteCount)
        if version > 1 { record.paidAtMillis = try reader.time("paid at") }
        record.merchantID = try reader.text("merchant id", byteCountMax: NoticeLimits.merchantIDByteCountMax)
        record.outTradeNo = try reader.text("out_trade_no", byteCountMax: NoticeLimits.identifierByteCountMax)
        record.setOutcome(try reader.text("last outcome", byteCountMax: NoticeLimits.outcomeByteCountMax))
        guard reader.isAtEnd else { throw .malformed(field: "end") }
        return record
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func code(of source: PaymentSource) -> UInt8 {
        switch source {
        case .notice: 1
        case .query: 2
        case .reconcile: 3
        }
    }

    private static func source(ofCode code: UInt8) -> PaymentSource? {
        PaymentSource.allCases.first { Self.code(of: $0) == code }
    }
}

/// Reads fields of a row from front to back.
private struct RecordReader {
    let input: [UInt8]
    var position = 0

    init(_ input: [UInt8]) { self.input = input }

    var isAtEnd: Bool { position == input.count }

    mutating func bytes(_ field: String, count: Int) throws(OrderRecordError) -> [UInt8] {
        guard input.count - position >= count else { throw .malformed(field: field) }
        defer { position += count }
        return Array(input[position..<(position + count)])
    }

    mutating func integer<Value: FixedWidthInteger>(
        _ field: String, _ type: Value.Type
    ) throws(OrderRecordError) -> Value {
        try bytes(field, count: Value.bitWidth / 8).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func time(_ field: String) throws(OrderRecordError) -> Int64? {
        let millis = try integer(field, Int64.self)
        return millis == 0 ? nil : millis
    }

    mutating func text(_ field: String, byteCountMax: Int) throws(OrderRecordError) -> String {
        let count = Int(try integer(field, UInt8.self))
        guard count <= byteCountMax, let text = String(validating: try bytes(field, count: count), as: UTF8.self) else {
            throw .malformed(field: field)
        }
        return text
    }
}
