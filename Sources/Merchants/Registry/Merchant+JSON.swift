public import BoundedJSON

extension Merchant {
    /// Appends the merchant as it is shown: secrets are replaced by their count.
    public func show(into writer: inout JSONWriter) { write(into: &writer, withSecrets: false) }

    /// The merchant with its secrets, as it is stored.
    func encoded() -> [UInt8] {
        var writer = JSONWriter()
        write(into: &writer, withSecrets: true)
        return writer.bytes
    }

    /// Reads what ``encoded()`` wrote.
    ///
    /// - Throws: ``MerchantError/malformed(_:)`` where it did not.
    static func decoded(_ bytes: [UInt8]) throws(MerchantError) -> Merchant {
        let limits = JSONLimits(byteCountMax: MerchantLimits.recordByteCountMax)
        let root = try MerchantRegistration.parse(bytes, limits: limits)
        guard let revision = root["revision"]?.int64, revision >= 0, let merchant = root["merchant"] else {
            throw .malformed("a stored merchant lacks its revision")
        }
        let stored = try MerchantRegistration(merchant, merchantID: nil)
        let endpoint = stored.endpoint.map {
            MerchantEndpoint(
                url: $0.url, secrets: $0.secrets ?? [], ackMode: $0.ackMode, ladder: $0.ladder,
                timeoutMillis: $0.timeoutMillis)
        }
        return Merchant(
            merchantID: stored.merchantID, name: stored.name, state: stored.state, stores: stored.stores,
            endpoint: endpoint, revision: UInt64(revision))
    }

    private func write(into writer: inout JSONWriter, withSecrets: Bool) {
        writer.beginObject()
        if withSecrets {
            writer.member("revision", Int64(clamping: revision))
            writer.key("merchant")
            writer.beginObject()
        }
        writer.member("merchant_id", merchantID)
        writer.member("name", name)
        writer.member("state", state.rawValue)
        writeStores(into: &writer)
        writer.key("endpoint")
        if let endpoint { endpoint.write(into: &writer, withSecrets: withSecrets) } else { writer.null() }
        if withSecrets { writer.endObject() } else { writer.member("revision", Int64(clamping: revision)) }
        writer.endObject()
    }

    private func writeStores(into writer: inout JSONWriter) {
        writer.key("stores")
        writer.beginArray()
        for store in stores {
            writer.beginObject()
            writer.member("store_id", store.storeID)
            writer.texts("device_ids", store.deviceIDs)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension MerchantEndpoint {
    fileprivate func write(into writer: inout JSONWriter, withSecrets: Bool) {
        writer.beginObject()
        writer.member("url", url)
        if withSecrets { writer.texts("secrets", secrets) } else { writer.member("secret_count", secrets.count) }
        switch ackMode {
        case .status: writer.member("ack_mode", "status")
        case .code: writer.member("ack_mode", "code")
        case .body(let texts):
            writer.member("ack_mode", "body")
            writer.texts("ack_bodies", texts)
        }
        write(ladder, into: &writer)
        if let timeoutMillis { writer.member("timeout_millis", timeoutMillis) }
        writer.endObject()
    }

    private func write(_ ladder: EndpointLadder?, into writer: inout JSONWriter) {
        switch ladder {
        case nil: break
        case .standard: writer.member("ladder", "standard")
        case .wechat: writer.member("ladder", "wechat")
        case .alipay: writer.member("ladder", "alipay")
        case .custom(let delays):
            writer.member("ladder", "custom")
            writer.key("ladder_delays_millis")
            writer.beginArray()
            for delay in delays { writer.integer(Int64(delay)) }
            writer.endArray()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func texts(_ name: String, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
