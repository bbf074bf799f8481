internal import Glibc
internal import Engine
internal import Synchronization
internal import TradeBill

/// A bill that is written into the folder as it arrives. Its file goes with it unless ``finish(sha1:)`` handed it over.
final class BillUploadFile<E: Engine>: BillUpload {
    private struct State {
        var descriptor: Int32
        var byteCount: Int64 = 0
        var nextLookAt: Int64 = 0
    }

    private let desk: Reconciliation<E>
    private let day: BeijingDay
    private let path: String
    private let folder: BillFolder
    /// One upload has one owner; the lock is for the compiler, and for an owner that abandons from another task.
    private let state: Mutex<State>

    init(
        desk: Reconciliation<E>, day: BeijingDay, path: String, folder: BillFolder
    ) throws(ReconciliationDeskError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else {
            throw .unavailable("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        self.desk = desk
        self.day = day
        self.path = path
        self.folder = folder
        state = Mutex(State(descriptor: descriptor))
    }

    func append(_ bytes: [UInt8]) async throws(ReconciliationDeskError) {
        let error = state.withLock { state in write(bytes, &state) }
        if let error { throw error }
    }

    func finish(sha1: String?) async throws(ReconciliationDeskError) -> ReconciliationStanding {
        let byteCount = state.withLock { state in
            close(state.descriptor)
            state.descriptor = -1
            return state.byteCount
        }
        do throws(ReconciliationDeskError) {
            guard byteCount > 0 else { throw .invalid("the bill is empty") }
            let standing = try await desk.start(
                day, uploaded: GivenBill(path: path, hashCheck: sha1 == nil ? .none : .given, sha1: sha1))
            await desk.uploadEnded()
            return standing
        } catch {
            unlink(path)
            await desk.uploadEnded()
            throw error
        }
    }

    func abandon() async {
        let wasOpen = state.withLock { state in
            defer { state.descriptor = -1 }
            if state.descriptor >= 0 { close(state.descriptor) }
            return state.descriptor >= 0
        }
        guard wasOpen else { return }
        unlink(path)
        await desk.uploadEnded()
    }

    private func write(_ bytes: [UInt8], _ state: inout State) -> ReconciliationDeskError? {
        guard state.descriptor >= 0 else { return .unavailable("the upload has ended") }
        state.byteCount += Int64(bytes.count)
        guard state.byteCount <= ReconciliationLimits.billByteCountMax else {
            return .tooLarge(byteCountMax: ReconciliationLimits.billByteCountMax)
        }
        if state.byteCount >= state.nextLookAt {
            state.nextLookAt = state.byteCount + ReconciliationLimits.diskLookByteCount
            if let free = folder.freeByteCount, free < ReconciliationLimits.diskFreeByteCountMin {
                return .unavailable("the disk has only \(free) free bytes: the bill is not taken")
            }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                return .unavailable("the bill cannot be written: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}
