import Engine
import MessageModel
import Testing

@testable import Tillwire

@Suite("Leases that are kept", .timeLimit(.minutes(2)))
struct LeaseTableTests {
    private static func receipt(_ number: UInt64) -> ReceiptHandle {
        ReceiptHandle(queue: QueueID(rawValue: 1), sequence: number, deliveryNumber: 1, authenticator: 0)
    }

    private static func at(_ milliseconds: UInt64) -> Timestamp { Timestamp(milliseconds: 1_000_000 + milliseconds) }

    @Test("a lease is due at its half, not before, and again half a lease after it was extended")
    func half() {
        var table = LeaseTable<ReceiptHandle>(visibilityMillis: 10_000)
        table.add(Self.receipt(1), hiddenUntil: Self.at(10_000), now: Self.at(0))
        #expect(table.nextRenewal == Self.at(5_000))
        #expect(table.due(now: Self.at(4_999), countMax: 10).renew == [])
        #expect(table.due(now: Self.at(5_000), countMax: 10).renew == [Self.receipt(1)])
        table.extended(Self.receipt(1), asked: Self.at(5_000))
        #expect(table.nextRenewal == Self.at(10_000))
        #expect(table.isLive(Self.receipt(1), now: Self.at(14_999)))
        #expect(!table.isLive(Self.receipt(1), now: Self.at(15_000)))
    }

    @Test("a lease whose time is over is lost, and nothing extends it any more")
    func lost() {
        var table = LeaseTable<ReceiptHandle>(visibilityMillis: 10_000)
        table.add(Self.receipt(1), hiddenUntil: Self.at(10_000), now: Self.at(0))
        let due = table.due(now: Self.at(10_000), countMax: 10)
        #expect(due.renew == [] && due.lost == [Self.receipt(1)])
        #expect(table.count == 0 && table.nextRenewal == nil)
        table.extended(Self.receipt(1), asked: Self.at(10_000))
        table.postponed(Self.receipt(1), now: Self.at(10_000))
        table.hurry(Self.receipt(1))
        #expect(table.nextRenewal == nil)
    }

    @Test("what failed is tried again after an eighth of the lease")
    func postponed() {
        var table = LeaseTable<ReceiptHandle>(visibilityMillis: 8_000)
        table.add(Self.receipt(1), hiddenUntil: Self.at(8_000), now: Self.at(0))
        #expect(table.due(now: Self.at(4_000), countMax: 10).renew == [Self.receipt(1)])
        table.postponed(Self.receipt(1), now: Self.at(4_000))
        #expect(table.nextRenewal == Self.at(5_000))
    }

    @Test("one call takes as many as it may, the rest stays due")
    func bound() {
        var table = LeaseTable<ReceiptHandle>(visibilityMillis: 10_000)
        for number in 1...5 {
            table.add(Self.receipt(UInt64(number)), hiddenUntil: Self.at(10_000), now: Self.at(0))
        }
        let first = table.due(now: Self.at(6_000), countMax: 3).renew
        for receipt in first { table.extended(receipt, asked: Self.at(6_000)) }
        #expect(first.count == 3)
        #expect(table.nextRenewal.map { $0 <= Self.at(6_000) } == true)
        #expect(Set(table.due(now: Self.at(6_000), countMax: 3).renew).isDisjoint(with: first))
    }

    @Test("nothing is kept for ever: beyond the longest time a lease runs out")
    func keptUntil() {
        var table = LeaseTable<ReceiptHandle>(visibilityMillis: 10_000)
        table.add(Self.receipt(1), hiddenUntil: Self.at(10_000), now: Self.at(0))
        var (now, extensions) = (Self.at(0), 0)
        while let next = table.nextRenewal, extensions <= Int(Limits.keepHiddenMillisMax / 5_000) {
            now = max(now, next)
            let due = table.due(now: now, countMax: 10)
            extensions += due.renew.count
            for receipt in due.renew { table.extended(receipt, asked: now) }
        }
        #expect(extensions == Int(Limits.keepHiddenMillisMax / 5_000) - 1)
        #expect(now.millisecondsSince(Self.at(0)) <= Limits.keepHiddenMillisMax + 10_000)
    }
}

@Suite("Backoff", .timeLimit(.minutes(2)))
struct BackoffTests {
    @Test("doubles with each delivery up to its bound, never above the longest delay")
    func doubles() {
        let backoff = Backoff.exponential(firstMillis: 1_000, maxMillis: 5_000)
        #expect((1...5).map { backoff.delayMillis(deliveryCount: $0) } == [1_000, 2_000, 4_000, 5_000, 5_000])
        #expect(backoff.delayMillis(deliveryCount: 1_000) == 5_000)
        #expect(Backoff.fixed(millis: 7).delayMillis(deliveryCount: 9) == 7)
        #expect(Backoff.fixed(millis: .max).delayMillis(deliveryCount: 1) == Limits.delayMillisMax)
        #expect(
            Backoff.exponential(firstMillis: 3, maxMillis: .max).delayMillis(deliveryCount: 64)
                == Limits.delayMillisMax)
        #expect(Backoff.exponential(firstMillis: 0, maxMillis: 9).delayMillis(deliveryCount: 64) == 0)
    }
}
