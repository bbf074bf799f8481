internal import BoundedJSON

/// Changes of the platform's keys (wechat-pay §1.10).
extension ControlAPI {
    static let keyRoutes: [PlatformRoute<Interface>] = [
        route("POST", "/control/keys/rotate") { api, call throws(APIFault) in try api.rotate(call) },
        route("POST", "/control/keys/retire") { api, call throws(APIFault) in try api.retire() },
    ]

    private enum Target: String, CaseIterable {
        /// A further certificate.
        case certificate
        /// The public key takes over by share.
        case publicKey = "public_key"
    }

    private func rotate(_ call: ControlCall) throws(APIFault) -> ControlReply {
        let share = try call.share("mix") ?? 1
        guard try call.word("to", Target.self) != .publicKey else {
            core.ring.moveToPublicKey(share: share)
            return .object(200) { $0.member("serial", core.ring.publicKeyID) }
        }
        do {
            let serial = try core.ring.rotate(shareOfNew: share, nowSeconds: core.time.unixSeconds)
            return .object(200) { $0.member("serial", serial) }
        } catch {
            throw APIFault(409, "INVALID_REQUEST", "\(error)")
        }
    }

    private func retire() throws(APIFault) -> ControlReply {
        guard let serial = core.ring.retireOldest() else {
            throw APIFault(409, "INVALID_REQUEST", "the only certificate stays in force")
        }
        return .object(200) { $0.member("serial", serial) }
    }
}
