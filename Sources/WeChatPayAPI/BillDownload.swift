/// A trade bill that was downloaded into a file (wechat-pay §4.1).
///
/// The download itself carries no signature: nothing of the file may be believed before its SHA-1 is compared with the hash named here,
/// which stood in a signed answer.
public struct BillDownload: Sendable, Equatable {
    /// Whether the file begins as gzip does.
    public let isGzip: Bool
    /// The SHA-1 the platform names, 40 lower-case hexadecimal digits; of the unzipped text by all that is known.
    public let sha1Hex: String
    /// Bytes of the file as it lies there.
    public let byteCount: Int

    /// Joins the members.
    public init(isGzip: Bool, sha1Hex: String, byteCount: Int) {
        self.isGzip = isGzip
        self.sha1Hex = sha1Hex
        self.byteCount = byteCount
    }
}
