internal import CMQProtocol
internal import MessageModel

extension EntityListing {
    /// The page of `entries` that is asked for, in the order of their names, and how many match in all. O(n log n).
    func page<Entry>(of entries: some Sequence<Entry>, name: (Entry) -> EntityName) -> (page: [Entry], totalCount: Int)
    {
        let wanted = Array(searchWord.utf8).map(Self.folded)
        let exact = names.map { Set($0.map { $0.utf8.map(Self.folded) }) }
        let matches = entries.map { (key: name($0).folded, entry: $0) }
            .filter { match in
                Self.contains(match.key, wanted) && exact?.contains(match.key) ?? true
            }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let page = matches.dropFirst(max(0, offset)).prefix(max(0, limit)).map(\.entry)
        return (Array(page), matches.count)
    }

    private static func folded(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte + 32 : byte }

    private static func contains(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard wanted.count <= text.count else { return false }
        return (0...(text.count - wanted.count)).contains { text[$0...].starts(with: wanted) }
    }
}
