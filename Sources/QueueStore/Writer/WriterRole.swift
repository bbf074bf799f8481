internal import Deflate

/// The writer and the right to use it, which one thread has at a time: the writer's own, or a caller that blocks and found nobody at work. Such a caller
/// commits its send itself, which spares two wake-ups.
///
/// Thread-safe. LMDB asks only that a write transaction ends on the thread where it began; which thread begins the next one is free.
final class WriterRole: @unchecked Sendable {
    /// Touched only by whoever has the role. The mailbox's lock, under which the role goes from one thread to the next, makes what one wrote
    /// visible to the next.
    private let writer: Writer
    private let mailbox: Mailbox

    init(_ writer: sending Writer, _ mailbox: Mailbox) {
        self.writer = writer
        self.mailbox = mailbox
    }

    /// Works until the store closes. On the writer's own thread, once.
    func run() { writer.run() }

    /// Commits one send on this thread where nobody is at work, and returns true: the ticket is answered then. False where it must go through the
    /// mailbox.
    func commitAlone(_ ticket: SendTicket) -> Bool {
        guard mailbox.takeRole() else { return false }
        defer { mailbox.giveBackRole() }
        writer.commit([.send(ticket)])
        return true
    }
}
