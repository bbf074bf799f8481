internal import BoundedJSON
internal import Engine
internal import Hummingbird
internal import Merchants
internal import MessageModel
internal import Synchronization
internal import Tillwire

/// `/admin/v1/status` and `/admin/v1/verify`.
final class StatusRoutes<E: Engine>: Sendable {
    private let services: ConsoleServices<E>
    /// One verification at a time: it reads the whole store.
    private let isVerifying = Atomic<Bool>(false)

    init(services: ConsoleServices<E>) { self.services = services }

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("status") { _, _ in try await self.status() }
        group.post("verify") { _, _ in try await self.verify() }
    }

    private func status() async throws -> JSONAnswer {
        let queues = try await queues()
        let figures = try await services.broker.figures()
        var sections: [(name: String, value: StatusValue)] = []
        for section in services.sections { sections.append((section.name, .object(await section.read()))) }
        let now = services.book.nowMillis
        let merchantCount = services.directory.count
        return JSONAnswer { writer in
            writer.key("queues")
            writer.beginArray()
            for (name, queue) in queues { queue.show(into: &writer, name: name, nowMillis: now) }
            writer.endArray()
            writer.key("engine")
            figures.show(into: &writer)
            writer.key("merchants")
            writer.status(.object([("count", .count(merchantCount))]))
            writer.key("services")
            writer.status(.object(sections))
        }
    }

    private func queues() async throws -> [(String, QueueFigures)] {
        var found: [(String, QueueFigures)] = []
        for name in services.broker.topology.queues.keys.sorted(by: { $0.text < $1.text }) {
            found.append((name.text, try await services.broker.queue(name).figures()))
        }
        return found
    }

    private func verify() async throws -> JSONAnswer {
        guard !isVerifying.exchange(true, ordering: .acquiringAndReleasing) else { throw ConsoleError.verifyRunning }
        defer { isVerifying.store(false, ordering: .releasing) }
        let report = try await services.broker.verify()
        return JSONAnswer { writer in
            writer.member("rows", Int64(clamping: report.rowCount))
            writer.member("blocks", Int64(clamping: report.blockCount))
            writer.member("messages", Int64(clamping: report.messageCount))
            writer.member("compared_counts", report.comparedCounts)
            writer.key("problems")
            writer.beginArray()
            for problem in report.problems { writer.string(problem) }
            writer.endArray()
        }
    }
}

extension QueueFigures {
    fileprivate func show(into writer: inout JSONWriter, name: String, nowMillis: Int64) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("waiting", Int64(clamping: waiting))
        writer.member("leased", Int64(clamping: leased))
        writer.member("delayed", Int64(clamping: delayed))
        writer.member("raw_bytes", Int64(clamping: rawByteCount))
        writer.member("enqueued_total", Int64(clamping: enqueuedTotal))
        writer.key("oldest_age_millis")
        if let oldestEnqueuedAt {
            writer.integer(max(0, nowMillis - Int64(oldestEnqueuedAt.milliseconds)))
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

extension EngineFigures {
    fileprivate func show(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("refuses_sends")
        if let refusesSends { writer.string(refusesSends) } else { writer.null() }
        writer.member("commits", Int64(clamping: commitCount))
        writer.member("commands", Int64(clamping: commandCount))
        writer.member("map_used_bytes", Int64(clamping: mapUsedByteCount))
        writer.member("map_bytes", Int64(clamping: mapByteCount))
        writer.member("disk_free_bytes", Int64(clamping: diskFreeByteCount))
        writer.member("reader_lag", Int64(clamping: readerLag))
        writer.member("corrupted", Int64(clamping: corruptedCount))
        writer.member("reopens", Int64(clamping: reopenCount))
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func status(_ value: StatusValue) {
        switch value {
        case .integer(let number): integer(number)
        case .text(let text): string(text)
        case .flag(let flag): bool(flag)
        case .object(let members):
            beginObject()
            for (name, member) in members {
                key(name)
                status(member)
            }
            endObject()
        }
    }
}
