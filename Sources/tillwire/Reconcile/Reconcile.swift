internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1

/// `tillwire reconcile`: compares a day's trade bill with what was received.
struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the trade bill of a day with what was received, pushed and acknowledged.",
        discussion: """
            Without --file the daemon fetches the bill from WeChat Pay. Payments that the bill has and nobody told of are asked for and entered; \
            running a day again changes nothing. With --wait the report is printed at the end. Exit status: 0 everything is right (without \
            --wait: it was started), 1 something is open or it failed; the first line says which classes are open.
            """)

    @Argument(help: "The day in Beijing, such as 2025-10-09.")
    var date: String

    @Option(help: "The bill's file, plain or gzip, instead of the platform's download.")
    var file: String?

    @Option(help: "SHA-1 of the bill, 40 hexadecimal digits; goes with --file.")
    var sha1: String?

    @Flag(help: "Wait for the end and print the report.")
    var wait = false

    @Flag(help: "Start nothing: print the report there is.")
    var show = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: AdminOptions

    func validate() throws {
        guard sha1 == nil || file != nil else { throw ValidationError("--sha1 goes with --file") }
        guard !show || (file == nil && !wait) else { throw ValidationError("--show goes without --file and --wait") }
    }

    func run() async throws {
        let client = try options.client()
        let path = "/admin/v1/reconciliations/" + PathText.encoded(date)
        if !show {
            let answer = try await start(client, path)
            guard wait else { return print(JSONText.indented(answer)) }
        }
        try await report(client, path)
    }

    private func start(_ client: OperatorClient, _ path: String) async throws -> [UInt8] {
        guard let file else { return try await client.ask(.POST, path) }
        let query = sha1.map { "?sha1=" + PathText.encoded($0) } ?? ""
        return try await client.upload(path + query, file: try BillPieces(path: file))
    }

    /// Waits while it runs, then prints.
    private func report(_ client: OperatorClient, _ path: String) async throws {
        var standing = try JSONValue.parse(try await client.ask(.GET, path + "?format=state"))
        while wait, standing["state"]?.string == "running" {
            try await Task.sleep(for: .milliseconds(ToolLimits.reconcileLookMillis))
            standing = try JSONValue.parse(try await client.ask(.GET, path + "?format=state"))
        }
        let state = standing["state"]?.string ?? "unknown"
        if state == "failed" { throw ToolError("\(date) was not reconciled: \(standing["reason"]?.string ?? "")") }
        let answer = try await client.ask(
            .GET, path + "?format=" + (json ? "json" : "text"), byteCountMax: ToolLimits.reportByteCountMax)
        // As it came: a report can be far longer than what the indenting reader takes.
        print(String(decoding: answer, as: UTF8.self), terminator: json ? "\n" : "")
        guard state == "complete", standing["clean"]?.bool == true else { throw ExitCode(1) }
    }
}
