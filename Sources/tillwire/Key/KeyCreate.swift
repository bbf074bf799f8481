internal import AccessControl
internal import ArgumentParser

/// `tillwire key create`.
struct KeyCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key and prints its secret, this once.",
        discussion: """
            Without --queues and --topics the key may do what its roles and actions say on all of them. Names may end in *. \
            CMQ's SDKs sign with HMAC-SHA1 unless told otherwise; such a key needs --hmac-sha1.
            """)

    @OptionGroup var file: KeyFileOptions

    @Option(help: "Whose key it is; for people.")
    var owner = ""

    @Option(name: .customLong("role"), help: "producer, consumer or admin; may be repeated.")
    var roles: [String] = []

    @Option(name: .customLong("action"), help: "An action, such as GetQueueAttributes or Get*; may be repeated.")
    var actions: [String] = []

    @Option(help: "Queues the key may use, separated by commas.")
    var queues: String?

    @Option(help: "Topics the key may use, separated by commas.")
    var topics: String?

    @Flag(name: .customLong("hmac-sha1"), help: "Accept signatures by HMAC-SHA1 too.")
    var allowsHMACSHA1 = false

    func run() async throws {
        let record = APIKeyRecord.make(owner: owner, allowsHMACSHA1: allowsHMACSHA1, grants: try grants())
        try file.edit { $0.append(record) }
        print("secret id   \(record.id)")
        print("secret key  \(record.secret)")
    }

    private func grants() throws -> [APIGrant] {
        guard !roles.isEmpty || !actions.isEmpty else {
            throw ToolError("a key without --role or --action could do nothing: name at least one")
        }
        let everything = queues == nil && topics == nil ? "*" : ""
        let queues = try patterns(queues ?? everything)
        let topics = try patterns(topics ?? everything)
        do throws(APIGrantError) {
            var grants: [APIGrant] = []
            for name in roles {
                let role = APIRole(rawValue: name)
                guard let role else { continue }
                grants.append(try APIGrant(.role(role), queues: queues, topics: topics))
            }
            if !actions.isEmpty { grants.append(try APIGrant(.named(actions), queues: queues, topics: topics)) }
            return grants
        } catch { throw ToolError(error.description) }
    }

    func validate() throws {
        for name in roles where APIRole(rawValue: name) == nil {
            throw ValidationError(
                "--role \(name): \(APIRole.allCases.map(\.rawValue).joined(separator: ", ")) are allowed")
        }
    }

    private func patterns(_ list: String) throws -> [NamePattern] {
        try list.split(separator: ",").map { text in
            guard let pattern = NamePattern(String(text)) else {
                throw ToolError(
                    "\"\(text)\": a name of letters, digits, - and _, perhaps with * at its end, is allowed")
            }
            return pattern
        }
    }
}
