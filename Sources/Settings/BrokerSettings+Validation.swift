extension BrokerSettings {
    /// Checks what values must satisfy together.
    ///
    /// - Throws: ``SettingsError/inconsistent(_:)`` naming the keys and what is allowed.
    public func validate() throws(SettingsError) {
        try validatePaths()
        try validateWeChat()
        try validatePorts()
        try validatePush()
        try queueAPI.validate()
        guard (risk.callbackURL == nil) == (risk.callbackSecretFile == nil) else {
            throw .inconsistent("risk.callback_url and risk.callback_secret_file belong together: set both or none")
        }
    }

    private func validatePush() throws(SettingsError) {
        guard push.visibilityMillis >= push.attemptTimeoutMillis + 10_000 else {
            throw .inconsistent(
                "push.visibility_millis is \(push.visibilityMillis): at least push.attempt_timeout_millis and 10000, which is"
                    + " \(push.attemptTimeoutMillis + 10_000), so that no order comes back while its attempt is under way"
            )
        }
    }

    private func validatePaths() throws(SettingsError) {
        guard !store.path.isEmpty else { throw .inconsistent("store.path is empty: it must name a folder") }
        let lists = [
            ("access.operator_token_files", access.operatorTokenFiles),
            ("access.gate_token_files", access.gateTokenFiles), ("access.risk_token_files", access.riskTokenFiles),
        ]
        for (name, files) in lists where files.count > SettingsLimits.tokenFilesPerRoleMax {
            throw .inconsistent(
                "\(name) names \(files.count) files: at most \(SettingsLimits.tokenFilesPerRoleMax) are allowed")
        }
        for (name, host) in [
            ("notices.host", notices.host), ("admin.host", admin.host), ("gate.host", gate?.host ?? "-"),
        ]
        where host.isEmpty {
            throw .inconsistent("\(name) is empty: it must name an address to listen on")
        }
    }

    private func validateWeChat() throws(SettingsError) {
        guard wechat.isConfigured else { return }
        let hasKeys = !wechat.platformCertificates.isEmpty || !wechat.platformPublicKeys.isEmpty
        guard wechat.apiV3KeyFile != nil || wechat.apiV2KeyFile != nil && !hasKeys && wechat.platform == nil else {
            throw .inconsistent(
                "wechat.api_v3_key_file is missing: without the APIv3 key no notice can be read (wechat.api_v2_key_file alone takes"
                    + " notices of API v2 only)")
        }
        guard hasKeys || wechat.platform != nil || wechat.apiV3KeyFile == nil else {
            throw .inconsistent(
                "wechat.platform_certificates and wechat.platform_public_keys are empty: one key is needed, or wechat.api_url to fetch"
                    + " certificates from")
        }
        guard !wechat.providerMerchantIDs.isEmpty || !wechat.directMerchantIDs.isEmpty else {
            throw .inconsistent("wechat.sp_mchids and wechat.direct_mchids are empty: one number of ours is needed")
        }
        let ids = (wechat.platformCertificates + wechat.platformPublicKeys).map(\.id).filter { $0 != "*" }
        guard Set(ids).count == ids.count else {
            throw .inconsistent("wechat.platform_certificates and wechat.platform_public_keys name one id twice")
        }
    }

    private func validatePorts() throws(SettingsError) {
        var listeners = [("notices", notices), ("admin", admin)]
        if let gate { listeners.append(("gate", gate)) }
        if queueAPI.isConfigured { listeners.append(("queue_api", queueAPI.listener)) }
        for (index, listener) in listeners.enumerated() where listener.1.port != 0 {
            for other in listeners[..<index] where other.1.port == listener.1.port && other.1.host == listener.1.host {
                throw .inconsistent(
                    "\(other.0).port and \(listener.0).port are both \(listener.1.port): every listener needs its own")
            }
        }
    }
}
