/// When the platform is asked for its certificates: at the start, every few hours, after a failure, and for an unknown serial.
///
/// Serials can be forged by anybody, so that they cause few calls: never two calls within the shortest pause (a minute by default), and each call
/// that brought nothing new doubles the pause for the next unknown serial, up to 16 times the shortest; a new key, or an hour without unknown
/// serials, makes it the shortest again. Pure; all times are milliseconds of one clock.
struct FetchSchedule {
    private let refreshMillis: UInt64
    private let pauseMillisMin: UInt64
    /// When the next regular call, or the repetition of a failed one, is due.
    private var regularDueMillis: UInt64
    /// When the last call was begun.
    private var lastCallMillis: UInt64?
    /// When an unknown serial was met that no call has answered yet.
    private var unknownSinceMillis: UInt64?
    private var lastUnknownMillis: UInt64 = 0
    private var unknownPauseMillis: UInt64
    private var failurePauseMillis: UInt64
    /// Whether the call under way was made for an unknown serial.
    private var isForUnknown = false

    /// The first call is due at once.
    init(
        refreshMillis: UInt64, pauseMillisMin: UInt64 = PlatformCertificatesLimits.callMillisMin, nowMillis: UInt64
    ) {
        self.refreshMillis = max(refreshMillis, pauseMillisMin)
        self.pauseMillisMin = pauseMillisMin
        unknownPauseMillis = pauseMillisMin
        failurePauseMillis = pauseMillisMin
        regularDueMillis = nowMillis
    }

    /// When the next call is due.
    var dueMillis: UInt64 {
        guard unknownSinceMillis != nil else {
            return max(regularDueMillis, earliest(after: pauseMillisMin))
        }
        let forUnknown = earliest(after: unknownPauseMillis)
        return max(min(regularDueMillis, forUnknown), earliest(after: pauseMillisMin))
    }

    private func earliest(after pauseMillis: UInt64) -> UInt64 { lastCallMillis.map { $0 + pauseMillis } ?? 0 }

    /// An unknown serial was met.
    mutating func metUnknownSerial(nowMillis: UInt64) {
        if unknownSinceMillis == nil, nowMillis >= lastUnknownMillis + PlatformCertificatesLimits.quietMillis {
            unknownPauseMillis = pauseMillisMin
        }
        unknownSinceMillis = unknownSinceMillis ?? nowMillis
        lastUnknownMillis = nowMillis
    }

    /// A call begins.
    mutating func begin(nowMillis: UInt64) {
        lastCallMillis = nowMillis
        isForUnknown = unknownSinceMillis != nil
        unknownSinceMillis = nil
    }

    /// The call brought a list that is believed.
    ///
    /// - Parameter isNew: whether a key was among it that was not held before.
    mutating func succeeded(isNew: Bool, nowMillis: UInt64) {
        regularDueMillis = nowMillis + refreshMillis
        failurePauseMillis = pauseMillisMin
        if isNew { unknownPauseMillis = pauseMillisMin } else { growUnknownPause() }
    }

    /// The call brought nothing.
    mutating func failed(nowMillis: UInt64) {
        regularDueMillis = nowMillis + failurePauseMillis
        failurePauseMillis = min(
            failurePauseMillis * 2, PlatformCertificatesLimits.failurePauseMillisMax, refreshMillis)
        growUnknownPause()
    }

    private mutating func growUnknownPause() {
        guard isForUnknown else { return }
        unknownPauseMillis = min(
            unknownPauseMillis * 2, pauseMillisMin * PlatformCertificatesLimits.unknownSerialPauseFactorMax)
    }
}
