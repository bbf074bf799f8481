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
    /// When its latest notice was taken, Unix milliseconds.
    let toldMillis: Int64
    /// When the first of the latest answers in a row came that did not list it, Unix milliseconds; nil: the latest one listed it, or there is none.
    var unlistedSinceMillis: Int64?

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

    /// An answer lists it, or a closed function.
    mutating func list(nowMillis: Int64) {
        isListed = true
        unlistedSinceMillis = nil
        settle(nowMillis: nowMillis)
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
        writer.member("told", toldMillis)
        if let unlistedSinceMillis { writer.member("unlisted_since", unlistedSinceMillis) }
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
        // Rows without the moment are of notices that are long past.
        self.init(
            caseID: caseID, merchantID: merchantID, isByCase: isByCase, dueMillis: due,
            toldMillis: root["told"]?.int64 ?? 0)
        self.isListed = isListed
        tryCount = tries
        unlistedSinceMillis = root["unlisted_since"]?.int64
    }

    /// A new one, of a notice that was taken at that moment.
    init(caseID: String, merchantID: String, isByCase: Bool, dueMillis: Int64, toldMillis: Int64) {
        self.toldMillis = toldMillis
        self.caseID = caseID
        self.merchantID = merchantID
        self.isByCase = isByCase
        self.dueMillis = dueMillis
    }
}
