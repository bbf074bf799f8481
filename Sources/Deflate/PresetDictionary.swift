internal import CZlib

// A preset dictionary is what a stream behaves as if it had seen before its first byte: small messages that look like it shrink to what they
// do not share with it. A raw stream does not say which one it was made with, and inflating with another gives other bytes: whoever stores the
// stream stores the dictionary's name, and checks both. Both calls cost about a microsecond for 2 KiB; nothing is made anew.

extension Deflater {
    /// Appends the deflated form of `input` to `output`, made with `dictionary`, of which zlib uses the last 32 KiB.
    ///
    /// - Returns: the bytes appended.
    /// - Throws: ``DeflateError/zlib(_:)`` on a broken stream.
    public func deflate(
        _ input: Span<UInt8>, dictionary: Span<UInt8>, appendingTo output: inout [UInt8]
    ) throws(DeflateError) -> Int {
        unsafe deflateReset(stream)
        let code = unsafe dictionary.withUnsafeBufferPointer { bytes in
            unsafe deflateSetDictionary(stream, bytes.baseAddress, UInt32(bytes.count))
        }
        guard code == Z_OK else { throw .zlib(code) }
        return try finish(input, appendingTo: &output)
    }
}

extension Inflater {
    /// Gives the stream that was begun the dictionary it was made with. To be called before the first part.
    ///
    /// - Throws: ``DeflateError/zlib(_:)`` on a broken stream.
    public func use(dictionary: Span<UInt8>) throws(DeflateError) {
        let code = unsafe dictionary.withUnsafeBufferPointer { bytes in
            unsafe inflateSetDictionary(stream, bytes.baseAddress, UInt32(bytes.count))
        }
        guard code == Z_OK else { throw .zlib(code) }
    }
}
