internal import MessageModel

/// How a block's bytes are cut into rows so that pages fill well (`store-design.md` §1.1).
///
/// LMDB's page header takes 16 bytes, so a run of k pages holds k·4096−16. A row of at most 2,020 bytes (10-byte key) stays in the leaf.
enum PartLayout {
    private static let pageByteCount = 4_096
    private static let pageHeaderByteCount = 16
    private static let leafRowByteCountMax = 2_020
    private static let leafTailByteCountMax = 1_340
    private static let leafPairByteCountMax = 2_680

    /// Sizes of the rows for `byteCount` bytes, header included, in order.
    static func parts(of byteCount: Int) -> [Int] {
        if byteCount <= leafRowByteCountMax { return [byteCount] }
        if byteCount <= leafPairByteCountMax { return halves(byteCount) }
        let run = Limits.payloadPartPageCountMax * pageByteCount - pageHeaderByteCount
        var parts = Array(repeating: run, count: byteCount / run)
        let rest = byteCount % run
        let pages = (rest + pageHeaderByteCount) / pageByteCount
        // A tail that no single page holds joins the run before it instead of taking two pages of its own.
        if pages > 0, rest - (pages * pageByteCount - pageHeaderByteCount) > pageByteCount - pageHeaderByteCount {
            return parts + [rest]
        }
        let whole = pages == 0 ? 0 : pages * pageByteCount - pageHeaderByteCount
        if whole > 0 { parts.append(whole) }
        return parts + tail(rest - whole)
    }

    private static func tail(_ byteCount: Int) -> [Int] {
        if byteCount == 0 { return [] }
        return byteCount > leafTailByteCountMax && byteCount <= leafPairByteCountMax ? halves(byteCount) : [byteCount]
    }

    private static func halves(_ byteCount: Int) -> [Int] { [byteCount - byteCount / 2, byteCount / 2] }

    /// Pages the rows take at most; a row counts the page it may split, a leaf row like a page.
    static func pages(of parts: [Int]) -> Int {
        parts.reduce(1) {
            $0 + ($1 <= leafRowByteCountMax ? 1 : ($1 + pageHeaderByteCount + pageByteCount - 1) / pageByteCount)
        }
    }
}
