public import MessageModel

/// A binding key made ready for matching: words, `*` for exactly one, `#` for any number (`cmq-protocol.md` §4.3).
///
/// Immutable. A match costs at most words of the pattern × words of the key, both bounded by ``MessageModel/Limits/routingKeyWordCountMax``.
public struct BindingPattern: Sendable {
    private enum Word {
        case literal(ArraySlice<UInt8>)
        case one
        case any
    }

    private let words: [Word]

    /// Prepares `key`.
    public init(_ key: BindingKey) {
        words = RoutingWords(key.text).words.map { word in
            switch word {
            case [UInt8(ascii: "*")]: .one
            case [UInt8(ascii: "#")]: .any
            default: .literal(word)
            }
        }
    }

    /// Whether the pattern takes a message with this routing key.
    ///
    /// The last `#` passed is enough to go back to: what an earlier one took in can be taken in by the later one as well.
    public func matches(_ key: RoutingWords) -> Bool {
        var (pattern, word) = (0, 0)
        var resume: (pattern: Int, word: Int)?
        while word < key.words.count {
            if pattern < words.count, case .any = words[pattern] {
                resume = (pattern + 1, word)
                pattern += 1
            } else if pattern < words.count, takes(words[pattern], key.words[word]) {
                (pattern, word) = (pattern + 1, word + 1)
            } else if let back = resume {
                resume = (back.pattern, back.word + 1)
                (pattern, word) = (back.pattern, back.word + 1)
            } else {
                return false
            }
        }
        return words[pattern...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private func takes(_ pattern: Word, _ word: ArraySlice<UInt8>) -> Bool {
        switch pattern {
        case .literal(let text): text == word
        case .one, .any: true
        }
    }
}

/// A routing key cut at its dots, once for all patterns of a topic. An empty key has one empty word.
public struct RoutingWords: Sendable {
    let words: [ArraySlice<UInt8>]

    /// Cuts `key`.
    public init(_ key: String) {
        words = Array(key.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }
}
