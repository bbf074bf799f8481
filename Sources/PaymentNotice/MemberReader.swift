import BoundedJSON

/// Reads members of an object with their types and bounds; a failure names the member's path.
struct MemberReader {
    let root: JSONValue

    func has(_ name: String) -> Bool { root[name] != nil }

    /// A member by one or two names; null counts as absent.
    private func value(_ names: [String]) throws(PaidTransactionError) -> JSONValue? {
        var value = root
        for (depth, name) in names.enumerated() {
            guard let next = value[name], !next.isNull else { return nil }
            guard depth == names.count - 1 || next.isObject else { throw .member(name) }
            value = next
        }
        return value
    }

    func text(_ names: String...) throws(PaidTransactionError) -> String {
        let path = names.joined(separator: ".")
        guard let text = try value(names)?.string, !text.isEmpty,
            text.utf8.count <= NoticeLimits.shortTextByteCountMax
        else { throw .member(path) }
        return text
    }

    /// Nil when absent or null; a text of another type or too long is an error all the same.
    func optionalText(
        _ names: String..., byteCountMax: Int = NoticeLimits.shortTextByteCountMax
    ) throws(PaidTransactionError) -> String? {
        guard let value = try value(names) else { return nil }
        guard let text = value.string, text.utf8.count <= byteCountMax else {
            throw .member(names.joined(separator: "."))
        }
        return text
    }

    func identifier(_ name: String) throws(PaidTransactionError) -> String {
        guard let text = try value([name])?.string, NoticeText.isIdentifier(text) else { throw .member(name) }
        return text
    }

    func merchantID(_ name: String) throws(PaidTransactionError) -> String {
        guard let text = try value([name])?.string, NoticeText.isMerchantID(text) else { throw .member(name) }
        return text
    }

    /// An amount in fen: an integer from 0 to the limit.
    func fen(_ names: String...) throws(PaidTransactionError) -> Int64 {
        guard let amount = try value(names)?.int64, (0...NoticeLimits.amountFenMax).contains(amount) else {
            throw .member(names.joined(separator: "."))
        }
        return amount
    }
}
