import Settings
import Testing

@Suite("Broker settings")
struct BrokerSettingsTests {
    private func load(
        _ json: String? = nil, environment: [String: String] = [:], overrides: [String] = []
    ) throws(SettingsError) -> BrokerSettings {
        try BrokerSettings.load(
            file: json.map { (Array($0.utf8), "tillwire.json") }, environment: environment, overrides: overrides)
    }

    private func failure(
        _ json: String? = nil, environment: [String: String] = [:], overrides: [String] = []
    ) -> SettingsError? {
        do throws(SettingsError) {
            _ = try load(json, environment: environment, overrides: overrides)
            return nil
        } catch {
            return error
        }
    }

    @Test("without any source the defaults hold")
    func defaults() throws {
        #expect(try load() == BrokerSettings())
    }

    @Test("the file sets every kind of value")
    func fileValues() throws {
        let settings = try load(
            """
            {"store":{"path":"/srv/store","map_mib":4096},"notices":{"port":0},
             "wechat":{"sp_mchids":["1900000109"],"api_v3_key_file":"k","platform_certificates":["AB12=/etc/p.pem"],
                       "api_v2_key_file":"k2","v2_sign_type":"HMAC-SHA256"},
             "push":{"allow_plain_http":true,"allowed_ports":[9000,9001],"ladder":"wechat","ladder_scale":0.01},
             "access":{"operator_token_files":["/etc/op"]},"log":{"level":"debug"}}
            """)
        #expect(settings.store.path == "/srv/store")
        #expect(settings.store.mapMiB == 4_096)
        #expect(settings.notices.port == 0)
        #expect(settings.wechat.providerMerchantIDs == ["1900000109"])
        #expect(settings.wechat.platformCertificates.map(\.id) == ["AB12"])
        #expect(settings.wechat.platformCertificates.map(\.path) == ["/etc/p.pem"])
        #expect(settings.wechat.apiV2KeyFile == "k2" && settings.wechat.v2SignType == "HMAC-SHA256")
        #expect(settings.push.allowsPlainHTTP)
        #expect(settings.push.allowedPorts == [9_000, 9_001])
        #expect(settings.push.ladder == .wechat)
        #expect(settings.push.ladderScale == 0.01)
        #expect(settings.access.operatorTokenFiles == ["/etc/op"])
        #expect(settings.logLevel == .debug)
    }

    @Test("recovery's settings are read, and checked against their bounds")
    func recovery() throws {
        let settings = try load(
            """
            {"recovery":{"first_query_seconds":30,"order_life_seconds":600,"refund_life_seconds":86400,"queries_per_second":50,
             "queries_in_flight":16,"write_behind_millis":100,"announcements_max":2048}}
            """
        ).recovery
        #expect(settings.firstQuerySeconds == 30 && settings.orderLifeSeconds == 600)
        #expect(settings.refundLifeSeconds == 86_400 && settings.queriesPerSecond == 50)
        #expect(settings.queriesInFlightMax == 16 && settings.writeBehindMillis == 100)
        #expect(settings.announcementCountMax == 2_048)
        for override in [
            "recovery.first_query_seconds=0", "recovery.queries_in_flight=49", "recovery.announcements_max=1",
        ] { #expect(failure(overrides: [override]) != nil, "\(override)") }
    }

    @Test("the command line wins over the environment, which wins over the file")
    func precedence() throws {
        let file = #"{"notices":{"port":1001},"admin":{"port":1002},"runtime":{"shutdown_seconds":11}}"#
        let environment = ["TILLWIRE_NOTICES_PORT": "2001", "TILLWIRE_ADMIN_PORT": "2002"]
        let settings = try load(file, environment: environment, overrides: ["notices.port=3001"])
        #expect(settings.notices.port == 3_001)
        #expect(settings.admin.port == 2_002)
        #expect(settings.shutdownSeconds == 11)
    }

    @Test("lists come from the environment and the command line separated by commas")
    func lists() throws {
        let settings = try load(
            environment: ["TILLWIRE_PUSH_ALLOWED_ADDRESSES": "127.0.0.1,::1"], overrides: ["push.allowed_ports=81,82"])
        #expect(settings.push.allowedAddresses == ["127.0.0.1", "::1"])
        #expect(settings.push.allowedPorts == [81, 82])
    }

    @Test("an unknown key in the file is named together with the nearest known one")
    func unknownKey() {
        let error = failure(#"{"store":{"pth":"/srv"}}"#)
        #expect(error == .unknownKey("store.pth", nearest: "store.path", origin: .file("tillwire.json")))
        #expect(error?.description.contains("\"store.pth\"") == true)
        #expect(error?.description.contains("store.path") == true)
    }

    @Test(
        "a section that does not exist is refused, empty or not",
        arguments: [#"{"stroe":{}}"#, #"{"stroe":{"path":"x"}}"#, #"{"stroe":1}"#])
    func unknownSection(json: String) {
        guard case .unknownKey = failure(json) else {
            Issue.record("expected an unknown key for \(json)")
            return
        }
    }

    @Test("an unknown key on the command line is refused")
    func unknownOverride() {
        #expect(
            failure(overrides: ["push.ladders=wechat"])
                == .unknownKey("push.ladders", nearest: "push.ladder", origin: .commandLine))
        #expect(failure(overrides: ["store.path"]) == .malformedOverride("store.path"))
    }

    @Test(
        "a value of the wrong type is refused, wherever it stands",
        arguments: [
            #"{"notices":{"port":"80"}}"#, #"{"notices":{"port":80.5}}"#, #"{"notices":{"port":true}}"#,
            #"{"push":{"allow_plain_http":1}}"#, #"{"push":{"allowed_ports":["1"]}}"#, #"{"store":{"path":7}}"#,
            #"{"store":{"path":null}}"#, #"{"push":{"ladder_scale":"1"}}"#, #"{"wechat":{"sp_mchids":"190"}}"#,
        ])
    func wrongType(json: String) {
        guard case .wrongType = failure(json) else {
            Issue.record("expected a wrong type for \(json), got \(String(describing: failure(json)))")
            return
        }
    }

    @Test("a wrong type in the environment and on the command line is refused")
    func wrongTypeElsewhere() {
        guard case .wrongType(let key, _, .environment) = failure(environment: ["TILLWIRE_NOTICES_PORT": "many"]) else {
            Issue.record("expected a wrong type")
            return
        }
        #expect(key == "notices.port")
        guard case .wrongType(_, _, .commandLine) = failure(overrides: ["notices.port=x"]) else {
            Issue.record("expected a wrong type")
            return
        }
    }

    @Test(
        "a value out of range is refused with the range",
        arguments: [
            ("notices.port=65536", "0 to 65535"), ("store.map_mib=255", "256 to"), ("push.ladder_scale=0", "1e-05"),
            ("push.ladder=fast", "standard, wechat, alipay"), ("wechat.clock_window_seconds=0", "1 to 3600"),
            ("push.allowed_ports=0", "1 to 65535"), ("queue_api.clock_window_seconds=7201", "1 to 7200"),
            ("log.level=loud", "trace"),
        ])
    func outOfRange(override: String, allowed: String) {
        let error = failure(overrides: [override])
        guard case .outOfRange = error else {
            Issue.record("expected out of range for \(override), got \(String(describing: error))")
            return
        }
        #expect(error?.description.contains(allowed) == true, "\(String(describing: error))")
    }

    @Test(
        "values that do not go together are refused",
        arguments: [
            ["notices.tls_certificate_file=/c.pem"], ["wechat.sp_mchids=190"],
            ["wechat.sp_mchids=190", "wechat.api_v3_key_file=k"],
            ["wechat.api_v2_key_file=k"],
            ["wechat.api_v3_key_file=k", "wechat.platform_certificates=A=/p"],
            [
                "wechat.api_v3_key_file=k", "wechat.sp_mchids=1", "wechat.platform_certificates=A=/p",
                "wechat.platform_public_keys=A=/q",
            ],
            ["notices.port=9000", "admin.port=9000"], ["store.path="], ["wechat.platform_certificates=/p.pem"],
            ["queue_api.tls_key_file=/k.pem"], ["queue_api.keys_file=/k", "queue_api.port=8080"], ["queue_api.host="],
            ["queue_api.allow_unsigned_native=true", "queue_api.host=0.0.0.0"],
            ["queue_api.public_authorities=https://cmq.example"], ["queue_api.public_authorities=cmq.example/v2"],
            ["access.gate_token_files=a,b,c"], ["access.risk_token_files=a,b,c"],
            ["gate.listener=separate", "gate.port=8080"],
        ])
    func inconsistent(overrides: [String]) {
        guard case .inconsistent = failure(overrides: overrides) else {
            Issue.record("expected a refusal of \(overrides), got \(String(describing: failure(overrides: overrides)))")
            return
        }
    }

    @Test(
        "a file that is no object of sections is refused with the place",
        arguments: ["", "[]", "{", #"{"store":[]}"#, #"{"store":{"path":"a","path":"b"}}"#])
    func malformed(json: String) {
        guard case .malformedFile(let path, _) = failure(json) else {
            Issue.record("expected a malformed file for \(json), got \(String(describing: failure(json)))")
            return
        }
        #expect(path == "tillwire.json")
    }

    @Test("risk control's callback needs URL and secret together")
    func riskCallback() throws {
        let both = ["risk.callback_url=https://risk.example/", "risk.callback_secret_file=/etc/secret"]
        #expect(
            try BrokerSettings.load(overrides: both + ["risk.rules_file=/etc/rules"]).risk.rulesFile == "/etc/rules")
        #expect(try BrokerSettings.load().risk == RiskSettings())
        for alone in both {
            #expect(throws: SettingsError.self) { _ = try BrokerSettings.load(overrides: [alone]) }
        }
    }

    @Test("the queue API is on where a way in is set")
    func queueAPI() throws {
        #expect(try !load().queueAPI.isConfigured)
        #expect(try !load(overrides: ["queue_api.port=8080"]).queueAPI.isConfigured)
        let settings = try load(
            """
            {"queue_api":{"host":"0.0.0.0","port":9083,"keys_file":"/etc/keys","clock_window_seconds":60,
             "public_authorities":["cmq-gz.example.com","cmq.example.com:8443"],"tls_certificate_file":"/c","tls_key_file":"/k"}}
            """
        ).queueAPI
        #expect(settings.isConfigured && settings.keysFile == "/etc/keys" && settings.clockWindowSeconds == 60)
        #expect(settings.listener.host == "0.0.0.0" && settings.listener.port == 9_083)
        #expect(settings.listener.tls?.certificatePath == "/c" && settings.listener.tls?.keyPath == "/k")
        #expect(settings.publicAuthorities == ["cmq-gz.example.com", "cmq.example.com:8443"])
        #expect(!settings.allowsUnsignedAppID && !settings.allowsUnsignedNative)
        #expect(try load(overrides: ["queue_api.allow_unsigned_native=true"]).queueAPI.isConfigured)
        #expect(try load(overrides: ["queue_api.allow_unsigned_app_id=true"]).queueAPI.allowsUnsignedAppID)
        #expect(settings.messageRequestsPerSecondMax == nil && settings.controlRequestsPerSecondMax == nil)
        #expect(!settings.requiresSecretIDPrefix && !settings.allowsUnsignedAction)
        let bounded = try load(
            overrides: [
                "queue_api.message_requests_per_second=5000", "queue_api.control_requests_per_second=10",
                "queue_api.require_akid=true", "queue_api.allow_unsigned_action=true",
            ]
        ).queueAPI
        #expect(bounded.messageRequestsPerSecondMax == 5_000 && bounded.controlRequestsPerSecondMax == 10)
        #expect(bounded.requiresSecretIDPrefix && bounded.allowsUnsignedAction)
    }

    @Test("the rating's limits and the risk systems' tokens are read, with bounds")
    func rating() throws {
        let defaults = try BrokerSettings.load()
        #expect(defaults.rating == RatingSettings())
        #expect(defaults.access.riskTokenFiles.isEmpty)
        let set = try BrokerSettings.load(overrides: [
            "rating.alarm_success_rate=0.99", "rating.alarm_p99_millis=250", "access.risk_token_files=/a,/b",
        ])
        #expect(set.rating.alarmSuccessRate == 0.99)
        #expect(set.rating.alarmP99Millis == 250)
        #expect(set.access.riskTokenFiles == ["/a", "/b"])
        for wrong in ["rating.alarm_success_rate=1", "rating.alarm_success_rate=0.1", "rating.alarm_p99_millis=0"] {
            #expect(throws: SettingsError.self) { try BrokerSettings.load(overrides: [wrong]) }
        }
    }

    @Test("the reconciliation's settings have bounds and names that are known")
    func reconciliation() throws {
        let settings = try load(
            #"{"reconciliation":{"folder":"/srv/bills","hour":11,"catch_up_days":0,"query_count":5}}"#
        ).reconciliation
        #expect(settings.folder == "/srv/bills" && settings.hour == 11)
        #expect(settings.catchUpDayCount == 0 && settings.queryCountMax == 5)
        #expect(try load().reconciliation == ReconciliationConfig())
        for bad in ["hour=24", "catch_up_days=31", "query_count=-1", "days=1"] {
            #expect(failure(overrides: ["reconciliation." + bad]) != nil)
        }
    }
}
