/// One part of the announcement book, under a lock of its own. Pure.
struct AnnouncementShard: Sendable {
    private struct Open: Sendable {
        var number: UInt64
        var amountFen: Int64
        var announcedAtMillis: Int64
        var endsAtMillis: Int64
    }

    private var open: [AnnouncementKey: Open] = [:]
    /// Not handed out yet, by number; some may be settled since.
    private var added: [OpenAnnouncement] = []
    /// Handed out before and settled since.
    private var settled: [UInt64] = []
    /// The greatest number that was handed out; numbers of one shard ascend.
    private var handedThrough: UInt64 = 0

    /// Takes an announcement; `number` is asked for only where it becomes a new one, and gives nil where there is no room.
    mutating func announce(
        _ announcement: Announcement, number: (_ isReplacement: Bool) -> UInt64?
    ) -> AnnouncementOutcome {
        var announcement = announcement
        let known = open[announcement.key]
        if let known {
            // A caller that repeats itself must not push off the question for ever.
            let isSame =
                known.amountFen == announcement.amountFen
                && abs(announcement.endsAtMillis - known.endsAtMillis) < PaymentEntryLimits.renewalMillisMin
            if isSame { return .known }
            announcement = Announcement(
                key: announcement.key, amountFen: announcement.amountFen, orderNumber: announcement.orderNumber,
                announcedAtMillis: known.announcedAtMillis, endsAtMillis: announcement.endsAtMillis)
        }
        guard let number = number(known != nil) else { return .full }
        if let known { noteSettled(known.number) }
        put(OpenAnnouncement(number: number, announcement: announcement))
        added.append(OpenAnnouncement(number: number, announcement: announcement))
        return known == nil ? .added : .replaced
    }

    /// Takes one that was handed out in an earlier life; false where its key is open already.
    mutating func restore(_ announcement: OpenAnnouncement) -> Bool {
        guard open[announcement.announcement.key] == nil else { return false }
        put(announcement)
        handedThrough = max(handedThrough, announcement.number)
        return true
    }

    private mutating func put(_ announcement: OpenAnnouncement) {
        open[announcement.announcement.key] = Open(
            number: announcement.number, amountFen: announcement.announcement.amountFen,
            announcedAtMillis: announcement.announcement.announcedAtMillis,
            endsAtMillis: announcement.announcement.endsAtMillis)
    }

    /// Takes out what became known; false where it was not open.
    mutating func settle(_ key: AnnouncementKey) -> Bool {
        guard let known = open.removeValue(forKey: key) else { return false }
        noteSettled(known.number)
        return true
    }

    private mutating func noteSettled(_ number: UInt64) {
        if number <= handedThrough { settled.append(number) }
    }

    /// Takes out what its keeper is done with; false where it is not open under this number.
    mutating func close(_ key: AnnouncementKey, number: UInt64) -> Bool {
        guard open[key]?.number == number else { return false }
        open[key] = nil
        return true
    }

    func isOpen(_ key: AnnouncementKey, number: UInt64) -> Bool { open[key]?.number == number }

    func number(of key: AnnouncementKey) -> UInt64? { open[key]?.number }

    /// Hands out what changed.
    mutating func takeChanges(into changes: inout AnnouncementChanges) {
        for announcement in added where isOpen(announcement.announcement.key, number: announcement.number) {
            changes.added.append(announcement)
        }
        if let last = added.last { handedThrough = max(handedThrough, last.number) }
        changes.settled += settled
        added = []
        settled = []
    }
}
