internal import BoundedJSON
internal import Glibc

/// Reads JSON files for the tool.
enum ToolJSON {
    private static let pieceByteCount = 65_536

    /// The object in a file of at most ``ToolLimits/fileByteCountMax``.
    ///
    /// - Throws: ``ToolError`` naming the file.
    static func object(_ path: String) throws -> JSONValue {
        let bytes = try read(path)
        do throws(JSONError) {
            let root = try JSONValue.parse(bytes)
            guard root.isObject else { throw JSONError(.unexpectedByte, byteOffset: 0) }
            return root
        } catch { throw ToolError("\(path): \(error.description)") }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ToolError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceByteCount)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw ToolError("\(path) cannot be read: \(String(cString: strerror(errno)))") }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= ToolLimits.fileByteCountMax else {
                throw ToolError("\(path): longer than the allowed \(ToolLimits.fileByteCountMax) bytes")
            }
        }
    }
}
