internal import Merchants
internal import TopicConsumer

/// The registry as the consumers of the topic see it.
struct RegisteredMerchants: KnownMerchants {
    let merchants: MerchantDirectory

    func isKnown(merchantID: String) -> Bool { merchants.merchant(merchantID) != nil }
}
