import Settings
import Testing

/// A whole access to the API, but for a number of ours.
private let access = [
    "wechat.api_v3_key_file=k", "wechat.api_url=https://api.mch.weixin.qq.com", "wechat.merchant_serial=7C1B",
    "wechat.merchant_key_file=env:API_KEY",
]

/// Settings that do not go together, and the setting that is named.
private let refused: [(overrides: [String], name: String)] = [
    (["wechat.sp_mchids=1", "wechat.api_url=https://a.example"], "wechat.merchant_serial"),
    (
        [
            "wechat.sp_mchids=1", "wechat.api_v3_key_file=k", "wechat.merchant_key_file=k",
            "wechat.platform_certificates=A=/p",
        ], "wechat.merchant_key_file"
    ),
    (access, "wechat.sp_mchids"),
    (access + ["wechat.sp_mchids=1", "wechat.api_user_mchid=2"], "wechat.api_user_mchid"),
    (access + ["wechat.sp_mchids=1", "wechat.api_spare_url=api2.example"], "wechat.api_spare_url"),
    (
        ["wechat.api_v2_key_file=k", "wechat.sp_mchids=1", "wechat.platform_certificates=A=/p"],
        "wechat.api_v3_key_file"
    ),
    (Array(access.dropFirst()) + ["wechat.sp_mchids=1"], "wechat.api_v3_key_file"),
]

@Suite("Settings of the calls to WeChat Pay")
struct PlatformSettingsTests {
    private func load(_ overrides: [String]) throws(SettingsError) -> BrokerSettings {
        try BrokerSettings.load(overrides: overrides)
    }

    @Test("an APIv3 key and access to the API are a whole set-up: certificates are fetched")
    func fetching() throws {
        let platform = try load(access + ["wechat.sp_mchids=1620001234,1620005678"]).wechat.platform
        #expect(
            platform
                == PlatformSettings(
                    url: "https://api.mch.weixin.qq.com", merchantSerial: "7C1B", merchantKeyFile: "env:API_KEY",
                    apiUserMerchantID: "1620001234", certificateRefreshHours: 12))
        let direct = try load(
            access + [
                "wechat.direct_mchids=1640009012", "wechat.api_spare_url=https://api2.mch.weixin.qq.com",
                "wechat.certificate_refresh_hours=1",
            ]
        ).wechat.platform
        #expect(direct?.apiUserMerchantID == "1640009012" && direct?.spareURL == "https://api2.mch.weixin.qq.com")
        #expect(direct?.certificateRefreshHours == 1)
        let named = try load(
            access + ["wechat.sp_mchids=1620001234,1620005678", "wechat.api_user_mchid=1620005678"])
        #expect(named.wechat.platform?.apiUserMerchantID == "1620005678")
    }

    @Test("API v2 alone is a whole set-up; without an address WeChat Pay is not called")
    func others() throws {
        let v2 = try load(["wechat.api_v2_key_file=k2", "wechat.sp_mchids=1620001234"])
        #expect(v2.wechat.isConfigured && v2.wechat.apiV3KeyFile == nil && v2.wechat.platform == nil)
        let files = try load([
            "wechat.api_v3_key_file=k", "wechat.sp_mchids=1620001234",
            "wechat.platform_certificates=*=/a.pem,*=/b.pem",
        ])
        #expect(files.wechat.platformCertificates.map(\.id) == ["*", "*"] && files.wechat.platform == nil)
    }

    @Test("what does not go together is refused, by the name of the setting", arguments: refused)
    func inconsistent(overrides: [String], name: String) {
        let error = #expect(throws: SettingsError.self) { try load(overrides) }
        guard case .inconsistent(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(name), "\(text)")
    }
}
