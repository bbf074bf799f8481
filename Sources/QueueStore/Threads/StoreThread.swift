internal import Glibc

/// A thread of the store's own, so that a stalled disk never stops an event loop or the shared pool.
///
/// Runs `body` once; ``join()`` waits for its end and must be called, except on a detached one, whose end nobody waits for.
@safe
final class StoreThread: @unchecked Sendable {
    /// Written in `init` before anyone else can see it, read by the one caller of `join`.
    private var handle = pthread_t()

    init(detached: Bool = false, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let box = unsafe Unmanaged.passRetained(StartBox(body: body))
        let code = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let box = unsafe Unmanaged<StartBox>.fromOpaque(argument).takeRetainedValue()
                box.body()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw SystemError(operation: "pthread_create", code: code)
        }
        if detached { _ = pthread_detach(handle) }
    }

    func join() { _ = pthread_join(handle, nil) }

    private final class StartBox {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}

/// An operating system call that failed.
struct SystemError: Error {
    let operation: String
    let code: Int32
}
