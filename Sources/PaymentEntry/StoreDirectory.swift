/// Tells in which store a terminal stands: what whoever enters payments needs of the merchant registry.
///
/// Asked on event loops: an answer comes from memory and never blocks. Thread-safe.
public protocol StoreDirectory: Sendable {
    /// The store of the terminal `deviceID` of the merchant; empty where it is not known, which is no error.
    func storeID(merchantID: String, deviceID: String) -> String
}
