internal import CZlib

/// Raw deflate with one stream that is reset, never made anew: making one costs five times the compression of a small message.
///
/// Level 1, memory level 8, window 15 (`store-design.md` §4.2). Used by one thread at a time.
@safe
public final class Deflater {
    /// On the heap because zlib keeps a pointer back to it; freed in `deinit`.
    let stream: UnsafeMutablePointer<z_stream>

    /// A compressor.
    ///
    /// - Throws: ``DeflateError/zlib(_:)`` where memory is short.
    public init() throws(DeflateError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let code = unsafe deflateInit2_(stream, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .zlib(code)
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends the deflated form of `input` to `output`. O(n), about 4 µs for 513 bytes inside a block.
    ///
    /// - Returns: the bytes appended.
    /// - Throws: ``DeflateError/zlib(_:)`` on a broken stream.
    public func deflate(_ input: Span<UInt8>, appendingTo output: inout [UInt8]) throws(DeflateError) -> Int {
        unsafe deflateReset(stream)
        return try finish(input, appendingTo: &output)
    }

    /// Deflates all of `input` on a stream that stands at its start.
    func finish(_ input: Span<UInt8>, appendingTo output: inout [UInt8]) throws(DeflateError) -> Int {
        let bound = unsafe Int(deflateBound(stream, UInt(input.count)))
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: bound))
        let code = run(input, &output, start, bound)
        guard code == Z_STREAM_END else { throw .zlib(code) }
        let produced = unsafe Int(stream.pointee.total_out)
        output.removeLast(bound - produced)
        return produced
    }

    /// The deflated form of `input`, in an array of its own that may hold room for as much again. O(n).
    ///
    /// - Throws: ``DeflateError/zlib(_:)`` on a broken stream.
    public func deflated(_ input: Span<UInt8>) throws(DeflateError) -> [UInt8] {
        unsafe deflateReset(stream)
        let bound = unsafe Int(deflateBound(stream, UInt(input.count)))
        var code = Z_OK
        let output = unsafe [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            unsafe code = run(input, room.baseAddress, bound)
            count = unsafe Int(stream.pointee.total_out)
        }
        guard code == Z_STREAM_END else { throw .zlib(code) }
        return output
    }

    private func run(_ input: Span<UInt8>, _ output: inout [UInt8], _ start: Int, _ bound: Int) -> Int32 {
        unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe run(input, target.baseAddress.map { unsafe $0 + start }, bound)
        }
    }

    private func run(_ input: Span<UInt8>, _ room: UnsafeMutablePointer<UInt8>?, _ bound: Int) -> Int32 {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(source.count)
            unsafe stream.pointee.next_out = unsafe room
            unsafe stream.pointee.avail_out = UInt32(bound)
            return unsafe CZlib.deflate(stream, Z_FINISH)
        }
    }
}
