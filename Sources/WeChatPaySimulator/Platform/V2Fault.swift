/// Why a call of API v2 is refused (wechat-pay §3.1).
enum V2Fault: Error, Sendable, Equatable {
    /// Not understood or not authentic: `return_code` FAIL and a text, without sign.
    case transport(String)
    /// Understood and refused: `result_code` FAIL with code and text, signed.
    case business(code: String, description: String)

    static func order(_ fault: OrderFault) -> V2Fault {
        let (code, description) = fault.v2
        return .business(code: code, description: description)
    }
}
