/// Asks the platform for orders and refunds. Thread-safe.
///
/// A merchant that is one of our direct numbers is asked for by the direct path, any other by the partner path.
public protocol OrderQuery: Sendable {
    /// An order by the number its caller gave it.
    ///
    /// - Parameter merchantID: the merchant whose money it is.
    func order(merchantID: String, outTradeNo: String) async throws(PlatformCallError) -> OrderAnswer

    /// An order by the platform's number.
    ///
    /// - Parameter merchantID: the merchant whose money it is.
    func order(merchantID: String, transactionID: String) async throws(PlatformCallError) -> OrderAnswer

    /// A refund by the number its caller gave it.
    ///
    /// - Parameter merchantID: the merchant whose money it is.
    func refund(merchantID: String, outRefundNo: String) async throws(PlatformCallError) -> RefundAnswer
}

/// Asks the platform which functions of a merchant are closed. Thread-safe.
public protocol LimitationQuery: Sendable {
    /// The restrictions of one of our sub-merchants.
    func limitations(merchantID: String) async throws(PlatformCallError) -> LimitationAnswer
}

/// Asks the platform for its certificates. Thread-safe.
public protocol CertificateSource: Sendable {
    /// The list, each certificate sealed; see ``CertificateList/unchecked``.
    func certificates() async throws(PlatformCallError) -> CertificateList
}

/// Downloads trade bills. Thread-safe.
public protocol BillSource: Sendable {
    /// Downloads the bill of a Beijing day into a file, which is there only where this returns; a file of that path is replaced.
    ///
    /// - Parameter date: `YYYY-MM-DD`.
    func tradeBill(date: String, into path: String) async throws(PlatformCallError) -> BillDownload
}
