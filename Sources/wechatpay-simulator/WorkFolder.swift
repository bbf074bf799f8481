import Foundation
import WeChatPaySimulator

/// The folder a run works in.
struct WorkFolder {
    /// Its absolute path: the daemon reads its settings relative to its own working directory.
    let path: String

    /// Makes the folder, closed to others: it will hold keys.
    /// - Parameter path: nil for a new temporary one.
    init(path: String?) throws(SimulatorError) {
        let files = FileManager.default
        let chosen = path ?? files.temporaryDirectory.path + "/tillwire-demo-\(UUID().uuidString.prefix(8))"
        self.path = URL(fileURLWithPath: chosen).standardizedFileURL.path
        do {
            try files.createDirectory(
                atPath: self.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(path: self.path, reason: "the folder cannot be made: \(error.localizedDescription)")
        }
    }

    /// Removes it with everything in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
