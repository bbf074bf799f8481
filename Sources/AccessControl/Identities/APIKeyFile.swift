internal import BoundedJSON
internal import Glibc

/// The file of API keys: JSON, mode 0600.
///
/// ```json
/// {"keys": [{"id": "AKID…", "secret": "…", "previous_secret": "…", "owner": "shop", "enabled": true, "hmac_sha1": false,
///            "grants": [{"role": "producer", "queues": ["pay-*"], "topics": ["*"]},
///                       {"actions": ["ReceiveMessage", "Get*"], "queues": ["pay-order"]}]}]}
/// ```
///
/// `id` and `secret` are needed; `enabled` is true, `hmac_sha1` false and the rest empty where they are not given. A grant has either `role`
/// (producer, consumer, admin) or `actions`, and at least one pattern of `queues` or `topics`. Unknown members are refused. Blocks on the disk.
public enum APIKeyFile {
    /// Reads a file; its mode must be closed to group and others.
    public static func read(path: String) throws(APIKeyFileError) -> [APIKeyRecord] {
        let bytes: [UInt8]
        do throws(SecretFileError) {
            bytes = try SecretFile.read(path: path, byteCountMax: IdentityLimits.fileByteCountMax)
        } catch {
            throw .file(error)
        }
        return try parse(bytes)
    }

    /// Reads a file's text.
    public static func parse(_ bytes: [UInt8]) throws(APIKeyFileError) -> [APIKeyRecord] {
        let limits = JSONLimits(
            byteCountMax: IdentityLimits.fileByteCountMax, depthMax: IdentityLimits.fileDepthMax,
            nodeCountMax: IdentityLimits.fileNodeCountMax)
        let root: JSONValue
        do throws(JSONError) { root = try JSONValue.parse(bytes, limits: limits) } catch {
            let line = bytes.prefix(error.byteOffset).count { $0 == 0x0A } + 1
            throw .notJSON(line: line, reason: error.description)
        }
        return try APIKeyFileReader.records(root)
    }

    /// A file's text: one line per key, so that it can be read and compared by people.
    public static func text(_ records: [APIKeyRecord]) -> [UInt8] {
        var bytes = Array("{\"keys\": [".utf8)
        for (index, record) in records.enumerated() {
            bytes += Array((index == 0 ? "\n  " : ",\n  ").utf8)
            var writer = JSONWriter(appendingTo: bytes)
            APIKeyFileWriter.write(record, to: &writer)
            bytes = writer.bytes
        }
        bytes += Array((records.isEmpty ? "]}\n" : "\n]}\n").utf8)
        return bytes
    }

    /// What distinguishes one state of a file from another without reading it; nil where there is no such file.
    public static func identity(path: String) -> FileIdentity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileIdentity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), byteCount: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec),
            changed: Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec))
    }
}

/// What distinguishes one state of a file from another: place, size and times (nanoseconds).
public struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let byteCount: Int64
    let modified: Int64
    let changed: Int64
}
