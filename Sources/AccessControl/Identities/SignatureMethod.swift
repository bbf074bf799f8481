/// The hashes of CMQ's signatures.
public enum SignatureMethod: Sendable, Hashable {
    /// `HmacSHA1`: what CMQ's clients use unless told otherwise. Accepted only from keys that allow it.
    case hmacSHA1
    /// `HmacSHA256`.
    case hmacSHA256
}
