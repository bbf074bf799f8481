import Deflate
import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct DictionaryTrainerTests {
    private static func samples(_ message: (Int) -> OutgoingMessage) -> DictionarySamples {
        var samples = DictionarySamples()
        var number = 0
        while !samples.isFull {
            let next = message(number)
            samples.look(at: next.properties.encoded, next.body)
            number += 1
        }
        return samples
    }

    @Test("64 samples and 32 other probes are taken of the first 256 messages")
    func sampling() {
        let samples = Self.samples { OutgoingMessage(body: Bytes("message \($0)")) }
        #expect(samples.learned.count == 64)
        #expect(samples.probes.count == 32)
        #expect(Set(samples.learned).isDisjoint(with: samples.probes))
    }

    @Test("a large message is sampled by its start, so that samples stay bounded")
    func largeMessages() {
        let samples = Self.samples { OutgoingMessage(body: Bytes([UInt8](repeating: UInt8($0 & 255), count: 100_000))) }
        #expect(samples.learned.allSatisfy { $0.count == Limits.dictionaryByteCountMax })
    }

    @Test("orders give a dictionary of whole messages that saves far more than a sixth")
    func orders() throws {
        let samples = Self.samples(TillOrders.order)
        guard case .adopt(let bytes, let saved) = try DictionaryTrainer().judge(samples, current: nil) else {
            Issue.record("nothing was learned")
            return
        }
        #expect(bytes.count <= Limits.dictionaryByteCountMax)
        #expect(saved >= 300, "\(saved)")
        // The best piece stands whole at the end.
        #expect(samples.learned.contains { bytes.suffix($0.count).elementsEqual($0) })
    }

    @Test("noise, short texts and empty bodies are not worth one")
    func notWorthIt() throws {
        var random = RecordGenerator(seed: 70)
        let noise = (0..<256).map { _ in OutgoingMessage(body: Bytes(random.bytes(300...300))) }
        #expect(try DictionaryTrainer().judge(Self.samples { noise[$0] }, current: nil) == .none)
        #expect(try DictionaryTrainer().judge(DictionarySamples(), current: nil) == .none)
    }

    @Test("a dictionary in use is kept until it saves a tenth less than it did; then another is learned")
    func relearning() throws {
        let trainer = try DictionaryTrainer()
        let orders = Self.samples(TillOrders.order)
        guard case .adopt(let bytes, let saved) = try trainer.judge(orders, current: nil) else {
            Issue.record("nothing was learned")
            return
        }
        #expect(try trainer.judge(orders, current: (bytes, saved)) == .keep)
        let readings = Self.samples(TillOrders.reading)
        guard case .adopt(let other, _) = try trainer.judge(readings, current: (bytes, saved)) else {
            Issue.record("the traffic changed, the dictionary did not")
            return
        }
        #expect(other != bytes)
    }

    @Test("the same samples give the same dictionary")
    func deterministic() throws {
        let samples = Self.samples(TillOrders.order)
        #expect(
            try DictionaryTrainer().judge(samples, current: nil) == DictionaryTrainer().judge(samples, current: nil))
    }
}
