import Deflate
import Testing

@Suite struct DamagedStreamTests {
    private static func fault(
        _ stored: [UInt8], to count: Int, parts: Int = .max, with inflater: Inflater? = nil
    ) -> DeflateError? {
        do throws(DeflateError) {
            _ = try Samples.inflated(stored, to: count, partByteCount: parts, with: inflater)
            return nil
        } catch { return error }
    }

    @Test("a bomb stops at the length its header states")
    func bomb() throws {
        let stored = try Samples.deflated([UInt8](repeating: 0, count: 8_000_000))
        #expect(stored.count < 40_000)
        for limit in [0, 1, 100, 65_536] {
            #expect(Self.fault(stored, to: limit) == .lengthMismatch(expected: limit))
            #expect(Self.fault(stored, to: limit, parts: 1) == .lengthMismatch(expected: limit))
            #expect(Self.fault(stored, to: limit, parts: 4_096) == .lengthMismatch(expected: limit))
        }
    }

    @Test("a stream cut anywhere is malformed")
    func truncated() throws {
        for raw in [Samples.text(600), Samples.noise(100, seed: 4)] {
            let stored = try Samples.deflated(raw)
            for count in 0..<stored.count {
                #expect(Self.fault(Array(stored[..<count]), to: raw.count) == .malformed, "\(count) of \(stored.count)")
            }
        }
    }

    @Test("bytes behind the end are malformed, in the same part or in one of their own")
    func trailing() throws {
        for raw in [Samples.text(600), Samples.noise(100, seed: 5), []] {
            let stored = try Samples.deflated(raw)
            for extra in [[0], [0xFF], stored] {
                #expect(Self.fault(stored + extra, to: raw.count) == .malformed)
                #expect(Self.fault(stored + extra, to: raw.count, parts: stored.count) == .malformed)
            }
        }
    }

    @Test("a stream that inflates to less than stated is of the wrong length")
    func tooShort() throws {
        for raw in [Samples.text(600), Samples.noise(100, seed: 6), []] {
            let stored = try Samples.deflated(raw)
            for more in [1, 2, 1_000] {
                let expected = raw.count + more
                #expect(Self.fault(stored, to: expected) == .lengthMismatch(expected: expected))
                #expect(Self.fault(stored, to: expected, parts: 1) == .lengthMismatch(expected: expected))
            }
        }
    }

    /// Each stream of 1…300 bytes of text or noise with every statement that is too short by 1, 2 or all.
    private static func tooLong() throws -> [(expected: Int, fault: DeflateError?)] {
        var faults: [(expected: Int, fault: DeflateError?)] = []
        for count in 1...300 {
            for raw in [Samples.text(count), Samples.noise(count, seed: 7)] {
                let stored = try Samples.deflated(raw)
                for less in [1, 2, count] where less <= count {
                    faults.append((count - less, fault(stored, to: count - less)))
                }
            }
        }
        return faults
    }

    @Test("a stream that inflates to more than stated is refused")
    func tooLongRefused() throws {
        for (expected, fault) in try Self.tooLong() {
            #expect(fault == .lengthMismatch(expected: expected) || fault == .malformed, "stated as \(expected)")
        }
    }

    @Test("a stream that inflates to more than stated is of the wrong length")
    func tooLongReason() throws {
        let wrong = try Self.tooLong().filter { $0.fault != .lengthMismatch(expected: $0.expected) }
        #expect(wrong.isEmpty, "\(wrong.count) of them")
    }

    @Test("a stream longer than stated, in parts of one byte, is refused and does not trap")
    func tooLongInParts() async {
        await #expect(processExitsWith: .success) {
            for raw in [Samples.noise(300, seed: 8), Samples.text(300)] {
                let stored = try Samples.deflated(raw)
                for limit in 0..<raw.count {
                    let failed: Bool
                    do { failed = try Samples.inflated(stored, to: limit, partByteCount: 1).isEmpty } catch {
                        failed = true
                    }
                    precondition(failed)
                }
            }
        }
    }

    @Test("noise is refused and never traps")
    func noise() {
        for seed in UInt64(0)..<400 {
            let stored = Samples.noise(Int(seed), seed: seed)
            #expect(Self.fault(stored, to: 10_000) != nil)
        }
    }

    @Test("no bytes are no stream")
    func empty() {
        #expect(Self.fault([], to: 0) == .malformed)
    }

    @Test("a stream that failed serves the next block")
    func reuse() throws {
        let inflater = try Inflater()
        let raw = Samples.text(700)
        let stored = try Samples.deflated(raw)
        let faulty: [([UInt8], Int)] = [
            (Array(stored.dropLast(3)), 700), (stored, 699), (stored, 0), (stored, 701), (stored + [1], 700),
            (Samples.noise(90, seed: 1), 90),
        ]
        for (bytes, count) in faulty {
            #expect(Self.fault(bytes, to: count, with: inflater) != nil)
            #expect(try Samples.inflated(stored, to: 700, with: inflater) == raw)
        }
    }
}
