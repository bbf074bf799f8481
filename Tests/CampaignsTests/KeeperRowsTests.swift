import MessageModel
import Testing

@testable import Campaigns

@Suite("Keys and values of kept rows")
struct KeeperRowsTests {
    @Test(
        "a payer stands in a key as it is while it is short; a long one as a hash of fixed length, and no key is too long"
    )
    func payerKeys() {
        let short = String(repeating: "p", count: KeeperLimits.keyTextByteCountMax)
        let key = KeeperRows.payerKey(0x0102_0304, payer: short)
        #expect(Array(key.slice) == [4, 1, 2, 3, 4, 0] + Array(short.utf8))
        #expect(key.count <= Limits.stateKeyByteCountMax)
        let long = KeeperRows.payerKey(1, payer: short + "p")
        #expect(long.count == 22)
        #expect(Array(long.slice.prefix(6)) == [4, 0, 0, 0, 1, 1])
        #expect(long != KeeperRows.payerKey(1, payer: short + "q"))
        #expect(KeeperRows.payerKey(1, payer: "").count == 6)
    }

    @Test("the hash of a long text is part of the format and never changes")
    func hashVector() {
        let key = KeeperRows.orderKey(7, transactionID: String(repeating: "t", count: 64))
        let hex = key.slice.map { String($0, radix: 16) }.joined(separator: " ")
        #expect(hex == "3 0 0 0 7 1 ca fb 8f e5 b1 82 aa 77 60 fb 7c e6 45 30 d4 90")
    }

    @Test("control and payer rows come back; another length or version is none")
    func values() {
        let control = Array(KeeperRows.control(nextNumber: 7, clockMillis: 1_760_000_000_123).slice)
        #expect(KeeperRows.control(control)?.nextNumber == 7)
        #expect(KeeperRows.control(control)?.clockMillis == 1_760_000_000_123)
        #expect(KeeperRows.control(control + [0]) == nil)
        #expect(KeeperRows.control([2] + control.dropFirst()) == nil)
        #expect(KeeperRows.payerCount(KeeperRows.payer(count: 12)) == 12)
        #expect(KeeperRows.payerCount(KeeperRows.order(rewardFen: nil)) == nil)
        #expect(KeeperRows.order(rewardFen: nil).count == 1)
        #expect(Array(KeeperRows.order(rewardFen: 258).slice) == [1, 0, 0, 0, 0, 0, 0, 1, 2])
    }
}
