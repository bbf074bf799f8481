internal import Synchronization

/// The one source of chance of a simulated platform: the same seed and the same calls give the same numbers. Thread-safe; not for
/// secrets.
final class PlatformDice: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) {
        generator = Mutex(SeededGenerator(seed: seed))
    }

    /// True in `share` of the cases; asks no number where it is 0.
    func chance(_ share: Double) -> Bool {
        share > 0 && generator.withLock { $0.chance(share) }
    }

    /// A number from 0 to `bound` - 1.
    func number(below bound: Int) -> Int {
        generator.withLock { $0.number(below: bound) }
    }

    func digits(_ count: Int) -> String {
        generator.withLock { $0.text(count, from: SeededGenerator.digits) }
    }

    func letters(_ count: Int) -> String {
        generator.withLock { $0.text(count, from: SeededGenerator.letters) }
    }
}
