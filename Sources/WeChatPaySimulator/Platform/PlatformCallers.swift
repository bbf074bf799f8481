internal import AccessControl
internal import Synchronization

/// Who may call the platform: the provider, and merchants of direct orders, for which the provider's key signs too. Thread-safe.
final class PlatformCallers: Sendable {
    private struct State {
        var merchantIDs: [String]
        var verifier: MerchantAPIVerifier
    }

    private let serial: String
    private let publicKeyPEM: String
    private let state: Mutex<State>

    init(keys: SimulatorKeys) throws(SimulatorError) {
        serial = keys.providerSerial
        publicKeyPEM = keys.providerKey.publicKeyPEM
        let merchantIDs = [SimulatedMerchant.providerMerchantID]
        state = Mutex(
            State(
                merchantIDs: merchantIDs,
                verifier: try Self.verifier(merchantIDs, serial: serial, publicKeyPEM: publicKeyPEM)))
    }

    /// Checks a signed request.
    var verifier: MerchantAPIVerifier { state.withLock { $0.verifier } }

    /// A merchant may call for itself from now on.
    func admit(_ merchantID: String) throws(SimulatorError) {
        try state.withLock { state throws(SimulatorError) in
            guard !state.merchantIDs.contains(merchantID) else { return }
            guard state.merchantIDs.count < SimulatorLimits.platformCallerCountMax else {
                throw .keys("at most \(SimulatorLimits.platformCallerCountMax) merchants may call for themselves")
            }
            state.merchantIDs.append(merchantID)
            state.verifier = try Self.verifier(state.merchantIDs, serial: serial, publicKeyPEM: publicKeyPEM)
        }
    }

    private static func verifier(
        _ merchantIDs: [String], serial: String, publicKeyPEM: String
    ) throws(SimulatorError) -> MerchantAPIVerifier {
        do {
            return try MerchantAPIVerifier(keys: merchantIDs.map { ($0, serial, publicKeyPEM) })
        } catch {
            throw .keys("the provider's key: \(error)")
        }
    }
}
