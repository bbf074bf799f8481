public import BoundedJSON

/// The report's JSON: what the API answers and the store keeps. Members are only ever added.
extension ReconciliationReport {
    /// Writes the report as an object.
    public func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("date", day.description)
        writer.key("layout")
        if let layout { writer.string(layout.rawValue) } else { writer.null() }
        writer.member("lines", lineCount)
        writer.member("sha1", sha1)
        writer.member("hash_check", hashCheck.rawValue)
        writer.member("clean", isClean)
        if isUnconfirmed { writer.member("unconfirmed", true) }
        writer.tally("payments", payments)
        writer.tally("refunds", refunds)
        writer.tally("received", received)
        classes.write(into: &writer)
        writer.key("refund_states")
        writer.beginArray()
        for state in refundStates {
            writer.beginObject()
            writer.member("state", state.state)
            writer.member("count", state.tally.count)
            writer.member("amount", state.tally.amount)
            writer.endObject()
        }
        writer.endArray()
        writer.key("summary_mismatches")
        writer.beginArray()
        for mismatch in summaryMismatches {
            writer.beginObject()
            writer.member("column", mismatch.column)
            writer.member("stated", mismatch.stated)
            writer.member("found", mismatch.found)
            writer.endObject()
        }
        writer.endArray()
        writer.key("merchants")
        writer.beginArray()
        for merchant in merchants { merchant.write(into: &writer) }
        writer.endArray()
        writer.key("findings")
        writer.beginArray()
        for finding in findings { finding.write(into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    /// The report's bytes.
    public func encode() -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 4_096)
        write(into: &writer)
        return writer.bytes
    }

    /// Reads ``encode()``'s bytes; nil for anything else.
    public static func decode(_ bytes: [UInt8]) -> ReconciliationReport? {
        let limits = JSONLimits(
            byteCountMax: TradeBillLimits.reportByteCountMax, depthMax: 8,
            nodeCountMax: TradeBillLimits.reportNodeCountMax)
        guard let root = try? JSONValue.parse(bytes, limits: limits), let date = root["date"]?.string,
            let day = BeijingDay(date), let classes = ClassTallies(root["classes"])
        else { return nil }
        var report = ReconciliationReport(day: day)
        report.layout = root["layout"]?.string.flatMap(TradeBillLayout.init)
        report.lineCount = Int(root["lines"]?.int64 ?? 0)
        report.sha1 = root["sha1"]?.string ?? ""
        report.hashCheck = root["hash_check"]?.string.flatMap(HashCheck.init) ?? .none
        report.isUnconfirmed = root["unconfirmed"]?.bool ?? false
        report.payments = Tally(root["payments"])
        report.refunds = Tally(root["refunds"])
        report.received = Tally(root["received"])
        report.classes = classes
        report.refundStates = (root["refund_states"]?.array ?? []).map {
            RefundState(state: $0["state"]?.string ?? "", tally: Tally($0))
        }
        report.summaryMismatches = (root["summary_mismatches"]?.array ?? []).map {
            TradeBillSummary.Mismatch(
                column: $0["column"]?.string ?? "", stated: $0["stated"]?.int64 ?? 0, found: $0["found"]?.int64 ?? 0)
        }
        report.merchants = (root["merchants"]?.array ?? []).map(Merchant.init)
        report.findings = (root["findings"]?.array ?? []).compactMap(ReconciliationFinding.init)
        return report
    }
}

extension ReconciliationReport.Merchant {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("merchant_id", merchantID)
        writer.tally("payments", payments)
        writer.tally("refunds", refunds)
        classes.write(into: &writer)
        writer.endObject()
    }

    fileprivate init(_ value: JSONValue) {
        self.init(
            merchantID: value["merchant_id"]?.string ?? "", payments: Tally(value["payments"]),
            refunds: Tally(value["refunds"]), classes: ClassTallies(value["classes"]) ?? ClassTallies())
    }
}

extension ReconciliationFinding {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("class", kind.rawValue)
        writer.number("line", line.map(Int64.init))
        writer.member("merchant_id", merchantID)
        writer.member("transaction_id", transactionID)
        writer.member("out_trade_no", outTradeNo)
        writer.number("bill_amount", billAmount)
        writer.number("bill_payer_amount", billPayerAmount)
        writer.number("local_amount", localAmount)
        writer.number("local_payer_amount", localPayerAmount)
        writer.member("remark", remark)
        writer.endObject()
    }

    fileprivate init?(_ value: JSONValue) {
        guard let kind = value["class"]?.string.flatMap(ReconciliationClass.init) else { return nil }
        self.init(
            kind: kind, line: value["line"]?.int64.map { Int($0) }, merchantID: value["merchant_id"]?.string ?? "",
            transactionID: value["transaction_id"]?.string ?? "", outTradeNo: value["out_trade_no"]?.string ?? "",
            billAmount: value["bill_amount"]?.int64, billPayerAmount: value["bill_payer_amount"]?.int64,
            localAmount: value["local_amount"]?.int64, localPayerAmount: value["local_payer_amount"]?.int64,
            remark: value["remark"]?.string ?? "")
    }
}

extension ClassTallies {
    /// Writes the member `classes`: an object of the classes that are not empty.
    public func write(into writer: inout JSONWriter) {
        writer.key("classes")
        writer.beginObject()
        for kind in ReconciliationClass.allCases where self[kind].count > 0 || kind == .matched {
            writer.tally(kind.rawValue, self[kind])
        }
        writer.endObject()
    }

    /// Reads such an object; nil where there is none.
    public init?(_ value: JSONValue?) {
        guard let members = value?.members else { return nil }
        self.init()
        for (name, member) in members {
            guard let kind = ReconciliationClass(rawValue: name) else { continue }
            self[kind] = Tally(member)
        }
    }
}

extension Tally {
    fileprivate init(_ value: JSONValue?) {
        self.init(count: value?["count"]?.int64 ?? 0, amount: value?["amount"]?.int64 ?? 0)
    }
}

extension JSONWriter {
    fileprivate mutating func tally(_ name: String, _ tally: Tally) {
        key(name)
        beginObject()
        member("count", tally.count)
        member("amount", tally.amount)
        endObject()
    }

    fileprivate mutating func number(_ name: String, _ value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }
}
