/// Builds one JSON object on one line; control characters are escaped, so no text can forge a second line or reach a terminal.
struct LogLine: Sendable {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// Adds a member; long texts are cut at ``TelemetryLimits/logTextByteCountMax`` bytes.
    mutating func member(_ name: String, _ text: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        quoted(text)
    }

    /// Closes the object and the line.
    consuming func finished() -> [UInt8] {
        bytes += "}\n".utf8
        return bytes
    }

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var room = TelemetryLimits.logTextByteCountMax
        for scalar in text.unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            append(scalar)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += "\\\"".utf8
        case "\\": bytes += "\\\\".utf8
        case "\n": bytes += "\\n".utf8
        case _
        where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value):
            // Besides C0 also C1 controls, line separators and direction overrides, which a terminal acts on.
            let hex = String(scalar.value, radix: 16)
            bytes += "\\u\(String(repeating: "0", count: 4 - hex.count))\(hex)".utf8
        default: bytes += UTF8.encode(scalar).map(Array.init) ?? []
        }
    }
}
