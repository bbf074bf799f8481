internal import Engine
internal import MessageModel
internal import PaymentEntry

/// Rows of open announcements: consumer 6. Key: the announcement's number, 8 bytes, big-endian. Value: version 1 (1 byte), kind (1), answered
/// questions (2), of them «no such order» (1), amount (8), announced (8), end (8), next question (8), Unix milliseconds, big-endian; then merchant
/// number, caller's number and the refund's order, each with its length (1 byte) before it.
enum RecoveryRows {
    /// The table. Its number must stay the same for ever.
    static let space = RowSpace.state(ConsumerID(rawValue: 6))
    private static let version: UInt8 = 1
    private static let fixedByteCount = 37

    /// The row's key.
    static func key(_ number: UInt64) -> Bytes { Bytes(bigEndian(number, byteCount: 8)) }

    /// The row's value.
    static func encode(_ one: RecoveryCase) -> Bytes {
        let announcement = one.open.announcement
        var bytes: [UInt8] = [version, announcement.key.kind.rawValue]
        bytes += bigEndian(UInt64(min(one.tryCount, Int(UInt16.max))), byteCount: 2)
        bytes.append(UInt8(clamping: one.notFoundCount))
        for value in [
            announcement.amountFen, announcement.announcedAtMillis, announcement.endsAtMillis, one.dueAtMillis,
        ] { bytes += bigEndian(UInt64(bitPattern: value), byteCount: 8) }
        for text in [announcement.key.merchantID, announcement.key.number, announcement.orderNumber] {
            let utf8 = text.utf8.prefix(Int(UInt8.max))
            bytes.append(UInt8(utf8.count))
            bytes += utf8
        }
        return Bytes(bytes)
    }

    /// Reads a row; nil where it is none.
    static func decode(_ row: Row) -> RecoveryCase? {
        let key = Array(row.key.slice)
        let bytes = Array(row.value.slice)
        guard key.count == 8, bytes.count >= fixedByteCount, bytes[0] == version,
            let kind = AnnouncementKey.Kind(rawValue: bytes[1])
        else { return nil }
        var place = fixedByteCount
        var texts: [String] = []
        for _ in 0..<3 {
            guard place < bytes.count else { return nil }
            let end = place + 1 + Int(bytes[place])
            guard end <= bytes.count, let text = String(validating: bytes[(place + 1)..<end], as: UTF8.self) else {
                return nil
            }
            texts.append(text)
            place = end
        }
        guard place == bytes.count else { return nil }
        let numbers = stride(from: 5, to: fixedByteCount, by: 8).map {
            Int64(bitPattern: number(bytes[$0..<($0 + 8)]))
        }
        let announcement = Announcement(
            key: AnnouncementKey(kind, merchantID: texts[0], number: texts[1]), amountFen: numbers[0],
            orderNumber: texts[2], announcedAtMillis: numbers[1], endsAtMillis: numbers[2])
        return RecoveryCase(
            open: OpenAnnouncement(number: number(key[...]), announcement: announcement), dueAtMillis: numbers[3],
            tryCount: Int(number(bytes[2..<4])), notFoundCount: Int(bytes[4]), isStored: true)
    }

    private static func bigEndian(_ value: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
