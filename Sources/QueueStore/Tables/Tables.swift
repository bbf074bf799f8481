internal import LMDB

/// The tables of a store, opened at start in one transaction that commits (`reliability.md` rule 9).
struct Tables: Sendable {
    let payloads: Table
    let entries: Table
    let refs: Table
    let due: Table
    let once: Table
    let counters: Table
    let catalogue: Table
    let state: Table
    let orders: Table
    let trace: Table

    /// Their names, in the order of verification.
    static let names = [
        "payloads", "entries", "refs", "due", "once", "counters", "catalogue", "state", "orders", "trace",
    ]

    /// Opens all; with `creating` makes those that do not exist. Nil where one is missing.
    init?(_ transaction: borrowing WriteTransaction, creating: Bool) throws(LMDBError) {
        var opened: [Table] = []
        for name in Self.names {
            guard let table = try transaction.table(name, creating: creating) else { return nil }
            opened.append(table)
        }
        (payloads, entries, refs, due, once) = (opened[0], opened[1], opened[2], opened[3], opened[4])
        (counters, catalogue, state, orders, trace) = (opened[5], opened[6], opened[7], opened[8], opened[9])
    }

    /// All, with their names.
    var named: [(name: String, table: Table)] {
        Array(zip(Self.names, [payloads, entries, refs, due, once, counters, catalogue, state, orders, trace]))
    }
}
