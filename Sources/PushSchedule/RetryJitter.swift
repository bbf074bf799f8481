/// Spreads a delay by ±20 %, the same way every time for the same endpoint, message and attempt.
///
/// Deterministic so that a replay of the same log gives the same attempts (merchant-push §4).
public enum RetryJitter {
    /// Computes SHA-256; comes in as a function because this room does no cryptography.
    public typealias Hash = ([UInt8]) -> [UInt8]

    /// `base·4/5 + ⌊(base·2/5)·u / 2⁶⁴⌋` with u from SHA-256(`endpoint|message|attempt`); milliseconds.
    ///
    /// `attempt` is the number of the attempt that just failed.
    public static func delayMillis(
        baseMillis: Int, endpoint: String, message: String, attempt: Int, sha256: Hash
    ) -> Int {
        let digest = sha256(Array("\(endpoint)|\(message)|\(attempt)".utf8))
        let unit = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let base = max(baseMillis, 0)
        let spread = UInt64(base * 2 / 5).multipliedFullWidth(by: unit).high
        return base * 4 / 5 + Int(spread)
    }
}
