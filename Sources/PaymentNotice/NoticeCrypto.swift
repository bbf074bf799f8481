/// What a signature check found.
public enum SignatureCheck: Sendable, Equatable {
    /// The signature holds.
    case ok
    /// There is no key of that name.
    case unknownSerial
    /// The key is known and the signature does not hold, or is no signature at all.
    case mismatch
}

/// The cryptography a verifier needs. This room does none itself. Implementations are thread-safe and never trap,
/// whatever the bytes.
public protocol NoticeCrypto: Sendable {
    /// Checks a signature in Base64 over a message with the key of exactly that serial or id.
    func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck

    /// Opens a resource with the APIv3 key; the ciphertext ends with its tag. Nil when the tag does not hold.
    func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]?
}
