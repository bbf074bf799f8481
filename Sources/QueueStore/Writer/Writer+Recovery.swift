internal import Glibc
internal import LMDB
internal import MessageModel
internal import Synchronization

extension Writer {
    /// After a failed commit nobody can say what is on the disk: all callers get «unknown», the environment is closed, checked and opened again,
    /// and memory is rebuilt from it, because memory may be ahead of the disk (`reliability.md` rules 14 and 15). A failed sync is never retried.
    func recover(from error: WriteError<GroupFault>, _ commands: [Command]) {
        let text = Self.describe(error)
        for command in commands { command.fail(.outcomeUnknown(text)) }
        // A disk that is full is no failing disk: the store comes back as often as it takes.
        let isDiskShort = SpaceGuard.freeBytes(of: folder.path) < Limits.diskFreeByteCountMin / 8
        if !isDiskShort { failureCount += 1 }
        options.report(.writeFailed(text))
        if Self.code(error) == EROFS {
            writesRefusal = .system(operation: "write to a read-only filesystem", code: EROFS)
            options.report(.readOnly)
            return
        }
        if isDiskShort, folder.freeBallast() {
            options.report(.ballastFreed)
        }
        guard failureCount <= Limits.reopenCountMax, reopen(mayNotWrite: isDiskShort) else {
            giveUp(text)
            return
        }
        meters.reopened.add(1, ordering: .relaxed)
        options.report(.reopened(attempt: failureCount))
        // Whatever was due while the store was away is looked at now.
        mailbox.poke()
    }

    private func reopen(mayNotWrite: Bool) -> Bool {
        guard source.close(forReopening: true) else { return false }
        do throws(BrokerError) {
            let opened = try StoreOpening.open(folder, options, time, mayNotWrite: mayNotWrite)
            // Before anyone can read the new opening through what is known of the old one.
            forgetMemory(opened.catalogue)
            source.replace(opened)
            store = opened.counters
            space.invalidate()
            loadTopics()
            loadAnswers()
            dictionaries.load()
            reloadDue()
            return true
        } catch {
            options.report(.writeFailed("reopening: \(error)"))
            return false
        }
    }

    private func forgetMemory(_ catalogue: Catalogue) {
        for state in directory.forget(catalogue) {
            let polls = state.withLock { memory in
                memory.isForgotten = true
                return memory.polls.take(memory.polls.count)
            }
            for poll in polls { poll.continuation.resume() }
        }
    }

    private func giveUp(_ text: String) {
        let reason = BrokerError.system(
            operation: "the store gave up after \(failureCount) failed writes: \(text)", code: EIO)
        writesRefusal = reason
        _ = source.close(forReopening: false)
        for command in mailbox.kill() { command.fail(reason) }
        forgetMemory(directory.catalogue)
        options.report(.gaveUp(text))
    }

    private static func describe(_ error: WriteError<GroupFault>) -> String {
        switch error {
        case .begin(let cause), .commit(let cause), .body(.lmdb(let cause)): cause.description
        case .body(.injected(let fault)): "injected \(fault)"
        case .body: "a group failed"
        }
    }

    private static func code(_ error: WriteError<GroupFault>) -> Int32 {
        switch error {
        case .begin(let cause), .commit(let cause), .body(.lmdb(let cause)): cause.code.rawValue
        case .body(.injected(.readOnly)): EROFS
        case .body: 0
        }
    }
}
