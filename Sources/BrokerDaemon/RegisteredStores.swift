internal import Merchants
internal import PaymentEntry

/// The registry as whoever enters payments sees it.
struct RegisteredStores: StoreDirectory {
    let merchants: MerchantDirectory

    func storeID(merchantID: String, deviceID: String) -> String {
        merchants.storeID(merchant: merchantID, device: deviceID)
    }
}
