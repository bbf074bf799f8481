/// What is remembered of a merchant beyond the windows: its own mean, and where its block stands.
struct MerchantHistory: Equatable, Sendable {
    /// Its dense number; given in the order of first orders.
    let number: UInt32
    /// Orders taken, late ones included.
    var orderCount: UInt64 = 0
    /// Sum of their amounts, fen.
    var totalFen: Int64 = 0
    /// The clock at its first order, Unix milliseconds.
    let firstMillis: Int64
    /// Decisions about it so far.
    var decisionCount: UInt32 = 0
    /// The clock at the last decision that blocked, affirmed or released; nil before the first. Evidence up to then is used.
    var lastDecisionMillis: Int64?
    /// The clock at the last alert; nil before the first.
    var lastAlertMillis: Int64?
    /// End of the block that was last put, Unix milliseconds; nil where none was put or it was released.
    var blockedUntilMillis: Int64?
    /// The case of that block; empty where there is none.
    var caseID = ""

    /// Whether a block runs at that moment.
    func isBlocked(atMillis clock: Int64) -> Bool { blockedUntilMillis.map { clock < $0 } ?? false }
}

/// Layout of a merchant's row, big-endian; 0 stands for «none» in times, which are Unix milliseconds:
///
///     0  1  version 1      1  4  number           5  8  orders            13  8  total, fen       21  8  first order
///    29  4  decisions     33  8  last decision   41  8  last alert        49  8  blocked until    57  1 + n  case id
extension MerchantHistory {
    private static let version: UInt8 = 1

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(96)
        bytes.append(bigEndian: number)
        bytes.append(bigEndian: orderCount)
        bytes.append(bigEndian: totalFen)
        bytes.append(bigEndian: firstMillis)
        bytes.append(bigEndian: decisionCount)
        bytes.append(bigEndian: lastDecisionMillis ?? 0)
        bytes.append(bigEndian: lastAlertMillis ?? 0)
        bytes.append(bigEndian: blockedUntilMillis ?? 0)
        bytes.append(UInt8(caseID.utf8.count))
        bytes.append(contentsOf: caseID.utf8)
        return bytes
    }

    /// Nil for anything ``encoded()`` does not make.
    init?(encoded bytes: [UInt8]) {
        var fields = RowFields(bytes)
        guard fields.next(UInt8.self) == Self.version, let number = fields.next(UInt32.self),
            let orders = fields.next(UInt64.self), let total = fields.next(Int64.self),
            let first = fields.next(Int64.self), let decisions = fields.next(UInt32.self),
            let lastDecision = fields.next(Int64.self), let lastAlert = fields.next(Int64.self),
            let until = fields.next(Int64.self), let caseCount = fields.next(UInt8.self),
            let caseID = fields.text(byteCount: Int(caseCount)), fields.isAtEnd, total >= 0
        else { return nil }
        self.init(number: number, firstMillis: first)
        orderCount = orders
        totalFen = total
        decisionCount = decisions
        lastDecisionMillis = lastDecision == 0 ? nil : lastDecision
        lastAlertMillis = lastAlert == 0 ? nil : lastAlert
        blockedUntilMillis = until == 0 ? nil : until
        self.caseID = caseID
    }
}
