/// Why bytes could not be inflated.
public enum DeflateError: Error, Sendable, Hashable {
    /// They are not a deflate stream, or end too early.
    case malformed
    /// They inflate to another length than the header says; inflating stopped there (`reliability.md` rule 25).
    case lengthMismatch(expected: Int)
    /// zlib refused to work; its code.
    case zlib(Int32)
}
