import Engine
import MessageModel
import Testing

@testable import QueueStore

@Suite struct RecordDamageTests {
    @Test("every flipped bit of every row kind is refused by the checksum", arguments: UInt64(1)...6)
    func flips(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        for sample in try random.samples() {
            var bytes = sample.bytes
            for bit in 0..<bytes.count * 8 {
                bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
                #expect(sample.fault(bytes, sample.key) == .checksum, "\(sample.kind), bit \(bit), seed \(seed)")
                bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
            }
        }
    }

    @Test("every flipped bit of the key is refused: a row under another key is no row", arguments: UInt64(7)...12)
    func otherKeys(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        for sample in try random.samples() {
            for bit in 0..<sample.key.count * 8 {
                var key = RowKey()
                for (index, byte) in sample.key.array.enumerated() {
                    key.append(index == bit >> 3 ? byte ^ 1 << UInt8(bit & 7) : byte)
                }
                #expect(sample.fault(sample.bytes, key) == .checksum, "\(sample.kind), bit \(bit), seed \(seed)")
            }
        }
    }

    @Test("a row cut anywhere is refused", arguments: UInt64(13)...18)
    func cuts(seed: UInt64) throws {
        var random = RecordGenerator(seed: seed)
        for sample in try random.samples() {
            for count in 0..<sample.bytes.count {
                let fault = sample.fault(Array(sample.bytes[..<count]), sample.key)
                #expect(fault == (count < 5 ? .length : .checksum), "\(sample.kind), \(count) bytes, seed \(seed)")
            }
        }
    }

    @Test("a version this program does not know is refused, with its number", arguments: [UInt8(0), 2, 255])
    func versions(version: UInt8) throws {
        var random = RecordGenerator(seed: 19)
        for sample in try random.samples() {
            var row = RowWriter(version: version)
            row.raw(sample.bytes[1..<sample.bytes.count - 4])
            #expect(sample.fault(row.sealed(under: sample.key), sample.key) == .version(version), "\(sample.kind)")
        }
    }

    /// A row whose checksum is right over fields that are short or followed by more: a program's mistake, not a disk's.
    @Test("sealed fields that are too few or too many are refused where a row's length is fixed")
    func lengths() throws {
        var random = RecordGenerator(seed: 20)
        let fixed: Set = ["entry", "queue counters", "topic counters", "store counters", "once", "owners"]
        for sample in try random.samples() where fixed.contains(sample.kind) {
            let fields = Array(sample.bytes[1..<sample.bytes.count - 4])
            for changed in [Array(fields.dropLast()), fields + [0], []] {
                var row = RowWriter()
                row.raw(changed)
                #expect(
                    sample.fault(row.sealed(under: sample.key), sample.key) == .length,
                    "\(sample.kind), \(changed.count) bytes")
            }
        }
    }

    @Test("random sealed bytes never trap any reader")
    func noise() throws {
        var random = RecordGenerator(seed: 21)
        let samples = try random.samples()
        for round in 0..<300 {
            for sample in samples {
                var row = RowWriter()
                row.raw(random.bytes(0...60))
                let bytes = row.sealed(under: sample.key)
                let fault = sample.fault(bytes, sample.key)
                #expect(fault != .checksum, "\(sample.kind), round \(round)")
            }
        }
    }

    @Test("a format row of a newer minor may be longer")
    func newerMinor() throws {
        var random = RecordGenerator(seed: 22)
        let format = random.format()
        let key = CatalogueKind.formatKey
        var row = RowWriter()
        row.raw(format.encoded(under: key).dropFirst().dropLast(4))
        row.raw([1, 2, 3])
        #expect(try FormatRow(row.sealed(under: key).span.bytes, under: key.span) == format)
    }

    @Test("a queue row with an attribute this program does not know is read without it")
    func newerAttribute() throws {
        var random = RecordGenerator(seed: 23)
        let entry = random.queueEntry(QueueID(rawValue: 4))
        let key = Keys.catalogue(kind: CatalogueKind.queue, id: 4)
        var row = RowWriter()
        row.raw(QueueRow.encode(entry, under: key).dropFirst().dropLast(4))
        row.u8(99)
        row.counted([1, 2, 3])
        #expect(try QueueRow.decode(row.sealed(under: key).span.bytes, id: entry.id, under: key.span) == entry)
    }
}
