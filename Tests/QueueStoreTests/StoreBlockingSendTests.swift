import Engine
import Glibc
import MessageModel
import Synchronization
import TestSupport
import Testing
import Tillwire

@testable import QueueStore

@Suite("Sends that block their thread")
struct StoreBlockingSendTests {
    @Test("many threads beside tasks lose nothing, and what each sends stays in order")
    func manyThreads() async throws {
        let (threadCount, taskCount, count) = (8, 4, 150)
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<threadCount {
                    group.addTask {
                        let failures = await onThread { Self.send(count, as: sender, to: queue) }
                        #expect(failures == [])
                    }
                }
                for sender in threadCount..<threadCount + taskCount {
                    group.addTask {
                        for number in 0..<count { try await queue.send(Bytes("\(sender) \(number)")) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await queue.figures().waiting == UInt64((threadCount + taskCount) * count))
            var last = Array(repeating: -1, count: threadCount + taskCount)
            while true {
                let messages = try await queue.receive(max: 256)
                if messages.isEmpty { break }
                for text in messages.texts {
                    let parts = text.split(separator: " ").compactMap { Int($0) }
                    #expect(parts[1] == last[parts[0]] + 1, "sender \(parts[0])")
                    last[parts[0]] = parts[1]
                }
                try await queue.acknowledge(messages)
            }
            #expect(last.allSatisfy { $0 == count - 1 })
        }
        #expect(problems == [])
    }

    private static func send(_ count: Int, as sender: Int, to queue: Tillwire.Queue<Store>) -> [BrokerError] {
        var failures: [BrokerError] = []
        for number in 0..<count {
            do throws(BrokerError) { try queue.sendBlocking(Bytes("\(sender) \(number)")) } catch {
                failures.append(error)
            }
        }
        return failures
    }

    @Test("a thread that is alone commits by itself")
    func alone() async throws {
        let committers = Committers()
        _ = try await TemporaryStore(adjust: committers.install).run { broker in
            let queue = try await broker.createQueue("orders")
            // The writer's thread may still be at its last group: then it takes this one too.
            let isSeen = try await eventually {
                let own = await onThread {
                    _ = try? queue.sendBlocking("x")
                    return committers.current
                }
                return committers.contains(own)
            }
            #expect(isSeen)
        }
    }

    @Test("a batch, a repeat under a key, a refusal and a publish are answered as those of tasks are")
    func outcomes() async throws {
        let (_, problems) = try await TemporaryStore().run { broker in
            let queue = try await broker.createQueue("orders")
            let topic = try await broker.createTopic("payments")
            let key = try IdempotencyKey("k")
            let (batch, first, repeated) = await onThread {
                (
                    Result { () throws(BrokerError) in
                        try queue.sendBlocking((0..<3).map { OutgoingMessage(body: Bytes("\($0)")) })
                    },
                    Result<MessageID, BrokerError> { () throws(BrokerError) in try queue.sendBlocking("x", key: key) },
                    Result<MessageID, BrokerError> { () throws(BrokerError) in try queue.sendBlocking("x", key: key) }
                )
            }
            guard case .stored(let start) = try batch.get()[0] else {
                Issue.record("\(batch)")
                return
            }
            #expect(try batch.get() == (0..<3).map { .stored(start + $0) })
            #expect(try first.get() == repeated.get())
            let lonely = await onThread {
                Result<MessageID, BrokerError> { () throws(BrokerError) in try topic.publishBlocking("y") }
            }
            #expect(lonely == .failure(.noMatchingSubscription(topic: "payments")))
            try await topic.subscribe(queue, as: "all")
            let published = await onThread {
                Result { () throws(BrokerError) in try topic.publishBlocking([OutgoingMessage(body: "y")]) }
            }
            #expect(try published.get().count == 1)
            let empty = await onThread {
                Result { () throws(BrokerError) in try queue.sendBlocking([]) }
            }
            #expect(empty == .failure(.invalidBatchCount(0)))
            #expect(try await queue.receive(max: 10).texts == ["0", "1", "2", "x", "y"])
        }
        #expect(problems == [])
    }

    @Test("a commit that fails on the caller's thread is answered «unknown», and the store reopens")
    func diskFailure() async throws {
        let faults = FaultSwitch()
        let (_, problems) = try await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            try await queue.send("before")
            for round in 1...3 {
                faults.arm([.diskFailed])
                let failed = await onThread {
                    Result<MessageID, BrokerError> { () throws(BrokerError) in try queue.sendBlocking("lost") }
                }
                #expect(failed == .failure(.outcomeUnknown("injected diskFailed")))
                let stored = await onThread {
                    Result<MessageID, BrokerError> { () throws(BrokerError) in try queue.sendBlocking(Bytes("\(round)"))
                    }
                }
                _ = try stored.get()
            }
            #expect(try await broker.figures().reopenCount == 3)
            #expect(try await queue.receive(max: 10).texts == ["before", "1", "2", "3"])
        }
        #expect(problems == [])
    }

    @Test("a store that gives up on the caller's thread refuses from then on, and closes")
    func givesUp() async throws {
        let faults = FaultSwitch()
        _ = try? await TemporaryStore(adjust: faults.install).run { broker in
            let queue = try await broker.createQueue("orders")
            faults.arm(Array(repeating: .diskFailed, count: 20))
            let failures = await onThread { Self.send(8, as: 0, to: queue) }
            #expect(failures.count == 8)
            #expect(faults.events.contains { if case .gaveUp = $0 { true } else { false } })
        }
    }

    @Test("threads that wait while the store closes are answered: what was stored is there, the rest was refused")
    func closing() async throws {
        let store = TemporaryStore()
        let tally = Tally()
        let (_, problems) = try await store.run { broker in
            let queue = try await broker.createQueue("orders")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let refusal = await onThread { () -> BrokerError in
                            while true {
                                do throws(BrokerError) { try queue.sendBlocking("x") } catch { return error }
                                tally.stored.add(1, ordering: .relaxed)
                            }
                        }
                        tally.refusals.withLock { $0.append(refusal) }
                    }
                }
                group.addTask {
                    _ = try? await eventually { tally.stored.load(ordering: .relaxed) > 50 }
                    await broker.close()
                }
            }
        }
        #expect(problems == [])
        #expect(tally.refusals.withLock { $0 } == Array(repeating: .closed, count: 6))
        _ = try await store.run { broker in
            let waiting = try await broker.queue("orders").figures().waiting
            let count = UInt64(tally.stored.load(ordering: .relaxed))
            #expect(waiting == count)
        }
    }

    @Test("the role goes to one at a time, and to the writer's thread where it has work")
    func role() async throws {
        let mailbox = Mailbox()
        #expect(!mailbox.takeRole(), "the writer's thread is not ready yet")
        let taken = Atomic<Int>(-1)
        async let writer: Void = onThread {
            guard case .group(let commands) = mailbox.next() else { return }
            taken.store(commands.count, ordering: .releasing)
        }
        #expect(try await eventually { mailbox.takeRole() })
        #expect(!mailbox.takeRole())
        let ticket = SendTicket(OutgoingMessage(body: "x"), to: .queue(QueueID(rawValue: 1)))
        #expect(mailbox.submit(.send(ticket)) == nil)
        mailbox.poke()
        let before = taken.load(ordering: .acquiring)
        #expect(before == -1)
        mailbox.giveBackRole()
        await writer
        let after = taken.load(ordering: .acquiring)
        #expect(after == 1)
        #expect(!mailbox.takeRole(), "the writer's thread has it")
    }

    @Test("the time to gather may end between the look at what waits and the sleep: what waits is not left behind")
    func gatheringEnds() async throws {
        // Moments of the start, of the first look (still gathering), of the sleep (no longer), and whatever follows.
        let moments = Mutex<[UInt64]>([0, 499, 500])
        let mailbox = Mailbox(clock: { moments.withLock { $0.isEmpty ? 501 : $0.removeFirst() } })
        mailbox.expect(2)
        let ticket = SendTicket(OutgoingMessage(body: "x"), to: .queue(QueueID(rawValue: 1)))
        #expect(mailbox.submit(.send(ticket)) == nil)
        let taken = Atomic<Int>(-1)
        async let writer: Void = onThread {
            guard case .group(let commands) = mailbox.next(after: 1_000) else { return }
            taken.store(commands.count, ordering: .releasing)
        }
        let isTaken = try await eventually { taken.load(ordering: .acquiring) == 1 }
        #expect(isTaken)
        // Where it was left behind, another command wakes the writer, so that this test ends.
        if !isTaken { _ = mailbox.submit(.send(ticket)) }
        await writer
    }

    @Test("nobody takes the role of a store that closes")
    func roleAtTheEnd() async throws {
        let mailbox = Mailbox()
        let isClosed = Atomic<Bool>(false)
        async let writer: Void = onThread {
            if case .close = mailbox.next() { isClosed.store(true, ordering: .releasing) }
        }
        #expect(try await eventually { mailbox.takeRole() })
        mailbox.close()
        let isEarly = isClosed.load(ordering: .acquiring)
        #expect(!isEarly)
        mailbox.giveBackRole()
        await writer
        let isEnded = isClosed.load(ordering: .acquiring)
        #expect(isEnded)
        #expect(!mailbox.takeRole())
    }
}

/// Runs `body` on a thread of its own, which may block.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        do {
            _ = try StoreThread(detached: true) { continuation.resume(returning: body()) }
        } catch { preconditionFailure("no thread: \(error)") }
    }
}

/// What threads that sent until the store closed have to tell.
private final class Tally: Sendable {
    let stored = Atomic<Int>(0)
    let refusals = Mutex<[BrokerError]>([])
}

/// The threads on which a store committed.
private final class Committers: Sendable {
    private let threads = Mutex<Set<UInt>>([])

    var current: UInt { UInt(pthread_self()) }

    func contains(_ thread: UInt) -> Bool { threads.withLock { $0.contains(thread) } }

    func install(_ options: inout StoreOptions) {
        options.faultBeforeCommit = {
            let thread = self.current
            self.threads.withLock { _ = $0.insert(thread) }
            return nil
        }
    }
}
