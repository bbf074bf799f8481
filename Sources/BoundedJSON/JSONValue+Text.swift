extension JSONValue {
    /// The text of a string, decoded; nil for other kinds.
    public var string: String? {
        guard node.kind == .string else { return nil }
        return text(of: node)
    }

    /// The UTF-8 of a string, decoded; nil for other kinds.
    public var stringBytes: [UInt8]? {
        guard node.kind == .string else { return nil }
        guard node.hasEscapes else { return Array(tape.bytes[Int(node.start)..<Int(node.end)]) }
        return JSONEscapes.decode(tape.bytes, from: Int(node.start), to: Int(node.end))
    }

    /// Whether this is a string of exactly this text, byte by byte: no Unicode normalisation.
    public func equals(_ text: String) -> Bool {
        node.kind == .string && holds(text, node)
    }

    func text(of node: JSONNode) -> String {
        guard node.hasEscapes else {
            return String(decoding: tape.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
        }
        return String(decoding: JSONEscapes.decode(tape.bytes, from: Int(node.start), to: Int(node.end)), as: UTF8.self)
    }

    func holds(_ text: String, _ node: JSONNode) -> Bool {
        if node.hasEscapes {
            return text.utf8.elementsEqual(JSONEscapes.decode(tape.bytes, from: Int(node.start), to: Int(node.end)))
        }
        let bytes = tape.bytes
        guard text.utf8.count == Int(node.end - node.start) else { return false }
        var position = Int(node.start)
        for byte in text.utf8 {
            if bytes[position] != byte { return false }
            position += 1
        }
        return true
    }
}
