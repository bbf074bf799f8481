internal import ArgumentParser
internal import BoundedJSON
internal import Glibc
internal import RiskRules

/// `tillwire risk replay`: the detector over a recorded stream.
struct RiskReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Runs recorded orders through the risk rules and writes the decisions.",
        discussion: """
            The stream has one order a line: {"transaction_id","merchant_id","payer","amount","currency","time"}, amount in fen, time in \
            milliseconds since 1970, lines in the order of delivery; other members are passed over. A decision a line comes out: \
            {"transaction_id","merchant_id","action":"block"|"unblock","until","rule","decision":{…}}. The same stream and rules give the \
            same decisions, byte for byte. Lines that are no order are counted and passed over. Exit status: 0 done, 1 it could not be done.
            """)

    @Argument(help: "The stream, - for standard input.")
    var stream: String

    @Option(help: "Rule file; the built-in rules where it is left out.")
    var rules: String?

    @Option(help: "Where decisions go, - for standard output.")
    var out = "-"

    func run() throws {
        let rules = try RuleFile.read(rules)
        var file = try LineFile(path: stream)
        var sink = try DecisionSink(path: out)
        var detector = RiskDetector(rules: rules)
        var report = ReplayReport()
        let clock = ContinuousClock()
        let started = clock.now
        while let line = try file.next() {
            guard let order = ReplayLine.order(line, &report) else { continue }
            guard let decision = detector.take(order) else { continue }
            // Rows are for a store: a replay keeps none of them.
            _ = detector.takeChanges()
            report.count(decision)
            try sink.write(decision)
        }
        try sink.flush()
        report.print(detector.counts, rules, seconds: (clock.now - started) / .seconds(1))
    }
}

/// Reads a line of the stream.
enum ReplayLine {
    private static let limits = JSONLimits(byteCountMax: ToolLimits.lineByteCountMax, depthMax: 4, nodeCountMax: 256)

    /// The order, or nil where it is set aside; counted with its reason.
    static func order(_ line: ArraySlice<UInt8>, _ report: inout ReplayReport) -> RiskOrder? {
        guard let root = try? JSONValue.parse(Array(line), limits: limits),
            let transaction = root["transaction_id"]?.string, let merchant = root["merchant_id"]?.string,
            let payer = root["payer"]?.string, let amount = root["amount"]?.int64, let time = root["time"]?.int64,
            1...32 ~= transaction.utf8.count, 1...32 ~= merchant.utf8.count
        else { return report.setAside("malformed") }
        guard 1...ToolLimits.orderAmountFenMax ~= amount else { return report.setAside("amount") }
        guard root["currency"]?.string ?? "CNY" == "CNY" else { return report.setAside("currency") }
        guard 1...ToolLimits.orderTimeMillisMax ~= time else { return report.setAside("time") }
        return RiskOrder(
            transactionID: transaction, merchantID: merchant, payer: payer, amountFen: amount, timeMillis: time)
    }
}

/// What a replay did, for people, on standard error.
struct ReplayReport {
    private var setAsideCounts: [String: Int] = [:]
    private var decisionCounts: [String: Int] = [:]

    /// Counts a line that was passed over.
    mutating func setAside(_ reason: String) -> RiskOrder? {
        setAsideCounts[reason, default: 0] += 1
        return nil
    }

    /// Counts a decision.
    mutating func count(_ decision: RiskDecision) {
        decisionCounts["\(decision.rule) \(decision.action.rawValue)", default: 0] += 1
    }

    /// Prints everything.
    func print(_ counts: DetectorCounts, _ rules: RuleSet, seconds: Double) {
        var lines = [
            "rule set \(rules.name): \(counts.orders) orders, \(counts.repeats) repeats, \(counts.late) late,"
                + " \(setAsideCounts.values.reduce(0, +)) set aside, in \((seconds * 100).rounded() / 100) s"
        ]
        lines += setAsideCounts.sorted { $0.key < $1.key }.map { "set aside, \($0.key): \($0.value)" }
        lines += decisionCounts.sorted { $0.key < $1.key }.map { "decisions, \($0.key): \($0.value)" }
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        _ = text.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// Writes decisions, one a line, in the form the scorer reads.
struct DecisionSink: ~Copyable {
    private static let bufferByteCount = 262_144

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Makes or empties the file; `-` is standard output.
    init(path: String) throws {
        self.path = path
        descriptor = path == "-" ? 1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(0o644))
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit { if descriptor > 1 { close(descriptor) } }

    /// Writes one line; alerts have no effect and are left out.
    mutating func write(_ decision: RiskDecision) throws {
        guard decision.action != .alert else { return }
        var writer = JSONWriter(appendingTo: buffer)
        writer.beginObject()
        writer.member("transaction_id", decision.transactionID)
        writer.member("merchant_id", decision.merchantID)
        writer.member("action", decision.action == .release ? "unblock" : "block")
        if let until = decision.untilMillis { writer.member("until", until) }
        writer.member("rule", decision.rule)
        writer.key("decision")
        writer.beginObject()
        decision.write(into: &writer) { $0.integer($1) }
        writer.endObject()
        writer.endObject()
        buffer = writer.bytes + [UInt8(ascii: "\n")]
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    /// Hands everything to the system.
    mutating func flush() throws {
        var start = 0
        while start < buffer.count {
            let count = buffer[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Self.failure(path) }
            start += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String) -> ToolError {
        ToolError("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
