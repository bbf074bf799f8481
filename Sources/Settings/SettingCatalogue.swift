/// All settings there are. What is not here is an unknown key.
enum SettingCatalogue {
    private static let ports = 0...65_535

    /// Every key with its type, bounds and default; ``BrokerSettings`` says what each means.
    static let all: [SettingKey] =
        store + listeners + queueAPI + wechat + platform + recovery + push + risk + rating + ReconciliationConfig.keys
        + rest

    private static let store: [SettingKey] = [
        .text("store.path", "tillwire-store"),
        .integer("store.map_mib", 256...16_777_216, 65_536),
    ]

    private static let listeners: [SettingKey] = [
        .text("notices.host", "127.0.0.1"),
        .integer("notices.port", ports, 8_080),
        .text("notices.tls_certificate_file", ""),
        .text("notices.tls_key_file", ""),
        .choice("gate.listener", ["shared", "separate"], "shared"),
        .text("gate.host", "127.0.0.1"),
        .integer("gate.port", ports, 8_082),
        .text("admin.host", "127.0.0.1"),
        .integer("admin.port", ports, 8_081),
    ]

    private static let queueAPI: [SettingKey] = [
        .text("queue_api.host", "127.0.0.1"),
        .integer("queue_api.port", ports, 8_083),
        .text("queue_api.tls_certificate_file", ""),
        .text("queue_api.tls_key_file", ""),
        .text("queue_api.keys_file", ""),
        .integer("queue_api.clock_window_seconds", 1...7_200, 300),
        .texts("queue_api.public_authorities"),
        .integer("queue_api.message_requests_per_second", 0...1_000_000, 0),
        .integer("queue_api.control_requests_per_second", 0...1_000_000, 0),
        .boolean("queue_api.require_akid"),
        .boolean("queue_api.allow_unsigned_action"),
        .boolean("queue_api.allow_unsigned_app_id"),
        .boolean("queue_api.allow_unsigned_native"),
    ]

    private static let wechat: [SettingKey] = [
        .texts("wechat.sp_mchids"),
        .texts("wechat.direct_mchids"),
        .text("wechat.api_v3_key_file", ""),
        .text("wechat.api_v2_key_file", ""),
        .choice("wechat.v2_sign_type", ["MD5", "HMAC-SHA256"], "MD5"),
        .texts("wechat.platform_certificates"),
        .texts("wechat.platform_public_keys"),
        .integer("wechat.clock_window_seconds", 1...3_600, 300),
    ]

    private static let platform: [SettingKey] = [
        .text("wechat.api_url", ""),
        .text("wechat.api_spare_url", ""),
        .text("wechat.merchant_serial", ""),
        .text("wechat.merchant_key_file", ""),
        .text("wechat.api_user_mchid", ""),
        .integer("wechat.certificate_refresh_hours", 1...168, 12),
        .integer("wechat.certificate_pause_seconds", 1...3_600, 60),
    ]

    private static let recovery: [SettingKey] = [
        .integer("recovery.first_query_seconds", 1...3_600, 60),
        .integer("recovery.order_life_seconds", 60...604_800, 7_200),
        .integer("recovery.refund_life_seconds", 60...2_592_000, 604_800),
        .integer("recovery.queries_per_second", 1...10_000, 20),
        .integer("recovery.queries_in_flight", 1...48, 8),
        .integer("recovery.write_behind_millis", 1...60_000, 250),
        .integer("recovery.announcements_max", 1_024...8_388_608, 1_048_576),
    ]

    private static let push: [SettingKey] = [
        .boolean("push.allow_plain_http"),
        .boolean("push.allow_ip_literals"),
        .boolean("push.allow_any_port"),
        .integers("push.allowed_ports", 1...65_535),
        .texts("push.allowed_private_ranges"),
        .texts("push.allowed_addresses"),
        .text("push.trusted_roots_file", ""),
        .choice("push.ladder", ["standard", "wechat", "alipay"], "standard"),
        .number("push.ladder_scale", 0.000_01...1, 1),
        .integer("push.attempt_timeout_millis", 1_000...30_000, 15_000),
        .integer("push.visibility_millis", 11_000...43_200_000, 60_000),
        .integer("push.slot_count", 1...65_536, 2_048),
    ]

    private static let risk: [SettingKey] = [
        .text("risk.rules_file", ""),
        .text("risk.callback_url", ""),
        .text("risk.callback_secret_file", ""),
    ]

    private static let rating: [SettingKey] = [
        .number("rating.alarm_success_rate", 0.5...0.999_999, 0.999),
        .integer("rating.alarm_p99_millis", 1...5_000, 1_000),
    ]

    private static let rest: [SettingKey] = [
        .text("merchants.file", ""),
        .texts("access.operator_token_files"),
        .texts("access.gate_token_files"),
        .texts("access.risk_token_files"),
        .choice("log.level", LogLevelName.allCases.map(\.rawValue), LogLevelName.info.rawValue),
        .integer("runtime.event_loop_count", 0...64, 0),
        .integer("runtime.shutdown_seconds", 1...600, 30),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The key of this name.
    ///
    /// - Throws: ``SettingsError/unknownKey(_:nearest:origin:)``.
    static func key(_ name: String, origin: SettingsOrigin) throws(SettingsError) -> SettingKey {
        guard let key = byName[name] else {
            throw .unknownKey(String(name.prefix(80)), nearest: nearest(to: name), origin: origin)
        }
        return key
    }

    /// Whether the name stands for a group of keys.
    static func isSection(_ name: String) -> Bool {
        all.contains { $0.name.hasPrefix(name + ".") }
    }

    /// The known key with the smallest edit distance.
    static func nearest(to name: String) -> String {
        let wanted = Array(name.utf8.prefix(SettingsLimits.textByteCountMax))
        let ranked = all.map { ($0.name, EditDistance.between(wanted, Array($0.name.utf8))) }
        return ranked.min { $0.1 < $1.1 }?.0 ?? ""
    }
}
