internal import AccessControl
internal import ArgumentParser
internal import BoundedJSON
internal import Glibc
internal import PaymentNotice

/// `tillwire notice`: what concerns notices of the platform.
struct Notice: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judges saved notices.", subcommands: [NoticeCheck.self])
}

/// `tillwire notice check`: why was this refused?
struct NoticeCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says of saved API v3 notices whether the daemon would take them, and why not.",
        discussion: """
            A saved notice is a JSON object: {"headers":[["name","value"],…],"body_base64":"…" or "body":"…","now":SECONDS}; without now the \
            present moment counts. The keys file is a JSON object: {"apiv3_key","sp_mchid","direct_mchid","platform_certificates":[{"serial","file"}], \
            "wechatpay_public_key":{"id","file"},"clock_window_seconds"}, files relative to its folder. No daemon is needed. Exit status: 0 all are \
            taken, 5 at least one is refused, 1 it could not be judged.
            """)

    @Option(help: "File with keys and merchant numbers.")
    var keys: String

    @Argument(help: "Saved notices.")
    var files: [String]

    func run() throws {
        let verifier = try NoticeKeyFile.verifier(path: keys)
        var refusedCount = 0
        for path in files {
            let verdict = try SavedNotice(path: path).verdict(verifier)
            if case .refused = verdict { refusedCount += 1 }
            print("\(path): \(Self.text(verdict))")
        }
        guard refusedCount == 0 else { throw ExitCode(5) }
    }

    private static func text(_ verdict: NoticeVerdict) -> String {
        switch verdict {
        case .payment(let payment, let envelope):
            "accepted: payment \(payment.transactionID) of merchant \(payment.merchantID), \(payment.amount) fen, event \(envelope.id)"
        case .other(let envelope, _): "accepted: \(envelope.eventType), event \(envelope.id)"
        case .refused(let refusal, let isProbe):
            "refused: \(refusal.rawValue), answered \(refusal.status)\(isProbe ? " (a signature probe of the platform)" : "")"
        }
    }
}

/// A notice as it was saved.
struct SavedNotice {
    private let headers: [(name: String, value: String)]
    private let body: [UInt8]
    private let nowSeconds: Int64

    /// Reads a file.
    ///
    /// - Throws: ``ToolError`` naming the file and what is missing.
    init(path: String) throws {
        let root = try ToolJSON.object(path)
        guard let list = root["headers"]?.array else {
            throw ToolError("\(path): headers is missing, a list of [name, value]")
        }
        headers = try list.map { pair in
            guard let parts = pair.array, parts.count == 2, let name = parts[0].string, let value = parts[1].string
            else {
                throw ToolError("\(path): each of headers must be [name, value]")
            }
            return (name, value)
        }
        if let encoded = root["body_base64"]?.stringBytes {
            guard let bytes = StrictBase64.decode(encoded) else { throw ToolError("\(path): body_base64 is no Base64") }
            body = bytes
        } else if let text = root["body"]?.stringBytes {
            body = text
        } else {
            throw ToolError("\(path): body_base64 or body is missing")
        }
        nowSeconds = root["now"]?.int64 ?? Int64(time(nil))
    }

    /// What the daemon would say.
    func verdict(_ verifier: NoticeVerifier<PlatformKeys>) -> NoticeVerdict {
        verifier.verdict(headers: NoticeHeaders(list: headers), body: body, nowSeconds: nowSeconds)
    }
}
