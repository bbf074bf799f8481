/// Keys and numbers of WeChat Pay (`wechat-pay.md` §1).
public struct WeChatSettings: Sendable, Equatable {
    /// Names a key of the platform and the file that holds it.
    public struct KeyFile: Sendable, Equatable {
        /// Certificate serial or public key id, as WeChat Pay sends it in `Wechatpay-Serial`; `*` for whatever serial the certificate carries.
        public var id: String
        /// PEM file.
        public var path: String
    }

    /// Our numbers as service provider (partner mode).
    public var providerMerchantIDs: [String] = []
    /// Numbers of merchants that pay directly, without provider.
    public var directMerchantIDs: [String] = []
    /// File of the APIv3 key; nil where none is set.
    public var apiV3KeyFile: String?
    /// File of the API key of API v2; nil where no notices of API v2 are taken.
    public var apiV2KeyFile: String?
    /// How our API v2 orders are signed: `MD5` or `HMAC-SHA256`. With the latter, MD5 signs of notices are refused.
    public var v2SignType = "MD5"
    /// Platform certificates.
    public var platformCertificates: [KeyFile] = []
    /// Platform public keys.
    public var platformPublicKeys: [KeyFile] = []
    /// Seconds a notice's timestamp may differ from our clock.
    public var clockWindowSeconds = 300
    /// How WeChat Pay is called; nil where it is not.
    public var platform: PlatformSettings?

    /// The defaults: no keys.
    public init() {}

    /// Whether anything of WeChat Pay is set: notices are then taken.
    public var isConfigured: Bool {
        apiV3KeyFile != nil || apiV2KeyFile != nil || !platformCertificates.isEmpty || !platformPublicKeys.isEmpty
            || !providerMerchantIDs.isEmpty || !directMerchantIDs.isEmpty || platform != nil
    }
}
