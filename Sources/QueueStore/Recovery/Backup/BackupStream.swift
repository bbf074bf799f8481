internal import Glibc
internal import LMDB
internal import MessageModel
internal import Synchronization

/// Streams a snapshot of the environment into a new file.
///
/// LMDB cannot be told to stop copying, so it copies into a pipe: who closes the reading end stops it. That matters because a copy is a reader of
/// the environment, and a store that has to be opened anew waits five seconds for its readers, no more. Blocks; for the store's own threads.
struct BackupStream {
    let source: StoreSource
    /// The file; it must not exist.
    let path: String
    let space: BackupSpace
    let run: BackupRun

    private final class Outcome: Sendable {
        let error = Mutex<LMDBError?>(nil)
    }

    /// Copies and syncs; returns the bytes of the file. The environment is let go before the sync.
    func copy() throws(BrokerError) -> UInt64 {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(operation: "open \(path)", code: errno) }
        defer { close(file) }
        let byteCount = try stream(into: file)
        guard fsync(file) == 0 else { throw .system(operation: "fsync \(path)", code: errno) }
        return byteCount
    }

    private func stream(into file: Int32) throws(BrokerError) -> UInt64 {
        let outcome = Outcome()
        let (readingEnd, copier) = try start(outcome)
        let result = Result { () throws(BrokerError) in try drain(readingEnd, into: file) }
        close(readingEnd)
        copier.join()
        let byteCount = try result.get()
        if let error = outcome.error.withLock({ $0 }) {
            throw .system(operation: "copying the store: \(error.operation)", code: error.code.rawValue)
        }
        return byteCount
    }

    /// Starts the thread that copies into a pipe.
    private func start(_ outcome: Outcome) throws(BrokerError) -> (readingEnd: Int32, copier: StoreThread) {
        guard let environment = source.opened?.environment else { throw source.absence }
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .system(operation: "pipe", code: errno) }
        let (readingEnd, writingEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do throws(SystemError) {
            let copier = try StoreThread {
                Self.copy(environment, to: writingEnd, outcome)
                // The end of the stream: whoever reads it finds the outcome.
                close(writingEnd)
            }
            return (readingEnd, copier)
        } catch {
            close(readingEnd)
            close(writingEnd)
            throw .system(operation: error.operation, code: error.code)
        }
    }

    private static func copy(_ environment: Environment, to descriptor: Int32, _ outcome: Outcome) {
        do throws(ReadError<LMDBError>) {
            // A snapshot of the pool's beside LMDB's own, so that the readers' lag is known.
            try environment.read { (_) throws(LMDBError) in try environment.copyCompacting(to: descriptor) }
        } catch {
            switch error {
            case .lmdb(let cause), .body(let cause): outcome.error.withLock { $0 = cause }
            }
        }
    }

    private func drain(_ pipe: Int32, into file: Int32) throws(BrokerError) -> UInt64 {
        var piece = [UInt8](repeating: 0, count: Limits.backupPieceByteCount)
        var byteCount: UInt64 = 0
        var unsynced = 0
        while true {
            try run.check()
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(pipe, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "reading the copy", code: errno) }
            guard count > 0 else { return byteCount }
            try write(piece.span.extracting(first: count), to: file)
            byteCount += UInt64(count)
            unsynced += count
            if unsynced >= Limits.backupSyncByteCount {
                guard fdatasync(file) == 0 else { throw .system(operation: "fdatasync \(path)", code: errno) }
                try space.check()
                unsynced = 0
            }
        }
    }

    private func write(_ bytes: Span<UInt8>, to file: Int32) throws(BrokerError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.extracting(droppingFirst: done).withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(operation: "write \(path)", code: errno) }
            done += count
        }
    }
}
