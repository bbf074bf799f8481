public import BoundedJSON

extension MerchantRegistration {
    /// Reads the body of a PUT, or an entry of the merchants file.
    ///
    /// - Parameter merchantID: the number in the request's path; nil where the object itself must hold `merchant_id`.
    /// - Throws: ``MerchantError/malformed(_:)`` naming the member and what is expected.
    public init(_ value: JSONValue, merchantID: String?) throws(MerchantError) {
        let known = ["merchant_id", "name", "state", "stores", "endpoint"]
        let source = try MemberSource(value, path: "", known: known)
        let inside = try source.text("merchant_id")
        if let merchantID, let inside, inside != merchantID {
            throw .malformed("merchant_id differs from the one in the path")
        }
        guard let id = merchantID ?? inside else { throw .malformed("merchant_id is missing") }
        self.init(
            merchantID: id, name: try source.text("name") ?? "", state: try Self.state(source),
            stores: try Self.stores(source), endpoint: try Endpoint(member: source.value("endpoint")))
    }

    /// Reads the entries of a merchants file: `{"merchants":[…]}`.
    ///
    /// - Throws: ``MerchantError/malformed(_:)`` naming the entry.
    static func file(_ bytes: [UInt8]) throws(MerchantError) -> [MerchantRegistration] {
        let limits = JSONLimits(
            byteCountMax: MerchantLimits.fileByteCountMax, nodeCountMax: MerchantLimits.fileNodeCountMax)
        let source = try MemberSource(try parse(bytes, limits: limits), path: "", known: ["merchants"])
        guard let entries = try source.elements("merchants") else { throw .malformed("merchants is missing") }
        var registrations: [MerchantRegistration] = []
        for (index, entry) in entries.enumerated() {
            do throws(MerchantError) {
                registrations.append(try MerchantRegistration(entry, merchantID: nil))
            } catch {
                throw .malformed("merchants[\(index)]: \(error)")
            }
        }
        return registrations
    }

    static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(MerchantError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue.parse(bytes, limits: limits)
        } catch {
            throw .malformed(error.description)
        }
    }

    private static func state(_ source: MemberSource) throws(MerchantError) -> MerchantState {
        guard let text = try source.text("state") else { return .active }
        guard let state = MerchantState(rawValue: text) else {
            throw .invalid(member: "state", allowed: "active or paused")
        }
        return state
    }

    private static func stores(_ source: MemberSource) throws(MerchantError) -> [MerchantStore] {
        var stores: [MerchantStore] = []
        for (index, element) in (try source.elements("stores") ?? []).enumerated() {
            let store = try MemberSource(element, path: "stores[\(index)]", known: ["store_id", "device_ids"])
            stores.append(
                MerchantStore(
                    storeID: try store.requiredText("store_id"), deviceIDs: try store.texts("device_ids") ?? []))
        }
        return stores
    }
}

extension MerchantRegistration.Endpoint {
    /// Reads the member `endpoint`; nil where there is none.
    fileprivate init?(member value: JSONValue?) throws(MerchantError) {
        guard let value else { return nil }
        let known = ["url", "secrets", "ack_mode", "ack_bodies", "ladder", "ladder_delays_millis", "timeout_millis"]
        let source = try MemberSource(value, path: "endpoint", known: known)
        self.init(
            url: try source.requiredText("url"), secrets: try source.texts("secrets"),
            ackMode: try readAckMode(source), ladder: try readLadder(source),
            timeoutMillis: try source.integer("timeout_millis"))
    }
}

private func readAckMode(_ source: MemberSource) throws(MerchantError) -> EndpointAckMode {
    let bodies = try source.texts("ack_bodies")
    let mode = try source.text("ack_mode") ?? (bodies == nil ? "status" : "body")
    guard mode == "body" || bodies == nil else {
        throw .invalid(member: "endpoint.ack_bodies", allowed: "only ack_mode body has them")
    }
    switch mode {
    case "status": return .status
    case "code": return .code
    case "body": return .body(bodies ?? ["success", "SUCCESS"])
    default: throw .invalid(member: "endpoint.ack_mode", allowed: "status, body or code")
    }
}

private func readLadder(_ source: MemberSource) throws(MerchantError) -> EndpointLadder? {
    let delays = try source.integers("ladder_delays_millis")
    let name = try source.text("ladder") ?? (delays == nil ? nil : "custom")
    guard name == "custom" || delays == nil else {
        throw .invalid(member: "endpoint.ladder_delays_millis", allowed: "only ladder custom has them")
    }
    switch name {
    case nil: return nil
    case "standard": return .standard
    case "wechat": return .wechat
    case "alipay": return .alipay
    case "custom": return .custom(delaysMillis: delays ?? [])
    default: throw .invalid(member: "endpoint.ladder", allowed: "standard, wechat, alipay or custom")
    }
}
