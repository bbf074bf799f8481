internal import CZlib

/// Unzips a gzip file that arrives in parts, giving out bounded pieces: a small file that unzips to gigabytes is refused after the first megabytes.
///
/// Members behind one another are one content (RFC 1952 §2.2). Feed a part, take pieces until nil, feed the next. Used by one thread at a time.
@safe
public final class GunzipStream {
    /// On the heap because zlib keeps a pointer back to it; freed in `deinit`.
    private let stream: UnsafeMutablePointer<z_stream>
    private let byteCountMax: UInt64
    private var input: [UInt8] = []
    private var position = 0
    private var inputTotal: UInt64 = 0
    private var outputTotal: UInt64 = 0
    /// Between two members, or before the first.
    private var isBetween = true
    private var hasMember = false

    /// A reader before the first byte.
    ///
    /// - Parameter byteCountMax: unzipped bytes that are given out at most.
    /// - Throws: ``GzipError/zlib(_:)`` where memory is short.
    public init(byteCountMax: UInt64) throws(GzipError) {
        self.byteCountMax = byteCountMax
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, 16 for the gzip wrapper alone.
        let code = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .zlib(code)
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Gives the next part of the file; what came before must have been taken out.
    public func feed(_ part: [UInt8]) {
        input = part
        position = 0
        inputTotal += UInt64(part.count)
    }

    /// The next piece of the content, at most ``Gzip/pieceByteCount`` bytes; nil where more of the file is needed.
    ///
    /// - Throws: ``GzipError``; the stream is not to be used then.
    public func next() throws(GzipError) -> [UInt8]? {
        while position < input.count || !isBetween {
            if isBetween {
                // A member begins: only now, so that the end of the file between two members is a good one.
                guard unsafe inflateReset(stream) == Z_OK else { throw .malformed }
                isBetween = false
            }
            let (piece, code) = step()
            if code == Z_STREAM_END {
                isBetween = true
                hasMember = true
            } else if code != Z_OK, code != Z_BUF_ERROR {
                throw code == Z_MEM_ERROR ? .zlib(code) : .malformed
            }
            outputTotal += UInt64(piece.count)
            guard outputTotal <= byteCountMax else { throw .tooLarge(byteCountMax: byteCountMax) }
            guard outputTotal <= max(Gzip.ratioFreeByteCount, inputTotal * Gzip.ratioMax) else {
                throw .ratio(max: Gzip.ratioMax)
            }
            if !piece.isEmpty { return piece }
            if code != Z_STREAM_END { return nil }
        }
        return nil
    }

    /// Ends the file.
    ///
    /// - Throws: ``GzipError/truncated`` where a member is not complete or there was none.
    public func finish() throws(GzipError) {
        guard isBetween, hasMember, position == input.count else { throw .truncated }
    }

    /// Inflates what is there into one piece.
    private func step() -> (piece: [UInt8], code: Int32) {
        var code = Z_OK
        let start = position
        let count = input.count - start
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: Gzip.pieceByteCount) { room, produced in
            unsafe input.withUnsafeBufferPointer { source in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress.map { unsafe $0 + start })
                unsafe stream.pointee.avail_in = UInt32(count)
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room.count)
                code = unsafe inflate(stream, Z_NO_FLUSH)
            }
            produced = unsafe Gzip.pieceByteCount - Int(stream.pointee.avail_out)
        }
        position = unsafe input.count - Int(stream.pointee.avail_in)
        return (piece, code)
    }
}
