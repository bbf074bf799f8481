internal import BoundedJSON
internal import Hummingbird
internal import MessageModel
internal import QueueStore

/// `/admin/v1/backup`: a checked copy of the running store.
struct BackupRoutes: Sendable {
    let backup: @Sendable (_ folder: String) async throws(BrokerError) -> BackupReport

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.post("backup") { request, _ in try await make(try await request.json()) }
    }

    /// The folder is one of the daemon's machine and written with its rights: that is the operator's to give.
    private func make(_ body: JSONValue) async throws -> JSONAnswer {
        guard let folder = body["folder"]?.string, folder.hasPrefix("/"), !folder.utf8.contains(0) else {
            throw ConsoleError.badRequest("\"folder\": an absolute path that is new or empty is needed")
        }
        let report = try await backup(folder)
        return JSONAnswer { writer in
            writer.member("folder", report.path)
            writer.member("bytes", Int64(clamping: report.byteCount))
            writer.member("commit", Int64(clamping: report.groupNumber))
            writer.member("rows", Int64(clamping: report.rowCount))
            writer.member("messages", Int64(clamping: report.messageCount))
        }
    }
}
