import Engine
import MessageModel
import QueueStore
import TestSupport
import Tillwire

extension [Message<Store>] {
    /// The bodies as text, in order.
    var texts: [String] { map { $0.body.text ?? "" } }
}

extension Tillwire.Queue where E == Store {
    /// Waits until the queue's figures satisfy `condition`; what a sweep, a walk or a move to another queue does is done soon, not at once.
    func comesTo(
        moving time: ManualTimeSource? = nil, _ condition: (QueueFigures) -> Bool
    ) async throws -> Bool {
        try await eventually(moving: time) { condition(try await figures()) }
    }

    /// Sends a message for each of `bodies`, each in a commit and so in a row of its own.
    func sendEach(_ bodies: [String]) async throws {
        for body in bodies { try await send(Bytes(body)) }
    }

    /// Sends a message for each of `bodies` in one batch, and so in one block.
    func sendTogether(_ bodies: [String]) async throws {
        _ = try await send(bodies.map { OutgoingMessage(body: Bytes($0)) })
    }
}

extension TemporaryStore {
    /// Moves the clock on and waits until the writer has committed something at the new time.
    func advance(milliseconds: UInt64, committing broker: EmbeddedBroker) async throws -> Bool {
        let before = try await broker.figures().groupNumber
        time.advance(milliseconds: milliseconds)
        return try await eventually { try await broker.figures().groupNumber > before }
    }

    /// Blocks in the stopped store: none where every message is gone and its room is free.
    func blockCount() throws -> UInt64 { try Store.verify(folder: folder.path, options: options).blockCount }
}
