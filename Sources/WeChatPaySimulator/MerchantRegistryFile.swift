internal import AccessControl
internal import BoundedJSON
public import Webhooks

/// What the daemon is told about the merchants: the registry file it starts with, the registration of one by API.
public struct MerchantRegistryFile: Sendable {
    /// Where one merchant takes orders, and the key that signs them.
    public struct Endpoint: Sendable {
        let url: String
        let secret: WebhookSecret

        /// An endpoint.
        public init(url: String, secret: WebhookSecret) {
            self.url = url
            self.secret = secret
        }
    }

    /// The merchants with their endpoints; one without an endpoint is registered, but its orders wait.
    let entries: [(merchant: SimulatedMerchant, endpoint: Endpoint?)]

    /// A file with these merchants.
    public init(_ entries: [(merchant: SimulatedMerchant, endpoint: Endpoint?)]) {
        self.entries = entries
    }

    /// Writes the file; it holds the merchants' secrets.
    public func write(path: String) throws(SimulatorError) {
        var writer = JSONWriter(reservingByteCount: 4_096)
        writer.beginObject()
        writer.key("merchants")
        writer.beginArray()
        for (merchant, endpoint) in entries {
            writer.beginObject()
            writer.member("merchant_id", merchant.merchantID)
            Self.write(merchant, endpoint, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        do {
            try SecretFile.create(path: path, writer.bytes)
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// The body of a registration by the operator's API.
    static func registration(_ merchant: SimulatedMerchant, _ endpoint: Endpoint?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        write(merchant, endpoint, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ merchant: SimulatedMerchant, _ endpoint: Endpoint?, to writer: inout JSONWriter) {
        writer.member("name", merchant.name)
        writer.key("stores")
        writer.beginArray()
        for shop in merchant.shops {
            writer.beginObject()
            writer.member("store_id", shop.storeID)
            writer.strings("device_ids", shop.deviceIDs)
            writer.endObject()
        }
        writer.endArray()
        guard let endpoint else { return }
        writer.object("endpoint") { writer in
            writer.member("url", endpoint.url)
            writer.strings("secrets", [endpoint.secret.text])
        }
    }
}
