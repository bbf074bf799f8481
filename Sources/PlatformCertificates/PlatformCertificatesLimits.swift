internal import AccessControl

/// The bounds of this room. A name ends in the unit of its value.
enum PlatformCertificatesLimits {
    /// The shortest time between two calls, whatever asks for them, where the settings do not say another.
    static let callMillisMin: UInt64 = 60_000
    /// The pause after calls that forged serials caused grows up to so many times the shortest, 16 minutes by default: an honest new key is found
    /// within it.
    static let unknownSerialPauseFactorMax: UInt64 = 16
    /// Without an unknown serial for this long, the pause is the shortest one again.
    static let quietMillis: UInt64 = 3_600_000
    /// The pause after a failed call grows up to this.
    static let failurePauseMillisMax: UInt64 = 3_600_000
    /// After the store did not take certificates, until they are written again.
    static let storePauseMillis: UInt64 = 60_000
    /// Between two looks at the ends of certificates.
    static let expiryLookMillis: UInt64 = 3_600_000
    /// Alarms come this long before the end of a certificate, in seconds, and once more at its end.
    static let alarmSeconds: [Int64] = [30 * 86_400, 7 * 86_400, 86_400, 0]
    /// The shortest time between two alarms about one key, seconds.
    static let alarmPauseSeconds: Int64 = 86_400
    /// Fetched certificates that are kept; files have their own room in the same limit.
    static let fetchedCountMax = AccessLimits.platformKeyCountMax
    /// One row's share of the stored certificates.
    static let rowPartByteCountMax = 1_900
    /// All rows together.
    static let rowCountMax = 255
}
