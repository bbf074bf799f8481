import BoundedJSON

/// The bounds of a notice and of what is kept of it.
///
/// Lengths come from the documented types (WeChat Pay API v3, payment notice); where a document is known to be loose
/// the bound here is wider, so that a real payment is never refused for a longer text.
public enum NoticeLimits {
    /// The longest request body: a ciphertext of 1 MiB by its documented type, plus 64 KiB.
    public static let bodyByteCountMax = JSONLimits.bodyByteCountMax
    /// A header value longer than this is treated as missing; a signature by a 4096-bit key has 684 characters.
    public static let headerByteCountMax = 1_024
    /// Decimal digits of a Unix time in seconds that are read.
    public static let timestampDigitCountMax = 12
    /// Both directions; a timestamp this far off is refused (wechat-pay §1.12).
    public static let clockWindowSeconds: Int64 = 300
    /// The widest window an operator may set.
    public static let clockWindowSecondsMax: Int64 = 3_600
    /// The IV of AES-256-GCM in every notice.
    public static let gcmNonceByteCount = 12
    /// The tag behind every ciphertext; nothing shorter can be authentic.
    public static let gcmTagByteCount = 16
    /// Platform order numbers, order numbers of callers, envelope ids: 32 or 36 by their types.
    public static let identifierByteCountMax = 64
    /// Merchant numbers have 8 to 10 digits; 32 by their type. They become part of a queue name.
    public static let merchantIDByteCountMax = 32
    /// Texts such as bank, terminal, payer: at most 128 characters by their types, and ASCII in practice.
    public static let shortTextByteCountMax = 256
    /// `attach` and descriptions: 128 and 256 characters by their types, up to 4 bytes each.
    public static let textByteCountMax = 1_024
    /// One amount in fen: ten billion yuan, far above any real payment and far below overflow of a sum.
    public static let amountFenMax: Int64 = 1_000_000_000_000
    /// Merchant numbers of one settings value.
    public static let ownMerchantCountMax = 4_096
    /// Last outcome text in an order's row.
    public static let outcomeByteCountMax = 32
    /// Encoded row of table `orders`.
    public static let orderRecordByteCountMax = 400
    /// An order payment message; merchants are promised bodies below 20 KiB. The bounds above keep every message below
    /// it even if each byte of each text had to be escaped.
    public static let messageByteCountMax = 20_480
    /// An API v2 body; real ones have 820 to 1,210 bytes (wechat-pay §3.4).
    public static let xmlByteCountMax = 65_536
    /// Fields of an API v2 body; real ones have about 20.
    public static let xmlFieldCountMax = 200
    /// The name of one field; the longest documented one has 20 bytes.
    public static let xmlNameByteCountMax = 64
    /// Digits of a character reference: the highest character is 1114111, or 10FFFF; leading zeros are rare.
    public static let xmlReferenceDigitCountMax = 8
    /// Digits of an amount in fen as text.
    public static let amountDigitCountMax = 13
    /// SHA-256.
    public static let hashByteCount = 32
}
