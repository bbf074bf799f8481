internal import CZlib

/// Inflates a raw deflate stream that arrives in parts into exactly the length its header states.
///
/// One stream, reset for each use. Used by one thread at a time.
@safe
public final class Inflater {
    /// On the heap because zlib keeps a pointer back to it; freed in `deinit`.
    let stream: UnsafeMutablePointer<z_stream>
    private var output: [UInt8] = []
    private var ended = false
    /// True where only the first bytes of a longer stream are wanted.
    private var isPrefix = false

    /// A decompressor.
    ///
    /// - Throws: ``DeflateError/zlib(_:)`` where memory is short.
    public init() throws(DeflateError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else {
            unsafe stream.deallocate()
            throw .zlib(code)
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Starts a stream that inflates to exactly `rawByteCount` bytes; more are never produced.
    public func begin(rawByteCount: Int) {
        unsafe inflateReset(stream)
        output = [UInt8](repeating: 0, count: rawByteCount)
        ended = false
        isPrefix = false
    }

    /// Starts a stream of which only the first `prefixByteCount` bytes are inflated: it must have at least so many, and what follows them is neither
    /// inflated nor checked.
    public func begin(prefixByteCount: Int) {
        begin(rawByteCount: prefixByteCount)
        isPrefix = true
    }

    /// Inflates the next part.
    ///
    /// - Throws: ``DeflateError/malformed``, ``DeflateError/lengthMismatch(expected:)``.
    public func add(_ part: Span<UInt8>) throws(DeflateError) {
        guard !part.isEmpty else { return }
        if isPrefix { return try addToPrefix(part) }
        guard !ended else { throw .malformed }
        let code = run(part)
        ended = code == Z_STREAM_END
        guard unsafe Int(stream.pointee.total_out) <= output.count else {
            throw .lengthMismatch(expected: output.count)
        }
        guard ended || code == Z_OK || code == Z_BUF_ERROR else { throw .malformed }
        guard unsafe stream.pointee.avail_in == 0 else {
            throw ended ? .malformed : .lengthMismatch(expected: output.count)
        }
    }

    /// The inflated bytes.
    ///
    /// - Throws: ``DeflateError/malformed`` where the stream is not complete, ``DeflateError/lengthMismatch(expected:)`` where it is shorter.
    public func finish() throws(DeflateError) -> [UInt8] {
        if isPrefix { return try finishPrefix() }
        if !ended, unsafe Int(stream.pointee.total_out) == output.count { try probePastTheEnd() }
        guard ended else { throw .malformed }
        guard unsafe Int(stream.pointee.total_out) == output.count else {
            throw .lengthMismatch(expected: output.count)
        }
        defer { output = [] }
        return output
    }

    private func addToPrefix(_ part: Span<UInt8>) throws(DeflateError) {
        guard unsafe Int(stream.pointee.total_out) < output.count, !ended else { return }
        let code = run(part)
        ended = code == Z_STREAM_END
        guard ended || code == Z_OK || code == Z_BUF_ERROR else { throw .malformed }
    }

    private func finishPrefix() throws(DeflateError) -> [UInt8] {
        guard unsafe Int(stream.pointee.total_out) == output.count else {
            throw ended ? .lengthMismatch(expected: output.count) : .malformed
        }
        defer { output = [] }
        return output
    }

    /// All output is there, yet no end: zlib may hold more of the stream in its bit buffer than there is room for.
    private func probePastTheEnd() throws(DeflateError) {
        var spare: UInt8 = 0
        unsafe stream.pointee.next_in = nil
        unsafe stream.pointee.avail_in = 0
        let code = unsafe withUnsafeMutablePointer(to: &spare) { unsafe step(into: $0, room: 1) }
        ended = code == Z_STREAM_END
        guard unsafe Int(stream.pointee.total_out) == output.count else {
            throw .lengthMismatch(expected: output.count)
        }
    }

    private func run(_ part: Span<UInt8>) -> Int32 {
        let done = unsafe Int(stream.pointee.total_out)
        let room = output.count - done
        return unsafe part.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(source.count)
                // A stream that fills its output exactly still has its end mark to read: zlib wants a place to write to even then.
                var spare: UInt8 = 0
                if room == 0 { return unsafe withUnsafeMutablePointer(to: &spare) { unsafe step(into: $0, room: 1) } }
                return unsafe step(into: target.baseAddress.map { unsafe $0 + done }, room: UInt32(room))
            }
        }
    }

    private func step(into target: UnsafeMutablePointer<UInt8>?, room: UInt32) -> Int32 {
        unsafe stream.pointee.next_out = unsafe target
        unsafe stream.pointee.avail_out = room
        return unsafe inflate(stream, Z_NO_FLUSH)
    }
}
