import Engine
import Foundation
import MessageModel
import QueueStore
import TestSupport
import Testing
import Tillwire

/// What one step of a small case does.
private enum SmallStep: Int, CaseIterable {
    case send, receive, acknowledge, release, expire, purge, rewind, crash
}

@Suite("All small cases")
struct StoreExhaustiveTests {
    /// Of the sequences of five operations each so-many-th is run; all of them where `TILLWIRE_MODEL_SEEDS` asks for more than usual.
    private static let stepLength = ProcessInfo.processInfo.environment["TILLWIRE_MODEL_SEEDS"] == nil ? 13 : 1

    @Test(
        "every sequence of four operations on one queue, and every thirteenth of five, agrees with the model",
        arguments: 0..<8)
    func agree(part: Int) async throws {
        let run = try await ModelRun(seed: UInt64(part))
        run.hasFaults = false
        try await run.makeQueue("dead") { _ in }
        let count = SmallStep.allCases.count
        // A sequence begins with a send: before it every other operation meets an empty queue, which the first steps of others cover.
        for number in 0..<count * count where run.failures == 0 {
            try await play([.send] + steps(number, 2) + steps(part, 1), run)
        }
        let five = count * count * count * count
        for number in stride(from: part, to: five, by: Self.stepLength * count) where run.failures == 0 {
            try await play([.send] + steps(number, 4), run)
        }
        try await run.finish()
    }

    /// The sequence with this number, of so many steps.
    private func steps(_ number: Int, _ length: Int) -> [SmallStep] {
        var rest = number
        return (0..<length).map { _ in
            defer { rest /= SmallStep.allCases.count }
            return SmallStep(rawValue: rest % SmallStep.allCases.count) ?? .send
        }
    }

    private func play(_ steps: [SmallStep], _ run: ModelRun) async throws {
        run.note("\(steps)")
        run.stepNumber = 0
        try await run.makeQueue("q") { $0.rewindMillis = 3_600_000 }
        for step in steps where run.failures == 0 {
            run.stepNumber += 1
            try await take(step, run)
            try await run.converge()
        }
        // In the end all that is not acknowledged comes, once.
        run.store.time.advance(milliseconds: ModelQueue.leaseMillisMax)
        try await run.converge()
        try await run.drain("q")
        try await run.broker.deleteQueue("q")
        run.model.queues["q"] = nil
    }

    private func take(_ step: SmallStep, _ run: ModelRun) async throws {
        switch step {
        case .send: try await run.sendOne("q")
        case .receive: try await run.receive("q", max: 1)
        case .acknowledge: if let held = run.held().last { try await run.settle(held, .acknowledge) }
        case .release: if let held = run.held().last { try await run.settle(held, .release(delayMillis: 0)) }
        case .expire: run.store.time.advance(milliseconds: ModelQueue.leaseMillisMax)
        case .purge: try await run.purge("q")
        case .rewind: try await run.rewind("q")
        case .crash: try await run.crash("dead")
        }
    }
}
