/// The name and labels of one series, rendered once as `name{label="value"}`.
struct SeriesLabel: Sendable, Hashable {
    /// The metric's name, made of `[a-zA-Z0-9_:]`.
    let name: String
    /// `label="value",…` without braces; empty where there are no labels.
    let labels: String

    /// Renders a label and its dimensions; characters a name cannot hold become `_`.
    init(_ label: String, _ dimensions: [(String, String)]) {
        name = Self.legal(label)
        labels = dimensions.map { "\(Self.legal($0.0))=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    }

    /// `name<suffix>{labels,extra}` and a space, ready for the value.
    func line(suffix: String = "", extra: String = "") -> [UInt8] {
        let inside = [labels, extra].filter { !$0.isEmpty }.joined(separator: ",")
        return Array((inside.isEmpty ? "\(name)\(suffix) " : "\(name)\(suffix){\(inside)} ").utf8)
    }

    private static func legal(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: ":"): byte
            default: UInt8(ascii: "_")
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        guard let first = name.utf8.first, !(48...57).contains(first) else { return "_" + name }
        return name
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
