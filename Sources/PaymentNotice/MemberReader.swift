import BoundedJSON

/// Reads members of an object with their types and bounds; a failure names the member's path.
struct MemberReader {
    let root: JSONValue

    func has(_ name: String) -> Bool { root[name] != nil }

    /// A member, or a member of a member; null counts as absent.
    private func value(_ name: String, _ inner: String?) throws(PaidTransactionError) -> JSONValue? {
        guard let value = root[name], !value.isNull else { return nil }
        guard let inner else { return value }
        guard value.isObject else { throw .member(name) }
        guard let innermost = value[inner], !innermost.isNull else { return nil }
        return innermost
    }

    private static func fault(_ name: String, _ inner: String?) -> PaidTransactionError {
        .member(inner.map { name + "." + $0 } ?? name)
    }

    func text(_ name: String, _ inner: String? = nil) throws(PaidTransactionError) -> String {
        guard let text = try value(name, inner)?.string, !text.isEmpty,
            text.utf8.count <= NoticeLimits.shortTextByteCountMax
        else { throw Self.fault(name, inner) }
        return text
    }

    /// Nil when absent or null; a text of another type or too long is an error all the same.
    func optionalText(
        _ name: String, _ inner: String? = nil, byteCountMax: Int = NoticeLimits.shortTextByteCountMax
    ) throws(PaidTransactionError) -> String? {
        guard let value = try value(name, inner) else { return nil }
        guard let text = value.string, text.utf8.count <= byteCountMax else { throw Self.fault(name, inner) }
        return text
    }

    func identifier(_ name: String) throws(PaidTransactionError) -> String {
        guard let text = try value(name, nil)?.string, NoticeText.isIdentifier(text) else { throw .member(name) }
        return text
    }

    func merchantID(_ name: String) throws(PaidTransactionError) -> String {
        guard let text = try value(name, nil)?.string, NoticeText.isMerchantID(text) else { throw .member(name) }
        return text
    }

    /// An amount in fen: an integer from 0 to the limit.
    func fen(_ name: String, _ inner: String? = nil) throws(PaidTransactionError) -> Int64 {
        guard let amount = try value(name, inner)?.int64, (0...NoticeLimits.amountFenMax).contains(amount) else {
            throw Self.fault(name, inner)
        }
        return amount
    }
}
