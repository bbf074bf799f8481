/// How WeChat Pay is called: order queries, certificates, bills (`wechat-pay.md` §4).
public struct PlatformSettings: Sendable, Equatable {
    /// `https://host`, or `http://` to this machine; without a path.
    public var url: String
    /// Asked where the first is not reached or answers 5xx; nil where there is none.
    public var spareURL: String?
    /// Serial of our API certificate.
    public var merchantSerial: String
    /// File of its private key, or `env:NAME`.
    public var merchantKeyFile: String
    /// The merchant number that signs.
    public var apiUserMerchantID: String
    /// Hours between two looks at the platform's certificates.
    public var certificateRefreshHours: Int
    /// Seconds between two of these looks at least, also where unknown serials or failures ask for one.
    public var certificatePauseSeconds: Int

    /// Joins the members.
    public init(
        url: String, spareURL: String? = nil, merchantSerial: String, merchantKeyFile: String,
        apiUserMerchantID: String, certificateRefreshHours: Int = 12, certificatePauseSeconds: Int = 60
    ) {
        self.url = url
        self.spareURL = spareURL
        self.merchantSerial = merchantSerial
        self.merchantKeyFile = merchantKeyFile
        self.apiUserMerchantID = apiUserMerchantID
        self.certificateRefreshHours = certificateRefreshHours
        self.certificatePauseSeconds = certificatePauseSeconds
    }
}

extension PlatformSettings {
    /// Reads the settings; nil where no address is set.
    ///
    /// - Throws: ``SettingsError/inconsistent(_:)`` where members that belong together are not all there.
    init?(_ reader: SettingsReader, providers: [String], direct: [String]) throws(SettingsError) {
        let url = try reader.text("wechat.api_url")
        let spare = try reader.text("wechat.api_spare_url")
        let serial = try reader.text("wechat.merchant_serial")
        let keyFile = try reader.text("wechat.merchant_key_file")
        let user = try reader.text("wechat.api_user_mchid")
        let hours = try reader.integer("wechat.certificate_refresh_hours")
        guard !url.isEmpty else {
            let names = ["wechat.api_spare_url", "wechat.merchant_serial", "wechat.merchant_key_file"]
            for (name, value) in zip(names, [spare, serial, keyFile]) where !value.isEmpty {
                throw .inconsistent("\(name) is set and wechat.api_url is not: without it WeChat Pay is not called")
            }
            return nil
        }
        guard !serial.isEmpty, !keyFile.isEmpty else {
            throw .inconsistent(
                "wechat.api_url needs wechat.merchant_serial and wechat.merchant_key_file: every call is signed by our API key"
            )
        }
        guard let signer = user.isEmpty ? (providers.first ?? direct.first) : user else {
            throw .inconsistent("wechat.api_url needs a number of ours: set wechat.sp_mchids or wechat.direct_mchids")
        }
        guard providers.contains(signer) || direct.contains(signer) else {
            throw .inconsistent(
                "wechat.api_user_mchid is none of wechat.sp_mchids and wechat.direct_mchids: only a number of ours can sign"
            )
        }
        for (name, value) in [("wechat.api_url", url), ("wechat.api_spare_url", spare)] where !value.isEmpty {
            guard value.hasPrefix("https://") || value.hasPrefix("http://") else {
                throw .inconsistent("\(name) must begin with https://, or with http:// where the host is this machine")
            }
        }
        self.init(
            url: url, spareURL: spare.isEmpty ? nil : spare, merchantSerial: serial, merchantKeyFile: keyFile,
            apiUserMerchantID: signer, certificateRefreshHours: hours,
            certificatePauseSeconds: try reader.integer("wechat.certificate_pause_seconds"))
    }
}
