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
        commandName: "check", abstract: "Says of saved notices whether the daemon would take them, and why not.",
        discussion: """
            A saved notice is a JSON object: {"headers":[["name","value"],…],"body_base64":"…" or "body":"…","now":SECONDS,"path":"…", \
            "order_sign_type":"MD5" or "HMAC-SHA256"}; without now the present moment counts. It is one of API v2 where its path begins with \
            /notify/wechat/v2, or has none and its content type is XML. The keys file is a JSON object: for API v3 {"apiv3_key","sp_mchid", \
            "direct_mchid","platform_certificates":[{"serial","file"}],"wechatpay_public_key":{"id","file"},"clock_window_seconds"}, files \
            relative to its folder; for API v2 {"api_key","mch_id","sub_mch_id","v2_sign_type"}; or both together. No daemon is needed. Exit \
            status: 0 all are taken, 5 at least one is refused, 1 it could not be judged.
            """)

    @Option(help: "File with keys and merchant numbers.")
    var keys: String

    @Argument(help: "Saved notices.")
    var files: [String]

    func run() throws {
        let keyFile = try NoticeKeyFile(path: keys)
        var refusedCount = 0
        for path in files {
            let judgement = try SavedNotice(path: path).judgement(keyFile)
            if !judgement.isTaken { refusedCount += 1 }
            print("\(path): \(judgement.text)")
        }
        guard refusedCount == 0 else { throw ExitCode(5) }
    }
}

/// What is said of one notice.
struct NoticeJudgement {
    /// Whether the daemon would take it.
    let isTaken: Bool
    /// Verdict and reason.
    let text: String

    init(_ verdict: NoticeVerdict) {
        switch verdict {
        case .payment(let payment, let envelope):
            (isTaken, text) = (true, Self.text(payment, "event \(envelope.id)"))
        case .other(let envelope, _):
            (isTaken, text) = (true, "accepted: \(envelope.eventType), event \(envelope.id)")
        case .refused(let refusal, let isProbe):
            let remark = isProbe ? " (a signature probe of the platform)" : ""
            (isTaken, text) = (false, "refused: \(refusal.rawValue), answered \(refusal.status)\(remark)")
        }
    }

    init(_ verdict: NoticeV2Verdict) {
        switch verdict {
        case .payment(let payment, let signType):
            (isTaken, text) = (true, Self.text(payment, "signed by \(signType.rawValue)"))
        case .refused(let refusal):
            (isTaken, text) = (false, "refused: \(refusal.rawValue), answered \(refusal.statusV2) with FAIL")
        }
    }

    private static func text(_ payment: PaidTransaction, _ proof: String) -> String {
        "accepted: payment \(payment.transactionID) of merchant \(payment.merchantID), \(payment.amount) fen, \(proof)"
    }
}

/// A notice as it was saved.
struct SavedNotice {
    private let headers: [(name: String, value: String)]
    private let body: [UInt8]
    private let nowSeconds: Int64
    private let path: String
    private let isV2: Bool
    private let orderSignType: V2SignType?

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
        self.path = path
        let contentType = NoticeHeaders(list: headers).contentType ?? ""
        isV2 = root["path"]?.string.map { $0.hasPrefix("/notify/wechat/v2") } ?? contentType.contains("xml")
        orderSignType = try root["order_sign_type"]?.string.map { name in
            guard let signType = V2SignType(rawValue: name) else {
                throw ToolError("\(path): order_sign_type must be MD5 or HMAC-SHA256")
            }
            return signType
        }
    }

    /// What the daemon would say.
    ///
    /// - Throws: ``ToolError`` where the keys for this kind of notice are missing.
    func judgement(_ keys: NoticeKeyFile) throws -> NoticeJudgement {
        let headers = NoticeHeaders(list: headers)
        guard isV2 else {
            guard let v3 = keys.v3 else {
                throw ToolError("\(path) is a notice of API v3: apiv3_key is missing in the keys file")
            }
            return NoticeJudgement(v3.verdict(headers: headers, body: body, nowSeconds: nowSeconds))
        }
        guard let v2 = keys.v2 else {
            throw ToolError("\(path) is a notice of API v2: api_key is missing in the keys file")
        }
        return NoticeJudgement(v2.verdict(contentType: headers.contentType, body: body, orderSignType: orderSignType))
    }
}
