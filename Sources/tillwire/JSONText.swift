internal import BoundedJSON

/// Shows JSON to people.
enum JSONText {
    /// The same JSON over several lines; as it came where it cannot be read.
    static func indented(_ bytes: [UInt8]) -> String {
        guard let value = try? JSONValue.parse(bytes, limits: JSONLimits(byteCountMax: ToolLimits.answerByteCountMax))
        else {
            return String(decoding: bytes, as: UTF8.self)
        }
        return text(value, indent: "")
    }

    private static func text(_ value: JSONValue, indent: String) -> String {
        let inner = indent + "  "
        if let members = value.members, !members.isEmpty {
            let lines = members.map { "\(inner)\(quoted($0.key)): \(text($0.value, indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        }
        if let elements = value.array, !elements.isEmpty {
            let lines = elements.map { inner + text($0, indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        }
        return String(decoding: value.rawBytes, as: UTF8.self)
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter(reservingByteCount: 32)
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
