extension BrokerSettings {
    /// Reads the settings over all sources, command line before environment before file before default, and checks them together.
    ///
    /// Environment variables are `TILLWIRE_` and the key in upper case with `_` for the dot; lists are separated by commas.
    ///
    /// | key | type, unit | default |
    /// |---|---|---|
    /// | `store.path` | folder | `tillwire-store` |
    /// | `store.map_mib` | integer, MiB, 256…16777216 | 65536 |
    /// | `notices.host`, `notices.port` | text; integer, 0 is any free one | 127.0.0.1, 8080 |
    /// | `notices.tls_certificate_file`, `notices.tls_key_file` | PEM files, both or none | none |
    /// | `gate.listener` | `shared` (the notices' listener) or `separate` | `shared` |
    /// | `gate.host`, `gate.port` | as above, where separate | 127.0.0.1, 8082 |
    /// | `admin.host`, `admin.port` | as above | 127.0.0.1, 8081 |
    /// | `queue_api.host`, `queue_api.port` | as above; opened where a way in is set | 127.0.0.1, 8083 |
    /// | `queue_api.tls_certificate_file`, `queue_api.tls_key_file` | PEM files, both or none | none |
    /// | `queue_api.keys_file` | file of API keys, mode 0600, followed while running | none |
    /// | `queue_api.clock_window_seconds` | integer, seconds, 1…7200 | 300 |
    /// | `queue_api.public_authorities` | list of at most 16 `host` or `host:port` | none |
    /// | `queue_api.message_requests_per_second`, `queue_api.control_requests_per_second` | integer, 0 is no limit | 0 |
    /// | `queue_api.require_akid`, `queue_api.allow_unsigned_action` | boolean | false |
    /// | `queue_api.allow_unsigned_app_id`, `queue_api.allow_unsigned_native` | boolean | false |
    /// | `wechat.sp_mchids`, `wechat.direct_mchids` | lists of merchant numbers | none |
    /// | `wechat.api_v3_key_file` | file, mode 0600 | none |
    /// | `wechat.api_v2_key_file` | file, mode 0600; notices of API v2 are taken where it is set | none |
    /// | `wechat.v2_sign_type` | `MD5` or `HMAC-SHA256`: how our API v2 orders are signed | `MD5` |
    /// | `wechat.platform_certificates` | list of `SERIAL=path`, or `*=path` for whatever serial the file's certificate carries | none |
    /// | `wechat.platform_public_keys` | list of `ID=path` | none |
    /// | `wechat.clock_window_seconds` | integer, seconds, 1…3600 | 300 |
    /// | `wechat.api_url`, `wechat.api_spare_url` | address of WeChat Pay's API and a spare one; https, or http to this machine | none: it is not called |
    /// | `wechat.merchant_serial`, `wechat.merchant_key_file` | serial and key of our API certificate; file, mode 0600 | none |
    /// | `wechat.api_user_mchid` | the merchant number that signs | first of `wechat.sp_mchids`, else of `wechat.direct_mchids` |
    /// | `wechat.certificate_refresh_hours` | integer, hours, 1…168 | 12 |
    /// | `wechat.certificate_pause_seconds` | integer, seconds, 1…3600: between two calls for certificates at least | 60 |
    /// | `recovery.first_query_seconds` | integer, seconds, 1…3600 | 60 |
    /// | `recovery.order_life_seconds`, `recovery.refund_life_seconds` | integer, seconds, 60…604800, 60…2592000 | 7200, 604800 |
    /// | `recovery.queries_per_second`, `recovery.queries_in_flight` | integer, 1…10000, 1…48 | 20, 8 |
    /// | `recovery.write_behind_millis` | integer, ms, 1…60000 | 250 |
    /// | `recovery.announcements_max` | integer, 1024…8388608 | 1048576 |
    /// | `push.allow_plain_http`, `push.allow_ip_literals`, `push.allow_any_port` | boolean | false |
    /// | `push.allowed_ports` | list of integers, 1…65535 | none |
    /// | `push.allowed_private_ranges` | list of CIDR | none |
    /// | `push.allowed_addresses` | list of addresses | none |
    /// | `push.trusted_roots_file` | PEM file | the system's |
    /// | `push.ladder` | `standard`, `wechat`, `alipay` | `standard` |
    /// | `push.ladder_scale` | number, 0.00001…1 | 1 |
    /// | `push.attempt_timeout_millis` | integer, ms, 1000…30000 | 15000 |
    /// | `push.visibility_millis` | integer, ms, 11000…43200000 | 60000 |
    /// | `push.slot_count` | integer, attempts, 1…65536 | 2048 |
    /// | `risk.rules_file` | rule file, one JSON object a line | built-in rules |
    /// | `risk.callback_url`, `risk.callback_secret_file` | URL; file, mode 0600; both or none | none |
    /// | `reconciliation.folder` | folder of bills, mode 0700 | `<store.path>-bills` |
    /// | `reconciliation.hour` | integer, hour of the day in Beijing, 0…23 | 10 |
    /// | `reconciliation.catch_up_days` | integer, days, 0…30; 0 fetches nothing by itself | 3 |
    /// | `reconciliation.query_count` | integer, questions about missing payments in one run, 0…1000000 | 10000 |
    /// | `merchants.file` | JSON file | none |
    /// | `access.operator_token_files`, `access.gate_token_files`, `access.risk_token_files` | lists of at most 2 files, mode 0600 | none |
    /// | `rating.alarm_success_rate` | number, share of deliveries, 0.5…0.999999 | 0.999 |
    /// | `rating.alarm_p99_millis` | integer, ms, 1…5000 | 1000 |
    /// | `log.level` | trace, debug, info, notice, warning, error, critical | info |
    /// | `runtime.event_loop_count` | integer, loops, 0…64, 0 is one per core | 0 |
    /// | `runtime.shutdown_seconds` | integer, seconds, 1…600 | 30 |
    ///
    /// A file of mode 0600 may be `env:NAME`: the secret is then the value of that environment variable, which is never shown. The keys of TLS
    /// listeners are files.
    ///
    /// - Throws: ``SettingsError`` naming the key and what is allowed.
    public static func load(
        file: (bytes: [UInt8], path: String)? = nil, environment: [String: String] = [:], overrides: [String] = []
    ) throws(SettingsError) -> BrokerSettings {
        let reader = try SettingsReader(file: file, environment: environment, overrides: overrides)
        var settings = BrokerSettings()
        try settings.readListeners(reader)
        try settings.readRest(reader)
        settings.queueAPI = try QueueListenerSettings(reader)
        settings.wechat = try WeChatSettings(reader)
        settings.recovery = try RecoverySettings(reader)
        settings.push = try PushSettings(reader)
        settings.risk = try RiskSettings(reader)
        settings.rating = try RatingSettings(reader)
        settings.reconciliation = try ReconciliationConfig(reader)
        try settings.validate()
        return settings
    }

    private mutating func readListeners(_ reader: SettingsReader) throws(SettingsError) {
        notices = try ListenerSettings(reader, section: "notices")
        notices.tls = try reader.tlsFiles(section: "notices")
        let separate = try ListenerSettings(reader, section: "gate")
        gate = try reader.text("gate.listener") == "separate" ? separate : nil
        admin = try ListenerSettings(reader, section: "admin")
    }

    private mutating func readRest(_ reader: SettingsReader) throws(SettingsError) {
        store.path = try reader.text("store.path")
        store.mapMiB = try reader.integer("store.map_mib")
        merchantsFile = try reader.optionalText("merchants.file")
        access.operatorTokenFiles = try reader.texts("access.operator_token_files")
        access.gateTokenFiles = try reader.texts("access.gate_token_files")
        access.riskTokenFiles = try reader.texts("access.risk_token_files")
        logLevel = LogLevelName(rawValue: try reader.text("log.level")) ?? .info
        eventLoopCount = try reader.integer("runtime.event_loop_count")
        shutdownSeconds = try reader.integer("runtime.shutdown_seconds")
    }
}

extension ListenerSettings {
    fileprivate init(_ reader: SettingsReader, section: String) throws(SettingsError) {
        self.init(port: try reader.integer(section + ".port"))
        host = try reader.text(section + ".host")
    }
}

extension QueueListenerSettings {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        listener = try ListenerSettings(reader, section: "queue_api")
        listener.tls = try reader.tlsFiles(section: "queue_api")
        keysFile = try reader.optionalText("queue_api.keys_file")
        clockWindowSeconds = try reader.integer("queue_api.clock_window_seconds")
        publicAuthorities = try reader.texts("queue_api.public_authorities")
        messageRequestsPerSecondMax = Self.limit(try reader.integer("queue_api.message_requests_per_second"))
        controlRequestsPerSecondMax = Self.limit(try reader.integer("queue_api.control_requests_per_second"))
        requiresSecretIDPrefix = try reader.boolean("queue_api.require_akid")
        allowsUnsignedAction = try reader.boolean("queue_api.allow_unsigned_action")
        allowsUnsignedAppID = try reader.boolean("queue_api.allow_unsigned_app_id")
        allowsUnsignedNative = try reader.boolean("queue_api.allow_unsigned_native")
    }

    /// 0 says that there is none.
    private static func limit(_ number: Int) -> Int? { number == 0 ? nil : number }
}

extension WeChatSettings {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        providerMerchantIDs = try reader.texts("wechat.sp_mchids")
        directMerchantIDs = try reader.texts("wechat.direct_mchids")
        apiV3KeyFile = try reader.optionalText("wechat.api_v3_key_file")
        apiV2KeyFile = try reader.optionalText("wechat.api_v2_key_file")
        v2SignType = try reader.text("wechat.v2_sign_type")
        platformCertificates = try reader.keyFiles("wechat.platform_certificates")
        platformPublicKeys = try reader.keyFiles("wechat.platform_public_keys")
        clockWindowSeconds = try reader.integer("wechat.clock_window_seconds")
        platform = try PlatformSettings(reader, providers: providerMerchantIDs, direct: directMerchantIDs)
    }
}

extension PushSettings {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        allowsPlainHTTP = try reader.boolean("push.allow_plain_http")
        allowsIPLiterals = try reader.boolean("push.allow_ip_literals")
        allowsAnyPort = try reader.boolean("push.allow_any_port")
        allowedPorts = try reader.integers("push.allowed_ports")
        allowedPrivateRanges = try reader.texts("push.allowed_private_ranges")
        allowedAddresses = try reader.texts("push.allowed_addresses")
        trustedRootsFile = try reader.optionalText("push.trusted_roots_file")
        ladder = LadderName(rawValue: try reader.text("push.ladder")) ?? .standard
        ladderScale = try reader.number("push.ladder_scale")
        attemptTimeoutMillis = try reader.integer("push.attempt_timeout_millis")
        visibilityMillis = try reader.integer("push.visibility_millis")
        slotCount = try reader.integer("push.slot_count")
    }
}

extension RiskSettings {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        rulesFile = try reader.optionalText("risk.rules_file")
        callbackURL = try reader.optionalText("risk.callback_url")
        callbackSecretFile = try reader.optionalText("risk.callback_secret_file")
    }
}

extension RatingSettings {
    fileprivate init(_ reader: SettingsReader) throws(SettingsError) {
        self.init()
        alarmSuccessRate = try reader.number("rating.alarm_success_rate")
        alarmP99Millis = try reader.integer("rating.alarm_p99_millis")
    }
}

extension SettingsReader {
    /// A text, or nil where it is empty.
    fileprivate func optionalText(_ name: String) throws(SettingsError) -> String? {
        let text = try text(name)
        return text.isEmpty ? nil : text
    }

    /// Certificate and key of a listener: both, or nil where neither is set.
    fileprivate func tlsFiles(section: String) throws(SettingsError) -> ListenerSettings.TLSFiles? {
        let certificate = try text(section + ".tls_certificate_file")
        let key = try text(section + ".tls_key_file")
        guard certificate.isEmpty == key.isEmpty else {
            throw .inconsistent(
                "\(section).tls_certificate_file and \(section).tls_key_file belong together: set both or none")
        }
        return certificate.isEmpty ? nil : .init(certificatePath: certificate, keyPath: key)
    }

    /// A list of `ID=path`.
    fileprivate func keyFiles(_ name: String) throws(SettingsError) -> [WeChatSettings.KeyFile] {
        var files: [WeChatSettings.KeyFile] = []
        for entry in try texts(name) {
            guard let cut = entry.firstIndex(of: "="), cut != entry.startIndex,
                entry.index(after: cut) != entry.endIndex
            else {
                throw .inconsistent(
                    "\(name): \"\(entry.prefix(80))\" must be the key's id, =, and the path of its PEM file")
            }
            files.append(.init(id: String(entry[..<cut]), path: String(entry[entry.index(after: cut)...])))
        }
        return files
    }
}
