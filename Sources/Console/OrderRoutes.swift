internal import BoundedJSON
internal import Engine
internal import Hummingbird
internal import MessageModel
internal import PaymentNotice
internal import Tillwire

/// `/admin/v1/orders`.
struct OrderRoutes<E: Engine>: Sendable {
    let services: ConsoleServices<E>

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("orders/:id") { _, context in try await show(context.parameters.require("id")) }
    }

    private func show(_ transactionID: String) async throws -> JSONAnswer {
        let key = Bytes(transactionID)
        guard 1...Limits.orderKeyByteCountMax ~= key.count else {
            let most = Limits.orderKeyByteCountMax
            throw ConsoleError.badRequest("a transaction id has 1 to \(most) bytes")
        }
        guard let row = try await services.broker.row(.orders, key: key) else {
            throw ConsoleError.notFound("no order has this transaction id")
        }
        do {
            let record = try OrderRecord.decode(Array(row.slice))
            return JSONAnswer { record.show(into: &$0, transactionID: transactionID) }
        } catch {
            throw BrokerError.corrupted("the order's row: \(error)")
        }
    }
}

extension OrderRecord {
    fileprivate func show(into writer: inout JSONWriter, transactionID: String) {
        writer.member("transaction_id", transactionID)
        writer.member("state", state.name)
        writer.member("merchant_id", merchantID)
        writer.member("out_trade_no", outTradeNo)
        writer.member("amount", amount)
        writer.member("payer_amount", payerAmount)
        writer.member("source", source.rawValue)
        writer.member("paid_under_restriction", isProhibited)
        writer.member("repeat_count", Int64(repeatCount))
        writer.member("attempt_count", Int64(attemptCount))
        writer.member("last_outcome", lastOutcome)
        writer.time("received", receivedAtMillis)
        writer.time("first_push", firstPushAtMillis)
        writer.time("last_push", lastPushAtMillis)
        writer.time("next_due", nextDueAtMillis)
        writer.time("acknowledged", acknowledgedAtMillis)
        writer.member(
            "body_sha256",
            bodyHash.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined())
    }
}

extension OrderState {
    fileprivate var name: String {
        switch self {
        case .waiting: "waiting"
        case .held: "held"
        case .acknowledged: "acknowledged"
        case .dead: "dead"
        }
    }
}

extension JSONWriter {
    fileprivate mutating func time(_ name: String, _ millis: Int64?) {
        key(name)
        if let millis { string(RFC3339.utcText(millis: millis)) } else { null() }
    }
}
