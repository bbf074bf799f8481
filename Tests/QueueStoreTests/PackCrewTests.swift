import MessageModel
import Testing

@testable import QueueStore

@Suite struct PackCrewTests {
    private static func jobs(_ counts: [Int], seed: UInt64) throws -> [PackJob] {
        var random = RecordGenerator(seed: seed)
        return try counts.map { PackJob(SendItem.items(try BlockSample.messages($0, byteCountMax: 200, &random))[...]) }
    }

    @Test("a crew packs what one packer packs, group after group", arguments: UInt64(1)...10)
    func same(seed: UInt64) throws {
        let crew = try PackCrew()
        defer { crew.stop() }
        let packer = try BlockPacker()
        for counts in [[1], [40, 3], [256, 256, 1, 90], [], [200]] {
            let jobs = try Self.jobs(counts, seed: seed)
            crew.start(jobs)
            crew.finish()
            for job in jobs {
                let outcome = try #require(job.outcome)
                let (packed, alone) = (try outcome.get(), try packer.pack(job.items))
                #expect(packed.raw == alone.raw && packed.stored == alone.stored && packed.codec == alone.codec)
                #expect(packed.count == job.items.count)
            }
        }
    }

    @Test("after a group that is not going to be, nobody packs any more, and the next one is whole")
    func dropped() throws {
        let crew = try PackCrew()
        defer { crew.stop() }
        for round in 0..<50 {
            let abandoned = try Self.jobs(Array(repeating: 64, count: 8), seed: UInt64(round))
            crew.start(abandoned)
            crew.drop()
            let done = abandoned.count { $0.outcome != nil }
            let jobs = try Self.jobs([64, 64, 64], seed: 77)
            crew.start(jobs)
            crew.finish()
            #expect(jobs.allSatisfy { $0.outcome != nil })
            #expect(abandoned.count { $0.outcome != nil } == done)
        }
    }
}
