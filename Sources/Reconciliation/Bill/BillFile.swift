internal import Deflate
internal import Glibc

/// Reads a bill from a file, plain or gzip, piece by piece. Blocks on the disk for a piece at a time; one owner at a time.
final class BillFile {
    private let descriptor: Int32
    private let path: String
    private var gunzip: GunzipStream?
    private var isFirst = true
    private var isAtEnd = false
    /// Sees the bytes of the file as they lie there.
    private let onFileBytes: (ArraySlice<UInt8>) -> Void

    /// Opens the file.
    init(path: String, onFileBytes: @escaping (ArraySlice<UInt8>) -> Void = { _ in }) throws(RunFailure) {
        self.path = path
        self.onFileBytes = onFileBytes
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, "opened") }
    }

    deinit { close(descriptor) }

    /// The next bytes of the content; nil at the end.
    func next() throws(RunFailure) -> [UInt8]? {
        while true {
            if let gunzip {
                do throws(GzipError) { if let piece = try gunzip.next() { return piece } } catch { throw .gzip(error) }
            }
            guard let piece = try read() else { return nil }
            guard let gunzip else { return piece }
            gunzip.feed(piece)
        }
    }

    /// The next bytes of the file; at its end a gzip must be complete.
    private func read() throws(RunFailure) -> [UInt8]? {
        guard !isAtEnd else { return nil }
        let descriptor = descriptor
        var count = 0
        let piece = [UInt8](unsafeUninitializedCapacity: ReconciliationLimits.readByteCount) { room, produced in
            repeat { count = Glibc.read(descriptor, room.baseAddress, room.count) } while count < 0 && errno == EINTR
            produced = max(count, 0)
        }
        guard count >= 0 else { throw Self.failure(path, "read") }
        onFileBytes(piece[...])
        do throws(GzipError) {
            if isFirst, Gzip.isGzip(piece[...]) {
                gunzip = try GunzipStream(byteCountMax: UInt64(ReconciliationLimits.billByteCountMax))
            }
            isFirst = false
            guard count > 0 else {
                isAtEnd = true
                try gunzip?.finish()
                return nil
            }
        } catch { throw .gzip(error) }
        return piece
    }

    private static func failure(_ path: String, _ what: String) -> RunFailure {
        .file("\(path) cannot be \(what): \(String(cString: strerror(errno)))")
    }
}
