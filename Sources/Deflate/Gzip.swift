/// The gzip file format (RFC 1952): what ``GunzipStream`` and ``GzipStream`` share.
public enum Gzip {
    /// Bytes given out at once by ``GunzipStream/next()``.
    public static let pieceByteCount = 65_536
    /// Unzipped bytes for each zipped byte that are believed; text of bills has 10 to 30, zlib's own limit is 1,032.
    public static let ratioMax: UInt64 = 400
    /// Unzipped bytes that are taken whatever the ratio.
    public static let ratioFreeByteCount: UInt64 = 1_048_576

    /// Whether bytes begin as a gzip file does.
    public static func isGzip(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// The gzip file with this content. For what fits into memory.
    ///
    /// - Throws: ``GzipError/zlib(_:)`` where memory is short.
    public static func zipped(_ bytes: [UInt8]) throws(GzipError) -> [UInt8] {
        let stream = try GzipStream()
        return try stream.add(bytes) + stream.finish()
    }

    /// The content of a whole gzip file, of at most `byteCountMax` bytes.
    ///
    /// - Throws: ``GzipError``.
    public static func unzipped(_ bytes: [UInt8], byteCountMax: UInt64) throws(GzipError) -> [UInt8] {
        let stream = try GunzipStream(byteCountMax: byteCountMax)
        stream.feed(bytes)
        var output: [UInt8] = []
        while let piece = try stream.next() { output += piece }
        try stream.finish()
        return output
    }
}

/// Why a gzip file could not be read or made.
public enum GzipError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a gzip file, damaged, or something stands behind it.
    case malformed
    /// It ends too early.
    case truncated
    /// It unzips to more than is allowed.
    case tooLarge(byteCountMax: UInt64)
    /// It unzips to far more than a text does.
    case ratio(max: UInt64)
    /// zlib refused to work; its code.
    case zlib(Int32)

    /// One sentence.
    public var description: String {
        switch self {
        case .malformed: "the gzip file is damaged"
        case .truncated: "the gzip file is cut off"
        case .tooLarge(let most): "the gzip file unzips to more than the allowed \(most) bytes"
        case .ratio(let most): "the gzip file unzips to more than \(most) times its size: no bill does"
        case .zlib(let code): "zlib failed with code \(code)"
        }
    }
}
