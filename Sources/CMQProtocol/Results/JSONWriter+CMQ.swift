internal import BoundedJSON
internal import MessageModel

extension JSONWriter {
    /// A member with a number of up to 64 bits: ids that clients send are echoed whole.
    mutating func member(_ name: String, unsigned value: UInt64) {
        key(name)
        if let value = Int64(exactly: value) { integer(value) } else { raw(Array(String(value).utf8)) }
    }

    /// A member with a moment in whole seconds, rounded down.
    mutating func member(_ name: String, seconds time: Timestamp) {
        member(name, Int64(time.milliseconds / 1_000))
    }

    /// A member with a moment in milliseconds.
    mutating func member(_ name: String, milliseconds time: Timestamp) {
        member(name, Int64(time.milliseconds))
    }

    /// A member with a list of texts, `[]` where there is none.
    mutating func member(_ name: String, texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
