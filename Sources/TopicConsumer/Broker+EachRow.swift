public import Engine
public import MessageModel
public import Tillwire

extension Broker {
    /// Calls `body` for every row whose key begins with `prefix`, in key order, until it returns false. Rows are read in pages, so what is written
    /// meanwhile may be seen or not.
    ///
    /// - Throws: why the store did not give them.
    public func forEachRow(
        _ space: RowSpace, prefix: Bytes, from start: Bytes = .empty, _ body: (Row) -> Bool
    ) async throws(BrokerError) {
        var from = start
        while true {
            let page = try await rows(RowRead(space: space, from: from, prefix: prefix))
            for row in page where !body(row) { return }
            guard page.count == Limits.rowReadCountMax, let last = page.last else { return }
            guard last.key.count < Limits.stateKeyByteCountMax else {
                throw .outOfRange("row keys of \(last.key.count) bytes cannot be read in pages")
            }
            from = Bytes(Array(last.key.slice) + [0])
        }
    }
}
