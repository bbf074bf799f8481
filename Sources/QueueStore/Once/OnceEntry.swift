internal import MessageModel

/// One first answer, in the same bytes wherever it stands: in its group's row, in memory, in a run.
///
/// Hash 16, source 4, lifetime 1, first sequence 6, expiry 6, length of the key 1, the key. It never changes and is true wherever it is found, so that
/// one which stands twice does no harm.
struct OnceEntry {
    /// Bytes before the key.
    static let headByteCount = 34

    let place: OncePlace
    let lifetime: IdempotencyKey.Lifetime
    /// First sequence of what was stored.
    let sequence: SequenceNumber
    /// When the answer may be forgotten.
    let expiresAt: Timestamp
    /// Where the bytes of its key stand among those it was read from.
    let key: Range<Int>

    /// Its bucket of expiry.
    var bucket: UInt32 { OnceBuckets.bucket(lifetime, at: expiresAt) }

    /// Reads the entry at `offset`; nil where there is none.
    ///
    /// - Parameter acceptingAnyLifetime: for rows whose checksum is wrong.
    init?(_ bytes: RawSpan, at offset: Int, acceptingAnyLifetime: Bool = false) {
        guard offset >= 0, bytes.byteCount - offset > Self.headByteCount else { return nil }
        let start = offset + Self.headByteCount
        let keyByteCount = Int(unsafe bytes.unsafeLoad(fromByteOffset: start - 1, as: UInt8.self))
        let raw = unsafe bytes.unsafeLoad(fromByteOffset: offset + 20, as: UInt8.self)
        guard let lifetime = IdempotencyKey.Lifetime(rawValue: raw) ?? (acceptingAnyLifetime ? .payment : nil),
            1...Limits.idempotencyKeyByteCountMax ~= keyByteCount, start + keyByteCount <= bytes.byteCount
        else { return nil }
        place = OncePlace(
            first: Self.word(bytes, offset), second: Self.word(bytes, offset + 8),
            source: SourceID(rawValue: UInt32(truncatingIfNeeded: Self.word(bytes, offset + 12))))
        self.lifetime = lifetime
        sequence = Self.word(bytes, offset + 19) & 0xFFFF_FFFF_FFFF
        expiresAt = Timestamp(milliseconds: Self.word(bytes, offset + 25) & 0xFFFF_FFFF_FFFF)
        key = start..<start + keyByteCount
    }

    /// Whether its key has these bytes. `bytes` are those it was read from.
    func holds(_ other: ArraySlice<UInt8>, in bytes: RawSpan) -> Bool {
        guard other.count == key.count else { return false }
        var offset = key.lowerBound
        for byte in other {
            guard byte == (unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) else { return false }
            offset += 1
        }
        return true
    }

    /// The first part of the hash of the entry at `offset`, which is known to be there.
    static func firstWord(_ bytes: RawSpan, at offset: Int) -> UInt64 { word(bytes, offset) }

    /// Appends an entry.
    static func append(
        _ place: OncePlace, _ lifetime: IdempotencyKey.Lifetime, _ key: Bytes, sequence: SequenceNumber,
        expiresAt: Timestamp, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: headByteCount))
        unsafe bytes.withUnsafeMutableBytes { room in
            // From the back: numbers of six bytes are written as eight, of which the first two are zero and overwritten.
            unsafe room.storeBytes(of: expiresAt.milliseconds.bigEndian, toByteOffset: start + 25, as: UInt64.self)
            unsafe room.storeBytes(of: sequence.bigEndian, toByteOffset: start + 19, as: UInt64.self)
            unsafe room.storeBytes(of: place.source.rawValue.bigEndian, toByteOffset: start + 16, as: UInt32.self)
            unsafe room.storeBytes(of: lifetime.rawValue, toByteOffset: start + 20, as: UInt8.self)
            unsafe room.storeBytes(of: place.first.bigEndian, toByteOffset: start, as: UInt64.self)
            unsafe room.storeBytes(of: place.second.bigEndian, toByteOffset: start + 8, as: UInt64.self)
            unsafe room.storeBytes(of: UInt8(key.count), toByteOffset: start + 33, as: UInt8.self)
        }
        bytes.append(contentsOf: key.slice)
    }

    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
