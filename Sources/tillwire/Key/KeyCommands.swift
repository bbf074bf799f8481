internal import AccessControl
internal import ArgumentParser

/// `tillwire key`: the API keys of the queue API.
struct KeyCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes, lists and changes the API keys of the queue API.",
        discussion: """
            The file is changed in one step and keeps mode 0600. A running daemon follows it within about a second; it need not be told. \
            Two secrets of one key are valid while a rotation lasts: rotate, give the new secret to the program, then rotate --finish.
            """,
        subcommands: [
            KeyCreate.self, KeyList.self, KeyDisable.self, KeyEnable.self, KeyRotate.self, KeyDelete.self,
        ])
}

/// Names the key file.
struct KeyFileOptions: ParsableArguments {
    @Option(name: .customLong("keys"), help: "The key file; queue_api.keys_file of the daemon.")
    var path: String

    /// Changes the file.
    func edit<Value>(_ change: (inout [APIKeyRecord]) throws -> Value) throws -> Value {
        do {
            return try APIKeyFile.edit(path: path, change)
        } catch let error as APIKeyFileError {
            throw Self.failure(error, path: path)
        }
    }

    /// Changes one key of the file.
    func edit(_ id: String, _ change: (inout APIKeyRecord) throws -> Void) throws {
        try edit { records in
            guard let index = records.firstIndex(where: { $0.id == id }) else { throw ToolError(unknown(id)) }
            try change(&records[index])
        }
    }

    /// Reads the file.
    func read() throws -> [APIKeyRecord] {
        do throws(APIKeyFileError) { return try APIKeyFile.read(path: path) } catch {
            throw Self.failure(error, path: path)
        }
    }

    /// What is said of an id that is not there.
    func unknown(_ id: String) -> String { "\(path): no key \(id.prefix(64)); see tillwire key list" }

    private static func failure(_ error: APIKeyFileError, path: String) -> ToolError {
        // Errors of the file itself name it already.
        if case .file = error { return ToolError(error.description) }
        return ToolError("\(path): \(error)")
    }
}

/// Names one key.
struct KeyIDArgument: ParsableArguments {
    @Argument(help: "The key's id, AKID….")
    var id: String
}
