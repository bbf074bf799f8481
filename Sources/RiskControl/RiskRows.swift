internal import Engine
internal import MessageModel
internal import RiskRules

/// Where risk control keeps its rows: consumer 3. Prefixes 0 to 4 are the detector's (``RiskRules/DetectorRow``), 6 is what was set aside, 7 the outbox.
enum RiskRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 3))
    static let setAsidePrefix: UInt8 = 6
    /// Who puts and lifts restrictions, in the audit trail.
    static let actor = "risk-control"

    /// A row of the detector as a change.
    static func change(_ row: DetectorRow) -> RowChange {
        RowChange(space: space, key: Bytes(row.key), value: row.value.map { Bytes($0) })
    }
}
