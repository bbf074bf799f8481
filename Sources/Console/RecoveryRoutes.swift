internal import BoundedJSON
internal import Hummingbird
internal import PaymentEntry
internal import PaymentNotice

/// `/admin/v1/recovery`: announced orders, and asking for one now.
struct RecoveryRoutes: Sendable {
    let desk: any RecoveryDesk

    func add(to group: RouterGroup<BasicRequestContext>) {
        group.get("recovery") { _, _ in show(await desk.report()) }
        group.post("recovery/orders") { request, _ in try await ask(try await request.json()) }
    }

    private func show(_ report: RecoveryReport) -> JSONAnswer {
        JSONAnswer { writer in
            writer.member("open", report.announcements.openCount)
            writer.member("announced", Int64(clamping: report.announcements.announced))
            writer.member("settled", Int64(clamping: report.announcements.settled))
            writer.member("repeated", Int64(clamping: report.announcements.repeated))
            writer.member("not_remembered", Int64(clamping: report.announcements.overflowed))
            writer.member("unaskable", Int64(clamping: report.announcements.unaskable))
            writer.member("in_flight", report.inFlightCount)
            writer.time("next_due", report.nextDueMillis)
            writer.time("oldest_announced", report.oldestAnnouncedMillis)
            writer.time("paused_until", report.pausedUntilMillis)
            writer.counts("answers", report.answers)
            writer.counts("dropped", report.dropped)
            writer.member("found_orders", Int64(clamping: report.foundOrders))
            writer.member("refunded_orders", Int64(clamping: report.refundedOrders))
            writer.member("found_refunds", Int64(clamping: report.foundRefunds))
            writer.member("duplicates", Int64(clamping: report.duplicates))
            writer.member("mismatches", Int64(clamping: report.mismatches))
            writer.member("unreadable_rows", Int64(clamping: report.unreadableRows))
            writer.key("found")
            writer.beginArray()
            for entry in report.found { entry.show(into: &writer) }
            writer.endArray()
        }
    }

    private func ask(_ body: JSONValue) async throws -> JSONAnswer {
        guard let members = body.members, members.count == 2, let merchantID = body["merchant_id"]?.string,
            let outTradeNo = body["out_trade_no"]?.string
        else { throw ConsoleError.badRequest("the body must be {\"merchant_id\":\"…\",\"out_trade_no\":\"…\"}") }
        let answer = try await desk.ask(merchantID: merchantID, outTradeNo: outTradeNo)
        return JSONAnswer { writer in
            writer.member("merchant_id", merchantID)
            writer.member("out_trade_no", outTradeNo)
            writer.member("answer", answer.answer)
            writer.member("trade_state", answer.tradeState)
            writer.member("was_announced", answer.wasAnnounced)
            writer.key("transaction_id")
            if let id = answer.transactionID { writer.string(id) } else { writer.null() }
            writer.key("amount")
            if let amount = answer.amountFen { writer.integer(amount) } else { writer.null() }
            writer.key("entered")
            if let fate = answer.fate { writer.string(fate.name) } else { writer.null() }
        }
    }
}

extension EntryFate {
    /// The word for operators.
    fileprivate var name: String {
        switch self {
        case .stored: "stored"
        case .duplicate: "duplicate"
        case .notStored(let error): "not stored: \(error)"
        }
    }
}

extension FoundEntry {
    fileprivate func show(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", key.kind == .order ? "order" : "refund")
        writer.member("merchant_id", key.merchantID)
        writer.member(key.kind == .order ? "out_trade_no" : "out_refund_no", key.number)
        writer.member(key.kind == .order ? "transaction_id" : "refund_id", platformNumber)
        writer.member("amount", amountFen)
        writer.time("announced", announcedAtMillis)
        writer.time("found", foundAtMillis)
        writer.member("entered", isNew ? "stored" : "duplicate")
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func time(_ name: String, _ millis: Int64?) {
        key(name)
        if let millis { string(RFC3339.utcText(millis: millis)) } else { null() }
    }

    fileprivate mutating func counts(_ name: String, _ counts: [(name: String, count: UInt64)]) {
        key(name)
        beginObject()
        for one in counts { member(one.name, Int64(clamping: one.count)) }
        endObject()
    }
}
