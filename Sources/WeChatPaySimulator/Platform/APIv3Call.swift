internal import BoundedJSON

/// One authentic call of API v3.
struct APIv3Call: Sendable {
    /// Who signed: `mchid` of the authorization.
    let caller: String
    /// What the stars of its route stand for.
    let parts: [String]
    let query: [String: String]
    /// The body; nil where there is none.
    let body: JSONValue?

    /// A text member of the body, or a parameter of the query where there is no body.
    func text(_ name: String) throws(APIFault) -> String {
        guard let text = optionalText(name), !text.isEmpty else { throw .parameter("\(name) is missing or empty") }
        return text
    }

    func optionalText(_ name: String) -> String? {
        body.map { $0[name]?.string } ?? query[name]
    }

    /// An amount in fen, 1 or more.
    func fen(_ name: String) throws(APIFault) -> Int64 {
        guard let amount = body?["amount"]?[name]?.int64, amount > 0 else {
            throw .parameter("amount.\(name) must be a number of fen, 1 or more")
        }
        return amount
    }
}

/// What a call of API v3 is answered with.
enum APIv3Reply: Sendable {
    /// 200 with a JSON body, signed.
    case json([UInt8])
    /// 204, signed over the empty body.
    case empty
    /// A file: no signature headers (wechat-pay §4.1).
    case file([UInt8])
}
