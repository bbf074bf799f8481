/// The bytes that are signed in API v2.
public enum V2Canonical {
    /// The field that holds the sign; the only one that is not signed.
    public static let signField = "sign"

    /// `name=value` of every field that is not empty, unknown ones too, sorted by the bytes of their names and joined by `&`
    /// (wechat-pay §3.2). The holder of the key puts `&key=…` behind it.
    public static func message(_ fields: NoticeFields) -> [UInt8] {
        var message: [UInt8] = []
        let signed = fields.list.filter { $0.name != signField && !$0.value.isEmpty }
        for field in signed.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            if !message.isEmpty { message.append(UInt8(ascii: "&")) }
            message.append(contentsOf: field.name.utf8)
            message.append(UInt8(ascii: "="))
            message.append(contentsOf: field.value.utf8)
        }
        return message
    }

    /// What stands between the message and the key.
    public static let keyPrefix = "&key="
}
