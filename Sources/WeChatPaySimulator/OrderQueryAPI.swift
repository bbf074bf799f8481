internal import AccessControl
internal import BoundedJSON
public import HTTPDataPlane
public import MessageModel
internal import NIOCore
internal import PaymentNotice

/// The platform's order query (wechat-pay §4, partner mode): requests verified by the provider's key, answers signed.
///
///     GET /v3/pay/partner/transactions/id/{transaction_id}?sp_mchid=&sub_mchid=
///     GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}?sp_mchid=&sub_mchid=
///
/// Thread-safe.
public struct OrderQueryAPI: DataPlaneHandler {
    private static let byTransaction = "/v3/pay/partner/transactions/id/"
    private static let byOrderNumber = "/v3/pay/partner/transactions/out-trade-no/"

    private let book: OrderBook
    private let verifier: MerchantAPIVerifier
    private let factory: NoticeFactory
    private let time: any TimeSource

    /// The query over one book.
    /// - Throws: ``SimulatorError/keys(_:)``.
    public init(book: OrderBook, keys: SimulatorKeys, time: any TimeSource) throws(SimulatorError) {
        do {
            verifier = try MerchantAPIVerifier(keys: [
                (SimulatedMerchant.providerMerchantID, keys.providerSerial, keys.providerKey.publicKeyPEM)
            ])
        } catch {
            throw .keys("the provider's key: \(error)")
        }
        self.book = book
        self.factory = NoticeFactory(keys)
        self.time = time
    }

    /// Answers every query at once.
    public func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(answer(exchange.request)) }
    }

    func answer(_ request: DataPlaneRequest) -> DataPlaneResponse {
        let target = request.path + (request.query.map { "?\($0)" } ?? "")
        let check = verifier.verify(
            authorization: request.headers["authorization"], method: request.method, pathAndQuery: target,
            body: Array(request.body.readableBytesView), nowSeconds: time.unixSeconds)
        guard case .ok(let caller) = check else { return Self.failure(401, "SIGN_ERROR", "sign not match") }
        guard request.method == "GET" else { return Self.failure(405, "INVALID_REQUEST", "only GET is allowed") }
        let query = Self.parameters(request.query ?? "")
        guard query["sp_mchid"] == caller, let merchantID = query["sub_mchid"] else {
            return Self.failure(400, "PARAM_ERROR", "sp_mchid of the caller and sub_mchid are needed")
        }
        guard let order = order(request.path, merchantID: merchantID) else {
            return Self.failure(404, "ORDER_NOT_EXIST", "there is no such order")
        }
        return signed(Self.body(order))
    }

    private func order(_ path: String, merchantID: String) -> OrderBook.Order? {
        if path.hasPrefix(Self.byTransaction) {
            let order = book.order(transactionID: String(path.dropFirst(Self.byTransaction.count)))
            return order?.payment.merchantID == merchantID ? order : nil
        }
        guard path.hasPrefix(Self.byOrderNumber) else { return nil }
        return book.order(merchantID: merchantID, outTradeNo: String(path.dropFirst(Self.byOrderNumber.count)))
    }

    private func signed(_ body: [UInt8]) -> DataPlaneResponse {
        let headers = try? factory.headers(
            body: body, nowSeconds: time.unixSeconds, signedBy: .certificate, hasRequestID: false)
        guard let headers else { return Self.failure(500, "SYSTEM_ERROR", "signing failed") }
        return DataPlaneResponse(status: 200, headers: HTTPFields(named: headers), body: ByteBuffer(bytes: body))
    }

    /// A paid order in full; of an unpaid one only what is known (wechat-pay §4, query answer).
    private static func body(_ order: OrderBook.Order) -> [UInt8] {
        if let paidAtMillis = order.paidAtMillis {
            return order.payment.transaction(paidAtMillis: paidAtMillis).encode()
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sp_mchid", SimulatedMerchant.providerMerchantID)
        writer.member("sub_mchid", order.payment.merchantID)
        writer.member("out_trade_no", order.payment.outTradeNo)
        writer.member("trade_state", "NOTPAY")
        writer.member("trade_state_desc", "订单未支付")
        writer.endObject()
        return writer.bytes
    }

    /// Error answers carry no signature (wechat-pay §1.9).
    private static func failure(_ status: Int, _ code: String, _ message: String) -> DataPlaneResponse {
        .json(status: status, "{\"code\":\"\(code)\",\"message\":\"\(message)\"}")
    }

    private static func parameters(_ query: String) -> [String: String] {
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}
