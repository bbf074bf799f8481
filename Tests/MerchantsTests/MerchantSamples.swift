import BoundedJSON
import Engine
import Merchants
import MessageModel
import QueueStore
import TestSupport
import Tillwire

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

/// A registry over a broker, and what it fills.
struct RegistryUnderTest: Sendable {
    let broker: EmbeddedBroker
    let directory = MerchantDirectory()
    let registry: MerchantRegistry<Store>

    init(broker: EmbeddedBroker) {
        self.broker = broker
        registry = MerchantRegistry(broker: broker, rules: sampleRules, directory: directory)
    }

    /// Another registry over the same rows, loaded.
    func reopened() async throws -> (MerchantDirectory, MerchantRegistry<Store>) {
        let other = RegistryUnderTest(broker: broker)
        try await other.registry.load()
        return (other.directory, other.registry)
    }
}

/// A book over a broker, and what it fills.
struct BookUnderTest: Sendable {
    let broker: EmbeddedBroker
    let clock: ManualTimeSource
    let table = RestrictionTable()
    let book: RestrictionBook<Store>

    init(broker: EmbeddedBroker, clock: ManualTimeSource) {
        self.broker = broker
        self.clock = clock
        book = RestrictionBook(broker: broker, table: table, time: clock)
    }

    var now: Int64 { book.nowMillis }

    /// A request of risk control.
    func request(
        _ caseID: String, merchant: String = "m1", scope: RestrictionScope = .merchant, effective: Int64? = nil,
        expires: Int64? = nil, source: RestrictionSource = .risk
    ) -> RestrictionRequest {
        RestrictionRequest(
            caseID: caseID, merchantID: merchant, scope: scope, reasonCode: "FAKE_ORDERS", reasonText: "too many",
            source: source, effectiveAtMillis: effective, expiresAtMillis: expires)
    }

    /// The case in force at this moment.
    func inForce(
        _ merchant: String = "m1", store: String? = nil, device: String? = nil, in other: RestrictionTable? = nil
    ) -> String? {
        (other ?? table).restriction(merchant: merchant, store: store, device: device, atMillis: now)?.caseID
    }

    /// Another book over the same rows, loaded, and its table.
    func reopened() async throws -> (RestrictionTable, RestrictionBook<Store>) {
        let other = BookUnderTest(broker: broker, clock: clock)
        try await other.book.load()
        return (other.table, other.book)
    }
}

extension Broker where E == Store {
    /// Writes a row as some other program might have left it.
    func set(_ space: RowSpace, key: [UInt8], _ value: [UInt8]) async throws {
        try await commit(Transaction(rows: [RowChange(space: space, key: Bytes(key), value: Bytes(value))]))
    }
}
