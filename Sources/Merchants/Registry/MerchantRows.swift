internal import Engine
internal import MessageModel

/// How a merchant lies in the state rows of consumer 1: JSON, cut into rows of ``MerchantLimits/rowPartByteCountMax`` bytes.
///
/// Key: merchant number, a zero byte, the part's number (2 bytes, big-endian). Value: format version 1, the number of parts (2 bytes,
/// big-endian), the part's bytes. All parts of a merchant change in one transaction.
enum MerchantRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 1))
    private static let version: UInt8 = 1
    private static let headerByteCount = 3

    /// The changes that store `merchant` over what `stored` left.
    static func changes(_ merchant: Merchant, over stored: Merchant?) throws(MerchantError) -> [RowChange] {
        let parts = try parts(merchant)
        let oldCount = try stored.map { old throws(MerchantError) in try self.parts(old).count } ?? 0
        var changes = parts.enumerated().map { part in
            RowChange(space: space, key: key(merchant.merchantID, part: part.offset), value: Bytes(part.element))
        }
        for part in parts.count..<max(parts.count, oldCount) {
            changes.append(RowChange(space: space, key: key(merchant.merchantID, part: part), value: nil))
        }
        return changes
    }

    /// The changes that delete `merchant`.
    static func deletion(_ merchant: Merchant) throws(MerchantError) -> [RowChange] {
        try parts(merchant).indices.map { RowChange(space: space, key: key(merchant.merchantID, part: $0), value: nil) }
    }

    /// Joins rows in key order to merchants; what is not complete yet stays in `rest`.
    static func merchants(_ rows: [Row], rest: inout [UInt8]) throws(MerchantError) -> [Merchant] {
        var merchants: [Merchant] = []
        for row in rows {
            let key = Array(row.key.slice)
            let value = Array(row.value.slice)
            guard key.count > headerByteCount, value.count >= headerByteCount, value[0] == version else {
                throw .malformed("a stored merchant has a row of an unknown form")
            }
            let part = Int(key[key.count - 2]) << 8 | Int(key[key.count - 1])
            if part == 0 { rest = [] }
            rest += value[headerByteCount...]
            if part + 1 == Int(value[1]) << 8 | Int(value[2]) { merchants.append(try Merchant.decoded(rest)) }
        }
        return merchants
    }

    private static func key(_ merchantID: String, part: Int) -> Bytes {
        Bytes(Array(merchantID.utf8) + [0, UInt8(part >> 8), UInt8(part & 255)])
    }

    private static func parts(_ merchant: Merchant) throws(MerchantError) -> [[UInt8]] {
        let bytes = merchant.encoded()
        guard bytes.count <= MerchantLimits.recordByteCountMax else {
            throw .invalid(
                member: "stores", allowed: "a merchant of at most \(MerchantLimits.recordByteCountMax) bytes in all")
        }
        let size = MerchantLimits.rowPartByteCountMax
        let count = (bytes.count + size - 1) / size
        return (0..<count).map { part in
            [version, UInt8(count >> 8), UInt8(count & 255)]
                + bytes[(part * size)..<min((part + 1) * size, bytes.count)]
        }
    }
}
