internal import Glibc

/// Which filesystem a path lies on, as `/proc/self/mounts` tells.
struct MountedFilesystem {
    /// Such as `ext4`.
    let kind: String
    /// Such as `/dev/vda1`.
    let device: String

    /// Kinds that live in memory: a commit there waits for no disk.
    static let memoryKinds: Set<String> = ["tmpfs", "ramfs"]

    /// The filesystem of `path`, which must be absolute; nil where the system does not tell.
    init?(of path: String) {
        guard let file = fopen("/proc/self/mounts", "r") else { return nil }
        defer { fclose(file) }
        var best: (pointLength: Int, kind: String, device: String)?
        var line = [CChar](repeating: 0, count: 4_096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let fields = text.split(separator: " ").map(String.init)
            guard fields.count > 2, Self.covers(fields[1], path), fields[1].utf8.count >= best?.pointLength ?? 0 else {
                continue
            }
            best = (fields[1].utf8.count, fields[2], fields[0])
        }
        guard let best else { return nil }
        kind = best.kind
        device = best.device
    }

    private static func covers(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }
}

extension MountedFilesystem: CustomStringConvertible {
    var description: String {
        Self.memoryKinds.contains(kind)
            ? "\(kind): memory, NOT a disk, so nothing here is durable" : "\(kind) on \(device)"
    }
}
