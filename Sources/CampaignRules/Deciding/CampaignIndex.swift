/// Finds among up to a thousand definitions those that may concern a merchant.
///
/// Built anew when a definition changes. It looks at merchants only; window and amount are for
/// ``OrderCriteria/admits(merchantID:amountFen:paidAtMillis:)``. Thread-safe: a value.
///
/// A merchant that is named has a run of positions in one shared list. Invariant: positions within a run, and those for all
/// merchants, ascend; no position is in both.
public struct CampaignIndex<Entry: Sendable>: Sendable {
    private struct Run {
        var start: Int32 = 0
        var count: Int32 = 0
    }

    /// Every entry, ascending by id.
    public let all: [Entry]
    private let entriesForAll: [Entry]
    private let positionsForAll: [Int32]
    private let namedPositions: [Int32]
    private let runs: [String: Run]

    /// Takes entries in any order, whose ids must differ.
    ///
    /// - Complexity: O(m + n log n) for n entries that name m merchants together.
    public init(_ entries: [Entry], id: (Entry) -> String, merchants: (Entry) -> MerchantSelection) {
        let sorted = entries.map { (id: id($0), entry: $0) }.sorted { $0.id < $1.id }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) {
            precondition(earlier.id != later.id, "two definitions have one id")
        }
        all = sorted.map(\.entry)
        let named = all.map { merchants($0).merchantIDs }
        positionsForAll = named.indices.filter { named[$0] == nil }.map(Int32.init)
        entriesForAll = positionsForAll.map { [all] in all[Int($0)] }
        (runs, namedPositions) = Self.runs(named)
    }

    /// The entries that name the merchant or are for all, ascending by id.
    ///
    /// - Complexity: O(1) for a merchant nobody names, otherwise O(k) in entries given.
    public func candidates(merchantID: String) -> [Entry] {
        guard let run = runs[merchantID] else { return entriesForAll }
        let mine = namedPositions[Int(run.start)..<Int(run.start + run.count)]
        var candidates: [Entry] = []
        candidates.reserveCapacity(mine.count + positionsForAll.count)
        var next = 0
        for position in mine {
            while next < positionsForAll.count, positionsForAll[next] < position {
                candidates.append(entriesForAll[next])
                next += 1
            }
            candidates.append(all[Int(position)])
        }
        candidates.append(contentsOf: entriesForAll[next...])
        return candidates
    }

    /// Counts, then gives every merchant its place, then fills the places in order of the entries.
    private static func runs(_ named: [[String]?]) -> ([String: Run], [Int32]) {
        var runs: [String: Run] = [:]
        for id in named.lazy.compactMap(\.self).joined() { runs[id, default: Run()].count += 1 }
        var end: Int32 = 0
        for index in runs.values.indices {
            let count = runs.values[index].count
            runs.values[index] = Run(start: end)
            end += count
        }
        var positions = [Int32](repeating: 0, count: Int(end))
        for (position, ids) in named.enumerated() {
            for id in ids ?? [] {
                guard var run = runs[id] else { continue }
                positions[Int(run.start + run.count)] = Int32(position)
                run.count += 1
                runs[id] = run
            }
        }
        return (runs, positions)
    }
}

extension CampaignIndex where Entry: CampaignDefinition {
    /// An index of definitions as they are.
    public init(_ definitions: [Entry]) {
        self.init(definitions, id: \.id, merchants: \.criteria.merchants)
    }
}
