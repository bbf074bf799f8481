internal import NIOHTTP1

/// What the limits look at in a request head.
struct RequestHeadFacts {
    let method: String
    let requestLineByteCount: Int
    let fieldCount: Int
    let fieldByteCount: Int
    let contentLengths: [String]
    let hasTransferEncoding: Bool
    let expectsContinue: Bool

    init(_ head: HTTPRequestHead) {
        let fields = HTTPFields(head.headers)
        method = head.method.rawValue
        // "METHOD SP target SP HTTP/1.1"
        requestLineByteCount = method.utf8.count + head.uri.utf8.count + 10
        fieldCount = fields.count
        fieldByteCount = fields.byteCount
        contentLengths = fields.values(of: "content-length")
        hasTransferEncoding = fields.occurrences(of: "transfer-encoding") > 0
        expectsContinue = fields["expect"]?.lowercased() == "100-continue"
    }

    /// The limit this head breaks, if any; a body that is taken in parts may have any length.
    func fault(_ limits: HTTPLimits, isStreamed: Bool = false) -> RequestRefusal? {
        if requestLineByteCount > limits.requestLineByteCountMax { return .requestLineTooLong }
        if fieldCount > limits.headerFieldCountMax || fieldByteCount > limits.headerByteCountMax {
            return .headersTooLarge
        }
        if method == "CONNECT" { return .methodNotServed }
        if contentLengths.count > 1 || (!contentLengths.isEmpty && hasTransferEncoding) { return .framingConflict }
        if let text = contentLengths.first {
            guard let length = Int(text), length >= 0 else { return .framingConflict }
            if !isStreamed, length > limits.bodyByteCountMax { return .bodyTooLarge }
        }
        return nil
    }
}
