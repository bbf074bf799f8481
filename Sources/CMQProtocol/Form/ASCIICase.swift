/// Comparison of words without regard to the case of `A`…`Z`.
enum ASCIICase {
    /// Whether `bytes` are `text`.
    static func equal(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
        let other = text.utf8
        guard bytes.count == other.count else { return false }
        var position = bytes.startIndex
        for byte in other {
            if lowered(bytes[position]) != lowered(byte) { return false }
            position += 1
        }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 0x20 : byte }
}
