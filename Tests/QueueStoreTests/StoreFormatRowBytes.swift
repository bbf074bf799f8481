@testable import QueueStore

/// The format row as a later program would write it.
enum FormatRowBytes {
    static let key: [UInt8] = (0..<CatalogueKind.formatKey.count).map { CatalogueKind.formatKey.span[$0] }

    static let nextMajor: [UInt8] = {
        var row = FormatRow(keys: (1, 2, 3, 4))
        row.major = 2
        row.oldestReader = 2
        return row.encoded(under: CatalogueKind.formatKey)
    }()
}
