internal import PaymentNotice

/// One authentic call of API v2.
struct APIv2Call: Sendable {
    let fields: NoticeFields
    /// How the caller signed; the answer is signed alike.
    let signType: V2SignType

    /// A field that must be there.
    func text(_ name: String) throws(V2Fault) -> String {
        guard let value = fields.filled(name) else { throw .transport("缺少参数\(name)") }
        return value
    }

    /// Partner mode where a sub-merchant is named.
    var merchantID: String { fields.filled("sub_mch_id") ?? fields["mch_id"] ?? "" }

    var isPartner: Bool { fields.filled("sub_mch_id") != nil }
}
