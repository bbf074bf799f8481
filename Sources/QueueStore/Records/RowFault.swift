/// What is wrong with a row. The row is set aside, counted and reported; the queue goes on (`reliability.md` rule 23).
enum RowFault: Error, Hashable {
    /// It ends before its fields do, or has bytes behind them.
    case length
    /// Its version byte is not one this program reads.
    case version(UInt8)
    /// Its bytes are not those that were written, or it stands under another key.
    case checksum
    /// A field has a value that is never written.
    case field(StaticString)

    static func == (left: RowFault, right: RowFault) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// One phrase for a report.
    var text: String {
        switch self {
        case .length: "wrong length"
        case .version(let version): "unknown version \(version)"
        case .checksum: "checksum mismatch"
        case .field(let name): "impossible \(name)"
        }
    }
}
