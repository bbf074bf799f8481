internal import BoundedJSON
internal import Engine
internal import Merchants
internal import MessageModel

/// What the platform announced: exact counts by outcome, and the latest one by one. A value; whoever owns it writes its rows.
struct AnnouncementLog: Sendable {
    private static let version: Int64 = 1

    private var counts: [MerchantAnnouncement.Outcome: UInt64] = [:]
    private var latest: [UInt16: MerchantAnnouncement] = [:]
    private var changed: Set<UInt16> = []

    /// Announcements of this outcome.
    func count(_ outcome: MerchantAnnouncement.Outcome) -> UInt64 { counts[outcome] ?? 0 }

    /// The latest, newest first.
    func entries(countMax: Int) -> [MerchantAnnouncement] {
        Array(latest.values.sorted { $0.number > $1.number }.prefix(max(countMax, 0)))
    }

    /// Counts and remembers one; its texts are cut.
    mutating func add(
        _ notice: AnnouncedNotice, text: String, outcome: MerchantAnnouncement.Outcome, atMillis: Int64
    ) {
        counts[outcome, default: 0] += 1
        let number = counts.values.reduce(0, +)
        let place = UInt16(number % UInt64(PlatformRestrictionsLimits.announcementCountMax))
        let most = PlatformRestrictionsLimits.idByteCountMax
        latest[place] = MerchantAnnouncement(
            number: number, atMillis: atMillis, eventType: ShownText.cut(notice.eventType, byteCountMax: most),
            caseID: ShownText.cut(notice.caseID, byteCountMax: most),
            merchantID: ShownText.cut(notice.merchantID, byteCountMax: most),
            state: ShownText.cut(notice.state, byteCountMax: most),
            text: ShownText.cut(text, byteCountMax: PlatformRestrictionsLimits.textByteCountMax), outcome: outcome)
        changed.insert(place)
    }

    /// The changed rows, and forgets that they are.
    mutating func takeChanges() -> [RowChange] {
        guard !changed.isEmpty else { return [] }
        var rows = [
            RowChange(space: AnnouncementRows.space, key: AnnouncementRows.countsKey, value: Bytes(encodedCounts))
        ]
        for place in changed.sorted() {
            guard let entry = latest[place] else { continue }
            rows.append(
                RowChange(
                    space: AnnouncementRows.space, key: AnnouncementRows.entryKey(place),
                    value: Bytes(Self.encoded(entry))))
        }
        changed = []
        return rows
    }

    /// Takes the row of the counts; false where it cannot be read.
    mutating func restore(counts bytes: [UInt8]) -> Bool {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == Self.version else { return false }
        for outcome in MerchantAnnouncement.Outcome.allCases {
            guard let count = root[outcome.rawValue]?.int64.flatMap({ UInt64(exactly: $0) }) else { continue }
            counts[outcome] = count
        }
        return true
    }

    /// Takes the row of an announcement; false where it cannot be read.
    mutating func restore(entry bytes: [UInt8]) -> Bool {
        guard let root = try? JSONValue.parse(bytes), root["version"]?.int64 == Self.version,
            let number = root["number"]?.int64.flatMap({ UInt64(exactly: $0) }), let at = root["at"]?.int64,
            let eventType = root["event_type"]?.string, let caseID = root["case_id"]?.string,
            let merchantID = root["merchant_id"]?.string, let state = root["state"]?.string,
            let text = root["text"]?.string,
            let outcome = root["outcome"]?.string.flatMap(MerchantAnnouncement.Outcome.init)
        else { return false }
        latest[UInt16(number % UInt64(PlatformRestrictionsLimits.announcementCountMax))] = MerchantAnnouncement(
            number: number, atMillis: at, eventType: eventType, caseID: caseID, merchantID: merchantID, state: state,
            text: text, outcome: outcome)
        return true
    }

    private var encodedCounts: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", Self.version)
        for outcome in MerchantAnnouncement.Outcome.allCases {
            writer.member(outcome.rawValue, Int64(clamping: count(outcome)))
        }
        writer.endObject()
        return writer.bytes
    }

    private static func encoded(_ entry: MerchantAnnouncement) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("version", version)
        writer.member("number", Int64(clamping: entry.number))
        writer.member("at", entry.atMillis)
        writer.member("event_type", entry.eventType)
        writer.member("case_id", entry.caseID)
        writer.member("merchant_id", entry.merchantID)
        writer.member("state", entry.state)
        writer.member("text", entry.text)
        writer.member("outcome", entry.outcome.rawValue)
        writer.endObject()
        return writer.bytes
    }
}
