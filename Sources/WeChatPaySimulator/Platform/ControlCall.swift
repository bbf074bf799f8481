internal import BoundedJSON
internal import PaymentNotice

/// One call of the control interface.
struct ControlCall: Sendable {
    /// What the stars of its route stand for.
    let parts: [String]
    /// An object; empty where no body was sent.
    let body: JSONValue

    func text(_ name: String) throws(APIFault) -> String {
        guard let text = try optionalText(name), !text.isEmpty else { throw .parameter("\(name) is missing or empty") }
        return text
    }

    func optionalText(_ name: String) throws(APIFault) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .parameter("\(name) must be a text") }
        return text
    }

    func bool(_ name: String) throws(APIFault) -> Bool {
        guard let value = body[name], !value.isNull else { return false }
        guard let bool = value.bool else { throw .parameter("\(name) must be true or false") }
        return bool
    }

    func integer(_ name: String, _ range: ClosedRange<Int64>) throws(APIFault) -> Int64? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let number = value.int64, range.contains(number) else {
            throw .parameter("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A share, 0 to 1.
    func share(_ name: String) throws(APIFault) -> Double? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let share = value.numberText.flatMap(Double.init), (0...1).contains(share) else {
            throw .parameter("\(name) must be a number from 0 to 1")
        }
        return share
    }

    /// One of a set of words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws(APIFault) -> Word? where Word.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let allowed = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .parameter("\(name) is \(text): \(allowed) are allowed")
        }
        return word
    }

    /// A moment, Unix milliseconds.
    func moment(_ name: String) throws(APIFault) -> Int64? {
        guard let text = try optionalText(name) else { return nil }
        guard let millis = RFC3339.millis(text) else { throw .parameter("\(name) must be a time of RFC 3339") }
        return millis
    }
}
