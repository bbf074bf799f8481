@testable import QueueStore

/// The format row as a later program would write it.
enum FormatRowBytes {
    static let key: [UInt8] = (0..<CatalogueKind.formatKey.count).map { CatalogueKind.formatKey.span[$0] }

    static let nextMajor: [UInt8] = {
        var row = FormatRow(keys: (1, 2, 3, 4))
        row.major = FormatRow.major + 1
        row.oldestReader = FormatRow.major + 1
        return row.encoded(under: CatalogueKind.formatKey)
    }()
}
