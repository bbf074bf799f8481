internal import Engine
internal import MessageModel

extension RestrictionBook {
    /// The case of this id.
    public func standing(caseID: String) -> RestrictionCase? { cases[caseID] }

    /// Remembered cases by id, from behind `after` on; of one merchant where given. O(n log n) over all cases: for people.
    public func list(
        merchant merchantID: String? = nil, after: String? = nil, countMax: Int = 100
    ) -> [RestrictionCase] {
        let wanted = cases.values.filter { known in
            (after.map { known.caseID > $0 } ?? true)
                && (merchantID.map { known.restriction?.merchantID == $0 } ?? true)
        }
        let count = min(max(countMax, 1), MerchantLimits.pageCountMax)
        return Array(wanted.sorted { $0.caseID < $1.caseID }.prefix(count))
    }

    /// Entries of the audit trail behind number `after`, oldest first.
    ///
    /// - Throws: ``RestrictionError/store(_:)``.
    public func audit(after: UInt64 = 0, countMax: Int = 100) async throws(RestrictionError) -> [AuditEntry] {
        let from = RestrictionRows.auditKey(after == .max ? after : after + 1)
        let count = min(max(countMax, 1), Limits.rowReadCountMax)
        let found = try await rows(
            RowRead(space: RestrictionRows.space, from: from, prefix: RestrictionRows.auditPrefix, countMax: count))
        return found.compactMap { row in
            RestrictionRows.auditSequence(row.key).flatMap {
                AuditEntry(encoded: Array(row.value.slice), sequence: $0)
            }
        }
    }
}
