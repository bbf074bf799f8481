import BoundedJSON
import Engine
import Merchants
import MessageModel
import Synchronization
import Testing
import Tillwire

/// A clock that moves only by hand.
final class ManualClock: TimeSource {
    private let millis = Atomic<UInt64>(1_700_000_000_000)

    var now: Timestamp { Timestamp(milliseconds: millis.load(ordering: .relaxed)) }
    func advance(toAtLeast moment: Timestamp) { millis.store(moment.milliseconds, ordering: .relaxed) }
    func pass(_ milliseconds: UInt64) { millis.wrappingAdd(milliseconds, ordering: .relaxed) }
    func realMilliseconds(for milliseconds: UInt64) -> UInt64? { nil }
    func onJump(_ body: @escaping @Sendable () -> Void) {}
}

/// Rules that take https URLs and keys that begin with `whsec_`.
let sampleRules = MerchantRules(
    endpointURL: { $0.hasPrefix("https://") ? nil : "only https is allowed" },
    signingKey: { $0.hasPrefix("whsec_") ? nil : "a key begins with whsec_" })

/// A registration from the JSON of a PUT.
func registration(_ json: String, _ merchantID: String? = "1900000109") throws -> MerchantRegistration {
    try MerchantRegistration(try JSONValue.parse(Array(json.utf8)), merchantID: merchantID)
}

/// What a registration is refused with.
func refusal(_ json: String, _ merchantID: String? = "1900000109") -> String? {
    do {
        _ = try registration(json, merchantID)
        return nil
    } catch {
        return "\(error)"
    }
}
