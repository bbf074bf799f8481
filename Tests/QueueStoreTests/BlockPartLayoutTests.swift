import MessageModel
import Testing

@testable import QueueStore

@Suite struct BlockPartLayoutTests {
    private static let page = 4_096
    private static let header = 16
    private static let leafMax = 2_020

    /// Pages of its own that a row takes; none where it stays in a leaf.
    private static func ownPages(_ byteCount: Int) -> Int {
        byteCount <= leafMax ? 0 : (byteCount + header + page - 1) / page
    }

    /// What a layout breaks of the rules, or nil.
    private static func complaint(_ size: Int) -> String? {
        let parts = PartLayout.parts(of: size)
        if parts.isEmpty || parts.reduce(0, +) != size { return "\(size): parts \(parts) do not sum up" }
        if parts.contains(where: { $0 <= 0 || $0 > 8 * page - header }) {
            return "\(size): a part of \(parts) is empty or above eight pages"
        }
        if size <= leafMax { return parts == [size] ? nil : "\(size): one leaf row expected, not \(parts)" }
        if size <= 2_680 { return isPair(parts) ? nil : "\(size): two equal leaf rows expected, not \(parts)" }
        let runs = parts.filter { $0 > leafMax }
        if runs.dropLast().contains(where: { ($0 + header) % page != 0 }) {
            return "\(size): a run of \(parts) is not whole pages"
        }
        let tail = Array(parts.drop { $0 > leafMax })
        if tail.contains(where: { $0 > leafMax }) { return "\(size): a run behind a leaf row in \(parts)" }
        switch tail.count {
        case 0: return nil
        case 1: return tail[0] <= 1_340 ? nil : "\(size): a tail of \(tail[0]) in one leaf row"
        default: return isPair(tail) && 1_341...2_680 ~= tail.reduce(0, +) ? nil : "\(size): tail \(tail)"
        }
    }

    private static func isPair(_ parts: [Int]) -> Bool { parts.count == 2 && 0...1 ~= parts[0] - parts[1] }

    @Test("parts of every size sum up and obey the page rules")
    func rules() {
        let complaints = (1...200_000).compactMap { Self.complaint($0) }
        #expect(complaints.isEmpty, "\(complaints.prefix(5))")
    }

    @Test("no layout takes more pages of its own than one row of the same size would, cut at eight pages")
    func thrift() {
        var wasteful: [Int] = []
        for size in 2_681...200_000 {
            let run = 8 * Self.page - Self.header
            let plain =
                size / run * 8 + (size % run + Self.header + Self.page - 1) / Self.page - (size % run == 0 ? 1 : 0)
            if PartLayout.parts(of: size).reduce(0, { $0 + Self.ownPages($1) }) > plain { wasteful.append(size) }
        }
        #expect(wasteful.isEmpty, "\(wasteful.count) sizes, \(wasteful.prefix(3))")
    }

    @Test(
        "the borders are where the paper puts them",
        arguments: [
            (1, [1]), (2_020, [2_020]), (2_021, [1_011, 1_010]), (2_680, [1_340, 1_340]), (2_681, [2_681]),
            (4_080, [4_080]),
            (4_081, [4_080, 1]), (5_420, [4_080, 1_340]), (5_421, [4_080, 671, 670]), (6_760, [4_080, 1_340, 1_340]),
            (8_176, [8_176]), (32_752, [32_752]), (32_753, [32_752, 1]), (65_504, [32_752, 32_752]),
        ])
    func borders(size: Int, parts: [Int]) {
        #expect(PartLayout.parts(of: size) == parts)
    }

    @Test("an incompressible message of one MiB has 33 parts")
    func largest() {
        #expect(PartLayout.parts(of: BlockHeader.byteCount + Limits.bodyByteCountMax + 8).count == 33)
    }

    @Test("the page count covers every row's own pages and a leaf's share")
    func pages() {
        for size in stride(from: 1, through: 200_000, by: 37) {
            let parts = PartLayout.parts(of: size)
            let own = parts.reduce(0) { $0 + Self.ownPages($1) }
            #expect(PartLayout.pages(of: parts) >= own + parts.count { $0 <= Self.leafMax } / 2)
            #expect(PartLayout.pages(of: parts) <= own + parts.count + 1)
        }
    }
}
