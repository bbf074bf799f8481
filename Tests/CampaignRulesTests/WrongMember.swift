import Testing

/// A member with a text that is refused, and the sentence that says so.
struct WrongMember: Sendable, CustomTestStringConvertible {
    let member: String
    /// JSON; empty: the member is left out.
    let text: String
    let sentence: String

    init(_ member: String, _ text: String, _ sentence: String) {
        self.member = member
        self.text = text
        self.sentence = sentence
    }

    var testDescription: String { "\(member): \(text.prefix(60))" }
}
