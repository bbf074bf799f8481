/// Why a command failed; the text says what was attempted, what went wrong and what is allowed.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
