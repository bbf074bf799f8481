internal import Glibc
internal import NIOCore

/// A file as pieces for an upload. It is read once, from front to back.
struct BillPieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let path: String
    /// Bytes of the file.
    let byteCount: Int64

    /// Looks at the file.
    init(path: String) throws {
        var figures = stat()
        guard stat(path, &figures) == 0 else {
            throw ToolError("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard figures.st_mode & S_IFMT == S_IFREG else { throw ToolError("\(path) is not a regular file") }
        self.path = path
        byteCount = Int64(figures.st_size)
    }

    func makeAsyncIterator() -> Iterator { Iterator(path: path) }

    /// Reads the next piece.
    final class Iterator: AsyncIteratorProtocol {
        private let path: String
        private let descriptor: Int32

        init(path: String) {
            self.path = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }

        deinit { if descriptor >= 0 { close(descriptor) } }

        func next() async throws -> ByteBuffer? {
            let descriptor = descriptor
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: ToolLimits.billPieceByteCount) { room, produced in
                count = read(descriptor, room.baseAddress, room.count)
                produced = Swift.max(count, 0)
            }
            guard count >= 0 else { throw ToolError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
            return count == 0 ? nil : ByteBuffer(bytes: piece)
        }
    }
}
