internal import CampaignRules
internal import MessageModel

/// How definitions, figures and what was counted lie in the state rows of a consumer. Numbers of definitions are 4 bytes, big-endian, never reused.
///
/// | key | value |
/// |---|---|
/// | 0 | version, next number (4), event clock (8) |
/// | 1, number, part (1) | at most ``CampaignRules/CampaignLimits/definitionPartByteCountMax`` bytes of the definition |
/// | 2, number | its figures |
/// | 3, number, text of the transaction id | version; for a grant then the reward in fen (8) |
/// | 4, number, text of the payer | version, orders or grants (8) |
/// | 5, number | version: a removed definition whose rows of kinds 3 and 4 are not all swept |
/// | 6, … | what was set aside (``TopicConsumer/SetAsideLedger``) |
///
/// A text is 0 and its UTF-8 bytes, or 1 and 16 bytes of hash where it is longer than ``KeeperLimits/keyTextByteCountMax``. Integers are big-endian.
/// Whoever changes a value raises its version and still reads the old.
enum KeeperRows {
    static let version: UInt8 = 1
    static let controlKey = Bytes([0])
    static let definitionKind: UInt8 = 1
    static let figuresKind: UInt8 = 2
    static let orderKind: UInt8 = 3
    static let payerKind: UInt8 = 4
    static let removedKind: UInt8 = 5
    static let setAsideKind: UInt8 = 6

    /// The hash's key is part of the format: another one would forget every long text.
    private static let longTexts = SipHash(key0: 0x7469_6c6c_7769_7265, key1: 0x6361_6d70_6169_676e)

    static func partKey(_ number: UInt32, part: Int) -> Bytes {
        Bytes([definitionKind] + bigEndian(number) + [UInt8(part)])
    }

    static func figuresKey(_ number: UInt32) -> Bytes { Bytes([figuresKind] + bigEndian(number)) }

    static func orderKey(_ number: UInt32, transactionID: String) -> Bytes {
        Bytes(orderPrefix(number) + text(transactionID))
    }

    static func payerKey(_ number: UInt32, payer: String) -> Bytes { Bytes(payerPrefix(number) + text(payer)) }

    static func orderPrefix(_ number: UInt32) -> [UInt8] { [orderKind] + bigEndian(number) }

    static func payerPrefix(_ number: UInt32) -> [UInt8] { [payerKind] + bigEndian(number) }

    static func removedKey(_ number: UInt32) -> Bytes { Bytes([removedKind] + bigEndian(number)) }

    /// The number in a key that has one.
    static func number(_ key: [UInt8]) -> UInt32? {
        key.count >= 5 ? key[1..<5].reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    static func control(nextNumber: UInt32, clockMillis: Int64) -> Bytes {
        Bytes([version] + bigEndian(nextNumber) + bigEndian(clockMillis))
    }

    /// Reads ``control(nextNumber:clockMillis:)``; nil for anything else.
    static func control(_ value: [UInt8]) -> (nextNumber: UInt32, clockMillis: Int64)? {
        guard value.count == 13, value[0] == version else { return nil }
        let clock = integer(value[5...])
        return clock >= 0 ? (value[1..<5].reduce(0) { $0 << 8 | UInt32($1) }, clock) : nil
    }

    /// The rows of a definition: its bytes in parts.
    static func parts(_ definition: some CampaignDefinition, _ number: UInt32) -> [(key: Bytes, value: Bytes)] {
        let bytes = definition.encoded()
        let size = CampaignLimits.definitionPartByteCountMax
        return stride(from: 0, to: bytes.count, by: size).enumerated().map { part, start in
            (partKey(number, part: part), Bytes(bytes[start..<min(start + size, bytes.count)]))
        }
    }

    static func order(rewardFen: Int64?) -> Bytes { Bytes([version] + (rewardFen.map(bigEndian) ?? [])) }

    static func payer(count: Int64) -> Bytes { Bytes([version] + bigEndian(count)) }

    /// Reads ``payer(count:)``; nil for anything else.
    static func payerCount(_ value: Bytes) -> Int64? {
        let bytes = Array(value.slice)
        guard bytes.count == 9, bytes[0] == version else { return nil }
        let count = integer(bytes[1...])
        return count > 0 ? count : nil
    }

    /// Whether a row of an order or a payer can be read.
    static func isReadable(key: Bytes, value: Bytes) -> Bool {
        if key.slice.first == payerKind { return payerCount(value) != nil }
        return value.slice.first == version && (value.count == 1 || value.count == 9)
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        if bytes.count <= KeeperLimits.keyTextByteCountMax { return [0] + bytes }
        let (high, low) = longTexts.hash128(bytes.span)
        return [1] + bigEndian(high) + bigEndian(low)
    }

    private static func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        stride(from: Value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Value($0)) }
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }
}
