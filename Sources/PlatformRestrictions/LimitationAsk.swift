internal import BoundedJSON

/// A case the platform is asked about: which functions it has closed, and when it has ended.
struct LimitationAsk: Sendable, Equatable {
    /// The case.
    let caseID: String
    /// Whose it is.
    let merchantID: String
    /// Whether the platform lists the case under its id; otherwise only the merchant's functions tell.
    let isByCase: Bool
    /// Whether an answer has listed it, or a closed function, before.
    var isListed = false
    /// When it is asked next, Unix milliseconds.
    var dueMillis: Int64
    /// Answers in a row that settled nothing.
    var tryCount: Int64 = 0

    /// Asked again after the pause that this many tries stand for.
    mutating func putOff(nowMillis: Int64) {
        let pause = PlatformRestrictionsLimits.askPauseMillisMin << min(tryCount, 10)
        dueMillis = nowMillis + min(pause, PlatformRestrictionsLimits.askPauseMillisMax)
        tryCount += 1
    }

    /// Looked at again in the regular poll.
    mutating func settle(nowMillis: Int64) {
        dueMillis = nowMillis + PlatformRestrictionsLimits.pollMillis
        tryCount = 0
    }

    /// Bytes of its row.
    func encoded() -> [UInt8] {
        var writer = JSONWriter(reservingByteCount: 160)
        writer.beginObject()
        writer.member("version", 1)
        writer.member("case_id", caseID)
        writer.member("merchant_id", merchantID)
        writer.member("by_case", isByCase)
        writer.member("listed", isListed)
        writer.member("due", dueMillis)
        writer.member("tries", tryCount)
        writer.endObject()
        return writer.bytes
    }

    /// Reads ``encoded()``; nil for anything else.
    init?(encoded bytes: [UInt8]) {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == 1, let caseID = root["case_id"]?.string,
            let merchantID = root["merchant_id"]?.string, let isByCase = root["by_case"]?.bool,
            let isListed = root["listed"]?.bool, let due = root["due"]?.int64, let tries = root["tries"]?.int64,
            tries >= 0
        else { return nil }
        self.init(caseID: caseID, merchantID: merchantID, isByCase: isByCase, dueMillis: due)
        self.isListed = isListed
        tryCount = tries
    }

    /// A new one.
    init(caseID: String, merchantID: String, isByCase: Bool, dueMillis: Int64) {
        self.caseID = caseID
        self.merchantID = merchantID
        self.isByCase = isByCase
        self.dueMillis = dueMillis
    }
}
