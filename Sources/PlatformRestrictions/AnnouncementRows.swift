internal import Engine
internal import MessageModel

/// How announcements and questions lie in the state rows of consumer 11.
///
/// | key | value |
/// |---|---|
/// | 1 | counts by outcome, JSON |
/// | 2, number mod ``PlatformRestrictionsLimits/announcementCountMax`` (2 bytes) | an announcement, JSON |
/// | 3, case id | a case the platform is asked about, JSON |
enum AnnouncementRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 11))
    static let countsKey = Bytes([1])
    static let entryPrefix = Bytes([2])
    static let askPrefix = Bytes([3])

    static func entryKey(_ place: UInt16) -> Bytes {
        Bytes([2, UInt8(place >> 8), UInt8(truncatingIfNeeded: place)])
    }

    static func askKey(_ caseID: String) -> Bytes { Bytes([3] + Array(caseID.utf8)) }
}
