internal import Merchants
internal import NoticeIngest

/// The registry as notice ingest sees it.
struct RegisteredStores: StoreDirectory {
    let merchants: MerchantDirectory

    func storeID(merchantID: String, deviceID: String) -> String {
        merchants.storeID(merchant: merchantID, device: deviceID)
    }
}
