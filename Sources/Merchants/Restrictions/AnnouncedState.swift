/// What a risk system, ours, another's or the platform's, says of one case (`wechat-pay.md` §6.5, §6.7).
public enum AnnouncedState: String, Sendable, Hashable, CaseIterable {
    /// It will be restricted at a later time.
    case delayPunishment = "DELAYPUNISHMENT"
    /// It is restricted.
    case punishment = "PUNISHMENT"
    /// The announcement of a later restriction is withdrawn.
    case punishmentCancelled = "PUNISHMENTCANCELLED"
    /// The restriction is lifted.
    case recovery = "RECOVERY"

    /// Whether the case restricts nothing from then on.
    public var isLifting: Bool { self == .recovery || self == .punishmentCancelled }

    /// Which of two states of the same moment is the newer: an announcement comes before what was announced, and lifting wins.
    fileprivate var rank: Int {
        switch self {
        case .delayPunishment: 0
        case .punishment: 1
        case .punishmentCancelled, .recovery: 2
        }
    }
}

/// One step in the life of a case: which state, and from which moment of the announcer's book. Steps are ordered by this, not by arrival.
public struct AnnouncedStep: Sendable, Hashable, Comparable {
    /// The state.
    public let state: AnnouncedState
    /// When the announcer's book took it, Unix milliseconds.
    public let atMillis: Int64

    /// Joins the members.
    public init(_ state: AnnouncedState, atMillis: Int64) {
        self.state = state
        self.atMillis = atMillis
    }

    /// By moment, then by state.
    public static func < (left: AnnouncedStep, right: AnnouncedStep) -> Bool {
        (left.atMillis, left.state.rank) < (right.atMillis, right.state.rank)
    }
}
