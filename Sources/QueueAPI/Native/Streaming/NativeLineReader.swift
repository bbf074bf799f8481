internal import NIOCore

/// Cuts what arrives of an NDJSON body into lines. Holds at most one line that is not complete, and what came with it.
struct NativeLineReader {
    /// A complete line, or why there is none.
    enum Line: Equatable {
        case line([UInt8])
        /// It was longer than allowed and is passed over.
        case tooLong
    }

    private let lineByteCountMax: Int
    private var bytes = ByteBuffer()
    /// Bytes at the start of ``bytes`` that hold no line feed.
    private var searchedByteCount = 0
    /// The start of a line that is too long was dropped.
    private var isSkipping = false
    /// Bytes dropped of it.
    private var skippedByteCount = 0

    init(lineByteCountMax: Int = NativeLimits.messageByteCountMax) { self.lineByteCountMax = lineByteCountMax }

    /// Bytes held.
    var byteCount: Int { bytes.readableBytes }

    /// Bytes of memory that hold them.
    var capacity: Int { bytes.capacity }

    /// Bytes that came of the line that is not complete, dropped ones too; to be asked where ``next()`` returned nil.
    var unfinishedByteCount: Int { skippedByteCount + bytes.readableBytes }

    /// Adds what has arrived.
    mutating func append(_ part: ByteBuffer) {
        guard bytes.readableBytes > 0 else {
            bytes = part
            return
        }
        // What was taken would stay in front for as long as some line is incomplete at every part.
        if bytes.readerIndex > 0 { bytes.discardReadBytes() }
        bytes.writeImmutableBuffer(part)
    }

    /// The next complete line, without its line feed; nil where more must arrive first.
    mutating func next() -> Line? {
        let view = bytes.readableBytesView
        guard let end = view[(view.startIndex + searchedByteCount)...].firstIndex(of: 0x0A) else {
            searchedByteCount = view.count
            if view.count > lineByteCountMax {
                isSkipping = true
                skippedByteCount += view.count
                bytes = ByteBuffer()
                searchedByteCount = 0
            }
            dropRoom()
            return nil
        }
        let count = end - view.startIndex
        let line = take(count)
        bytes.moveReaderIndex(forwardBy: 1)
        return line
    }

    /// What stands behind the last line feed of a complete body; nil where nothing does.
    mutating func last() -> Line? {
        isSkipping || bytes.readableBytes > 0 ? take(bytes.readableBytes) : nil
    }

    /// Where a long line is over, its room is not kept for short ones.
    private mutating func dropRoom() {
        if bytes.readableBytes == 0 {
            bytes = ByteBuffer()
        } else if bytes.capacity > NativeLimits.streamKeptByteCountMax,
            bytes.readableBytes <= NativeLimits.streamGroupByteCountMax
        {
            bytes.discardReadBytes()
            bytes.shrinkBufferCapacity(to: bytes.readableBytes)
        }
    }

    private mutating func take(_ count: Int) -> Line {
        defer {
            searchedByteCount = 0
            isSkipping = false
            skippedByteCount = 0
        }
        guard !isSkipping, count <= lineByteCountMax else {
            bytes.moveReaderIndex(forwardBy: count)
            return .tooLong
        }
        return .line(bytes.readBytes(length: count) ?? [])
    }
}
