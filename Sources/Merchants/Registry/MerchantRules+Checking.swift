internal import PushSchedule

extension MerchantRules {
    /// The merchant that a registration asks for, all members checked.
    ///
    /// - Parameter stored: the merchant as registered before, whose secrets stand in where the registration has none.
    /// - Throws: ``MerchantError/invalid(member:allowed:)`` for the first member that breaks its rule.
    func merchant(_ asked: MerchantRegistration, stored: Merchant?, revision: UInt64) throws(MerchantError) -> Merchant
    {
        try require(MerchantText.isMerchantID(asked.merchantID), "merchant_id", "1 to 32 letters, digits, - or _")
        try require(
            MerchantText.isShown(asked.name, byteCountMax: MerchantLimits.nameByteCountMax), "name",
            "at most \(MerchantLimits.nameByteCountMax) bytes without control characters")
        try check(asked.stores)
        return Merchant(
            merchantID: asked.merchantID, name: asked.name, state: asked.state, stores: asked.stores,
            endpoint: try endpoint(asked.endpoint, stored: stored?.endpoint), revision: revision)
    }

    private func check(_ stores: [MerchantStore]) throws(MerchantError) {
        try require(
            stores.count <= MerchantLimits.storeCountMax, "stores",
            "at most \(MerchantLimits.storeCountMax) are allowed")
        var seenStores: Set<String> = []
        var seenDevices: Set<String> = []
        let shape =
            "1 to \(MerchantLimits.placeIDByteCountMax) bytes without control characters, each once for a merchant"
        for store in stores {
            try require(
                MerchantText.isPlaceID(store.storeID) && seenStores.insert(store.storeID).inserted, "store_id", shape)
            try require(
                store.deviceIDs.count <= MerchantLimits.deviceCountPerStoreMax, "device_ids",
                "at most \(MerchantLimits.deviceCountPerStoreMax) in a store are allowed")
            for device in store.deviceIDs {
                try require(MerchantText.isPlaceID(device) && seenDevices.insert(device).inserted, "device_ids", shape)
            }
        }
    }

    private func endpoint(
        _ asked: MerchantRegistration.Endpoint?, stored: MerchantEndpoint?
    ) throws(MerchantError) -> MerchantEndpoint? {
        guard let asked else { return nil }
        try require(
            asked.url.utf8.count <= MerchantLimits.urlByteCountMax, "endpoint.url",
            "at most \(MerchantLimits.urlByteCountMax) bytes are allowed")
        if let wrong = endpointURL(asked.url) { throw .invalid(member: "endpoint.url", allowed: wrong) }
        let secrets = asked.secrets ?? stored?.secrets ?? []
        try check(secrets: secrets)
        try check(asked.ackMode)
        try check(asked.ladder)
        let range = MerchantLimits.timeoutMillis
        try require(
            asked.timeoutMillis.map(range.contains) ?? true, "endpoint.timeout_millis",
            "\(range.lowerBound) to \(range.upperBound) milliseconds are allowed")
        return MerchantEndpoint(
            url: asked.url, secrets: secrets, ackMode: asked.ackMode, ladder: asked.ladder,
            timeoutMillis: asked.timeoutMillis)
    }

    private func check(secrets: [String]) throws(MerchantError) {
        try require(
            1...MerchantLimits.secretCountMax ~= secrets.count && Set(secrets).count == secrets.count,
            "endpoint.secrets",
            "1 to \(MerchantLimits.secretCountMax) different signing keys are needed, newest first")
        for secret in secrets {
            if let wrong = signingKey(secret) { throw .invalid(member: "endpoint.secrets", allowed: wrong) }
        }
    }

    private func check(_ mode: EndpointAckMode) throws(MerchantError) {
        guard case .body(let texts) = mode else { return }
        let isFine =
            1...MerchantLimits.ackBodyCountMax ~= texts.count
            && texts.allSatisfy { 1...MerchantLimits.ackBodyByteCountMax ~= $0.utf8.count }
        try require(
            isFine, "endpoint.ack_bodies",
            "1 to \(MerchantLimits.ackBodyCountMax) texts of 1 to \(MerchantLimits.ackBodyByteCountMax) bytes are allowed"
        )
    }

    private func check(_ ladder: EndpointLadder?) throws(MerchantError) {
        do throws(RetryLadderError) {
            _ = try ladder?.ladder()
        } catch {
            throw .invalid(member: "endpoint.ladder_delays_millis", allowed: "\(error)")
        }
    }

    private func require(_ isFine: Bool, _ member: String, _ allowed: String) throws(MerchantError) {
        guard isFine else { throw .invalid(member: member, allowed: allowed) }
    }
}
