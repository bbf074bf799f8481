/// Why a call was refused, in CMQ's own terms: `code`, module number and text (`cmq-protocol.md` §5). Nothing was changed, except where the text
/// says that the outcome is unknown.
///
/// Module numbers are reused across areas, so two faults are the same only when code, module and text are.
public struct CMQFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The value of `code`; never 0.
    public let code: Int
    /// The number in front of the text.
    public let module: Int
    /// CMQ's text, with what was wrong and what is allowed behind it where that helps.
    public let text: String

    /// Joins the members. The catalogue is `CMQFault+Catalogue.swift`; nothing else makes faults.
    init(_ code: Int, _ module: Int, _ text: String) {
        self.code = code
        self.module = module
        self.text = text
    }

    /// The answer's `message`: `(10200)no message`.
    public var message: String { "(\(module))\(text)" }

    /// Code and message, for an operator.
    public var description: String { "\(code) \(message)" }
}
