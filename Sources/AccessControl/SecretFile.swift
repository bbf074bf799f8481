import Glibc

/// Why a file with a key or a secret was not read or made.
public enum SecretFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The operating system refused; with `errno`.
    case system(path: String, operation: String, code: Int32)
    /// Not a regular file.
    case notAFile(path: String)
    /// Somebody other than the owner may use it.
    case readableByOthers(path: String, mode: UInt32)
    /// Empty, or longer than the limit.
    case size(path: String, byteCount: Int, byteCountMax: Int)
    /// Not UTF-8 where text was asked for.
    case notText(path: String)
    /// `env:NAME` where the environment has no such variable, or an empty one.
    case noVariable(name: String)

    /// What was wrong and what is allowed; never shows the content.
    public var description: String {
        switch self {
        case .system(let path, let operation, let code):
            "\(path): \(operation) failed: \(String(cString: strerror(code)))"
        case .notAFile(let path): "\(path) is not a regular file"
        case .readableByOthers(let path, let mode):
            "\(path) has mode \(String(mode, radix: 8)): a secret must be closed to group and others (chmod 600)"
        case .size(let path, let byteCount, let byteCountMax):
            "\(path) has \(byteCount) bytes: 1 to \(byteCountMax) are allowed"
        case .notText(let path): "\(path) is not UTF-8 text"
        case .noVariable(let name):
            "env:\(name): the environment has no variable of that name, or an empty one"
        }
    }
}

/// Reads and makes files that hold keys and secrets. Blocks on the disk: for start-up and reload.
///
/// Where a secret's file is named, `env:NAME` names a variable of the process's environment instead: its value is the content. Errors and logs
/// show the name, never the value.
public enum SecretFile {
    private static let variablePrefix = "env:"

    /// The content of a secret file, or of a variable named as `env:NAME`. A file's mode must be closed to group and others; what counts is
    /// the opened file, so a link may lead there.
    public static func read(
        path: String, byteCountMax: Int = AccessLimits.secretFileByteCountMax
    ) throws(SecretFileError) -> [UInt8] {
        if path.hasPrefix(variablePrefix) {
            return try variable(String(path.dropFirst(variablePrefix.count)), byteCountMax: byteCountMax)
        }
        return try read(path: path, byteCountMax: byteCountMax, isSecret: true)
    }

    private static func variable(_ name: String, byteCountMax: Int) throws(SecretFileError) -> [UInt8] {
        let value = name.isEmpty ? nil : getenv(name)
        return try secret(
            value.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }, ofVariable: name,
            byteCountMax: byteCountMax)
    }

    /// The secret that a variable holds; apart from the environment, which no test may change while others start processes.
    static func secret(
        _ value: [UInt8]?, ofVariable name: String, byteCountMax: Int
    ) throws(SecretFileError) -> [UInt8] {
        guard let value, !value.isEmpty else { throw .noVariable(name: name) }
        guard value.count <= byteCountMax else {
            throw .size(path: variablePrefix + name, byteCount: value.count, byteCountMax: byteCountMax)
        }
        return value
    }

    /// As `read`, as text without the line ends behind it.
    public static func readText(path: String) throws(SecretFileError) -> String {
        try text(try read(path: path), path: path)
    }

    /// The content of a file that is no secret: a certificate, a public key.
    public static func readPublic(path: String) throws(SecretFileError) -> [UInt8] {
        try read(path: path, byteCountMax: AccessLimits.secretFileByteCountMax, isSecret: false)
    }

    /// As `readPublic`, as text.
    public static func readPublicText(path: String) throws(SecretFileError) -> String {
        try text(try readPublic(path: path), path: path)
    }

    /// Makes a file of mode 0600 that did not exist and writes it through to the disk.
    public static func create(path: String, _ bytes: [UInt8]) throws(SecretFileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else { throw .system(path: path, operation: "create", code: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path: path, operation: "write", code: errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .system(path: path, operation: "fsync", code: errno) }
    }

    private static func text(_ bytes: [UInt8], path: String) throws(SecretFileError) -> String {
        var kept = bytes[...]
        while kept.last == 0x0A || kept.last == 0x0D { kept.removeLast() }
        guard let text = String(validating: kept, as: UTF8.self) else { throw .notText(path: path) }
        return text
    }

    private static func read(path: String, byteCountMax: Int, isSecret: Bool) throws(SecretFileError) -> [UInt8] {
        // Not blocking: a pipe put in the file's place must not stop the start.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(path: path, operation: "stat", code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        if isSecret, status.st_mode & 0o077 != 0 {
            throw .readableByOthers(path: path, mode: status.st_mode & 0o7777)
        }
        let byteCount = Int(status.st_size)
        guard (1...byteCountMax).contains(byteCount) else {
            throw .size(path: path, byteCount: byteCount, byteCountMax: byteCountMax)
        }
        return try readAll(descriptor, path: path, byteCount: byteCount)
    }

    private static func readAll(
        _ descriptor: Int32, path: String, byteCount: Int
    ) throws(SecretFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var filled = 0
        while filled < byteCount {
            let count = bytes[filled...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, operation: "read", code: errno) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }
}
