internal import Glibc

/// A thread that runs one closure. Call ``join()`` or ``detach()`` once.
public final class WorkerThread: @unchecked Sendable {
    /// Written in `init` before anyone else can see it, read by the one caller of `join`.
    private var handle = pthread_t()

    /// Starts `body`. A benchmark that gets no thread has nothing to measure, so that traps.
    public init(_ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(body: body))
        let code = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        precondition(code == 0, "pthread_create: \(code)")
    }

    /// Waits until the closure has returned.
    public func join() { pthread_join(handle, nil) }

    /// Nobody waits for its end.
    public func detach() { pthread_detach(handle) }

    private final class Start {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
