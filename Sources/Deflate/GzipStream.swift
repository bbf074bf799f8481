internal import CZlib

/// Zips a content that arrives in parts into a gzip file of one member. Used by one thread at a time.
@safe
public final class GzipStream {
    /// On the heap because zlib keeps a pointer back to it; freed in `deinit`.
    private let stream: UnsafeMutablePointer<z_stream>

    /// A writer before the first byte, level 6, without name or time: the same content gives the same bytes.
    ///
    /// - Throws: ``GzipError/zlib(_:)`` where memory is short.
    public init() throws(GzipError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        let code = unsafe deflateInit2_(stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .zlib(code)
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Takes the next part; the bytes of the file that are ready, often none.
    ///
    /// - Throws: ``GzipError/zlib(_:)`` on a broken stream.
    public func add(_ part: [UInt8]) throws(GzipError) -> [UInt8] {
        part.isEmpty ? [] : try run(part, Z_NO_FLUSH)
    }

    /// Ends the file: its last bytes.
    ///
    /// - Throws: ``GzipError/zlib(_:)`` on a broken stream.
    public func finish() throws(GzipError) -> [UInt8] { try run([], Z_FINISH) }

    private func run(_ part: [UInt8], _ flush: Int32) throws(GzipError) -> [UInt8] {
        var output: [UInt8] = []
        var consumed = 0
        while true {
            var code = Z_OK
            let start = consumed
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: Gzip.pieceByteCount) { room, produced in
                unsafe part.withUnsafeBufferPointer { source in
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(
                        mutating: source.baseAddress.map { unsafe $0 + start })
                    unsafe stream.pointee.avail_in = UInt32(part.count - start)
                    unsafe stream.pointee.next_out = room.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(room.count)
                    code = unsafe deflate(stream, flush)
                }
                produced = unsafe Gzip.pieceByteCount - Int(stream.pointee.avail_out)
            }
            output += piece
            consumed = unsafe part.count - Int(stream.pointee.avail_in)
            switch code {
            case Z_STREAM_END: return output
            case Z_OK, Z_BUF_ERROR:
                if flush != Z_FINISH, consumed == part.count, piece.count < Gzip.pieceByteCount { return output }
            default: throw .zlib(code)
            }
        }
    }
}
