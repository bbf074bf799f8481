internal import BoundedJSON

/// Reads the parameters that every signed form has, of API 2.0 and of the older signature of API 3.0.
struct CommonParameters {
    /// Those of API 2.0 (`cmq-protocol.md` §1.2).
    static let namesOfAPI2 = [
        "Action", "Region", "Timestamp", "Nonce", "SecretId", "SignatureMethod", "Signature", "RequestClient",
        "clientRequestId", "Token", "appId", "UserpollingWaitSeconds",
    ]
    /// Those of API 3.0 in a form (`cmq-protocol.md` §10.1).
    static let namesOfAPI3 = [
        "Action", "Version", "Region", "Language", "Timestamp", "Nonce", "SecretId", "SignatureMethod", "Signature",
        "RequestClient", "Token",
    ]

    let form: CMQForm

    /// Who signed; `appId` stands for itself where there is neither a secret id nor a signature.
    func identity() throws(CMQFault) -> API2Request.Identity {
        if form.index(of: "SecretId") == nil, form.index(of: "Signature") == nil, let id = try word("appId") {
            return .appID(id)
        }
        return .signed(try signature())
    }

    /// The signature and what it goes with.
    func signature() throws(CMQFault) -> CMQSignature {
        guard let secretID = try word("SecretId") else { throw .missingParameter("SecretId") }
        guard let seconds = try number("Timestamp") else { throw .missingParameter("Timestamp") }
        guard seconds <= CMQLimits.secondsMax else { throw .outOfRange("Timestamp", "seconds since 1970") }
        guard let nonce = try number("Nonce") else { throw .missingParameter("Nonce") }
        guard nonce <= UInt64(Int64.max) else { throw .outOfRange("Nonce", "at most 2^63-1") }
        guard let text = form.value(of: "Signature") else { throw .missingParameter("Signature") }
        return CMQSignature(
            secretID: secretID, timestampSeconds: seconds, nonce: nonce, method: method(), bytes: Self.decoded(text))
    }

    /// A number where there is one.
    func number(_ name: String) throws(CMQFault) -> UInt64? {
        guard let text = form.value(of: name) else { return nil }
        guard let number = DecimalText.number(text) else { throw .wrongType(name, "a number, digits only") }
        return number
    }

    /// A short text where there is one.
    func word(_ name: String) throws(CMQFault) -> String? {
        guard let text = form.value(of: name) else { return nil }
        guard text.count <= CMQLimits.wordByteCountMax else {
            throw .outOfRange(name, "at most \(CMQLimits.wordByteCountMax) bytes")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `sha256` is what one Java client calls `HmacSHA256`.
    private func method() -> CMQSignature.Method {
        guard let text = form.value(of: "SignatureMethod") else { return .hmacSHA1 }
        let isSHA256 = text.elementsEqual("HmacSHA256".utf8) || text.elementsEqual("sha256".utf8)
        return isSHA256 ? .hmacSHA256 : .hmacSHA1
    }

    /// Hand-written clients forget to encode `+`, which then arrives as a blank. Empty for what is not base64.
    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.count <= CMQLimits.wordByteCountMax else { return [] }
        return StrictBase64.decode(text.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }) ?? []
    }
}
