internal import Deflate

/// Reads a row's value field by field; every read is bounds-checked, because a row may be anything after a flipped bit.
struct RowReader: ~Escapable {
    private let bytes: RawSpan
    private var offset = 0
    private let end: Int

    /// Reads `bytes` without looking for a seal.
    @_lifetime(copy bytes)
    init(unsealed bytes: RawSpan) {
        self.bytes = bytes
        end = bytes.byteCount
    }

    /// Checks version and checksum of the row under `key`, then stands on its first field.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, under key: Span<UInt8>, version: UInt8 = 1) throws(RowFault) {
        guard bytes.byteCount >= 5 else { throw .length }
        self.bytes = bytes
        end = bytes.byteCount - 4
        var checksum = CRC32C()
        checksum.add(key)
        checksum.add(bytes.extracting(first: end))
        guard checksum.value == UInt32(Self.number(bytes, end, 4)) else { throw .checksum }
        let found = try u8()
        guard found == version else { throw .version(found) }
    }

    /// Bytes not read yet.
    var remaining: Int { end - offset }

    mutating func u8() throws(RowFault) -> UInt8 { UInt8(try number(1)) }
    mutating func u16() throws(RowFault) -> Int { Int(try number(2)) }
    mutating func u32() throws(RowFault) -> UInt32 { UInt32(try number(4)) }
    mutating func u48() throws(RowFault) -> UInt64 { try number(6) }
    mutating func u64() throws(RowFault) -> UInt64 { try number(8) }

    mutating func raw(_ count: Int) throws(RowFault) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw .length }
        let source = bytes
        let start = offset
        offset += count
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            for index in 0..<count {
                unsafe target.initializeElement(
                    at: index, to: source.unsafeLoad(fromByteOffset: start + index, as: UInt8.self))
            }
            initialized = count
        }
    }

    mutating func counted() throws(RowFault) -> [UInt8] { try raw(try u16()) }

    /// Throws unless everything was read.
    func done() throws(RowFault) {
        guard offset == end else { throw .length }
    }

    private mutating func number(_ byteCount: Int) throws(RowFault) -> UInt64 {
        guard byteCount <= remaining else { throw .length }
        defer { offset += byteCount }
        return Self.number(bytes, offset, byteCount)
    }

    private static func number(_ bytes: RawSpan, _ start: Int, _ byteCount: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<start + byteCount {
            value = value << 8 | UInt64(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
        return value
    }
}
