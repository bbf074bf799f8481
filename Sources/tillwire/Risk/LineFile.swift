internal import Glibc

/// Reads a file line by line, in pieces of a megabyte; `-` is standard input. Not thread-safe.
struct LineFile: ~Copyable {
    private static let pieceByteCount = 1_048_576

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Number of the line that was read last, from 1 on.
    private(set) var lineNumber = 0

    /// Opens the file.
    init(path: String) throws {
        self.path = path
        descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ToolError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
    }

    deinit { if descriptor > 0 { close(descriptor) } }

    /// The next line without its end; nil behind the last.
    mutating func next() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                lineNumber += 1
                return buffer[start..<end]
            }
            guard !isAtEnd else {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                lineNumber += 1
                return buffer[start...]
            }
            guard buffer.count - start <= ToolLimits.lineByteCountMax else {
                throw ToolError(
                    "\(path), line \(lineNumber + 1): longer than the allowed \(ToolLimits.lineByteCountMax) bytes")
            }
            try fill()
        }
    }

    private mutating func fill() throws {
        buffer.removeFirst(start)
        start = 0
        let before = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.pieceByteCount))
        let descriptor = descriptor
        let count = buffer[before...].withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw ToolError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
        buffer.removeLast(Self.pieceByteCount - count)
        isAtEnd = count == 0
    }
}
