import PaymentEntry
import TestSupport
import Testing

@Suite("The book of announcements")
struct AnnouncementBookTests {
    private static let now: Int64 = 1_760_000_000_000

    private static func order(_ number: Int) -> AnnouncementKey {
        .order(merchantID: "1630000001", outTradeNo: "T\(number)")
    }

    @Test("an announcement is handed out once, with its end; what is settled before that is not handed out at all")
    func handsOut() {
        let book = AnnouncementBook(lives: .init(orderMillis: 1_000, refundMillis: 9_000))
        #expect(book.announce(Self.order(1), amountFen: 100, nowMillis: Self.now) == .added)
        #expect(book.announce(Self.order(2), amountFen: 200, nowMillis: Self.now) == .added)
        #expect(
            book.announce(
                .refund(merchantID: "1630000001", outRefundNo: "R1"), amountFen: 7, orderNumber: "T9",
                nowMillis: Self.now) == .added)
        book.settle([Self.order(1)])
        #expect(book.hasChanges)
        let changes = book.takeChanges()
        let ends = Dictionary(
            uniqueKeysWithValues: changes.added.map { ($0.announcement.key.number, $0.announcement.endsAtMillis) })
        #expect(ends == ["T2": Self.now + 1_000, "R1": Self.now + 9_000])
        #expect(changes.settled.isEmpty)
        #expect(!book.hasChanges)
        #expect(book.takeChanges().added.isEmpty)
        book.settle([Self.order(2), Self.order(2), Self.order(3)])
        let second = book.takeChanges()
        #expect(second.added.isEmpty && second.settled.count == 1)
        #expect(book.figures.openCount == 1)
        #expect(book.figures.settled == 2)
    }

    @Test("an order's own end wins over the usual life, unless it is past or too near")
    func expires() throws {
        let book = AnnouncementBook()
        for (told, stands) in [(1_000_000, 1_000_000), (5, 900_000), (-86_400_000, 900_000)] as [(Int64, Int64)] {
            book.announce(Self.order(1), amountFen: 1, expiresAtMillis: Self.now + told, nowMillis: Self.now)
            let added = try #require(book.takeChanges().added.first)
            #expect(added.announcement.endsAtMillis == Self.now + stands)
            book.close(added)
        }
    }

    @Test("of a merchant the platform cannot be asked for nothing is kept")
    func unaskableMerchant() {
        let book = AnnouncementBook(unaskableMerchantIDs: ["1640009012"])
        let other = AnnouncementKey.refund(merchantID: "1640009012", outRefundNo: "R1")
        #expect(book.announce(other, amountFen: 1, nowMillis: Self.now) == .unaskable)
        #expect(book.announce(Self.order(1), amountFen: 1, nowMillis: Self.now) == .added)
        #expect(book.figures.unaskable == 1 && book.figures.openCount == 1)
    }

    @Test("a repeat changes nothing; another amount, or a later end, replaces and keeps the first moment")
    func repeats() throws {
        let book = AnnouncementBook()
        book.announce(Self.order(1), amountFen: 100, nowMillis: Self.now)
        let first = try #require(book.takeChanges().added.first)
        #expect(book.announce(Self.order(1), amountFen: 100, nowMillis: Self.now + 30_000) == .known)
        #expect(!book.hasChanges)
        #expect(book.announce(Self.order(1), amountFen: 120, nowMillis: Self.now + 30_000) == .replaced)
        let changes = book.takeChanges()
        let second = try #require(changes.added.first)
        #expect(changes.settled == [first.number])
        #expect(second.number > first.number)
        #expect(second.announcement.amountFen == 120)
        #expect(second.announcement.announcedAtMillis == Self.now)
        #expect(book.announce(Self.order(1), amountFen: 120, nowMillis: Self.now + 3_600_000) == .replaced)
        #expect(book.figures.openCount == 1)
        // What is closed under an old number stays open under the new one.
        book.close(second)
        #expect(book.figures.openCount == 1)
    }

    @Test("a full book keeps the oldest, counts the others, and has room again when one is settled")
    func bounded() {
        let book = AnnouncementBook(openCountMax: 3)
        for number in 1...3 { #expect(book.announce(Self.order(number), amountFen: 1, nowMillis: Self.now) == .added) }
        #expect(book.announce(Self.order(4), amountFen: 1, nowMillis: Self.now) == .full)
        // One that is open may still change.
        #expect(book.announce(Self.order(1), amountFen: 2, nowMillis: Self.now) == .replaced)
        #expect(book.figures.openCount == 3)
        #expect(book.figures.overflowed == 1)
        #expect(book.takeChanges().added.map(\.announcement.key.number).sorted() == ["T1", "T2", "T3"])
        book.settle([Self.order(2)])
        #expect(book.announce(Self.order(4), amountFen: 1, nowMillis: Self.now) == .added)
    }

    @Test(
        "numbers the platform cannot be asked for are not kept",
        arguments: ["", "a b", "a/b", "é", String(repeating: "x", count: 33), "T?1"])
    func unaskable(number: String) {
        let book = AnnouncementBook()
        let key = AnnouncementKey.order(merchantID: "1630000001", outTradeNo: number)
        #expect(book.announce(key, amountFen: 1, nowMillis: Self.now) == .unaskable)
        #expect(book.figures.unaskable == 1 && book.figures.openCount == 0 && !book.hasChanges)
    }

    @Test("a refund's number may have 64 bytes, and the marks callers use")
    func askable() {
        let long = String(repeating: "R", count: 59) + "_-|*@"
        #expect(AnnouncementKey.refund(merchantID: "1630000001", outRefundNo: long).isAskable)
        #expect(!AnnouncementKey.order(merchantID: "163 ", outTradeNo: "T1").isAskable)
    }

    @Test("what was restored counts as handed out, and later numbers are greater")
    func restores() throws {
        let book = AnnouncementBook(openCountMax: 1)
        let left = (1...3).map {
            OpenAnnouncement(
                number: UInt64($0 * 10),
                announcement: Announcement(
                    key: Self.order($0), amountFen: 1, announcedAtMillis: Self.now, endsAtMillis: Self.now + 1))
        }
        for one in left { #expect(book.restore(one)) }
        #expect(!book.restore(left[0]))
        #expect(book.figures.openCount == 3)
        #expect(book.announce(Self.order(9), amountFen: 1, nowMillis: Self.now) == .full)
        book.settle([Self.order(1), Self.order(2), Self.order(3)])
        #expect(book.takeChanges().settled.sorted() == [10, 20, 30])
        book.announce(Self.order(9), amountFen: 1, nowMillis: Self.now)
        #expect(try #require(book.takeChanges().added.first).number == 31)
    }

    @Test("announced, settled and handed out from many tasks at once, nothing is lost or told twice")
    func concurrent() async {
        let book = AnnouncementBook()
        let perTask = 2_000
        let keeper = Task {
            var open: Set<UInt64> = []
            var handed = 0
            var doubled = 0
            while true {
                let isOver = Task.isCancelled
                let changes = book.takeChanges()
                for number in changes.settled where open.remove(number) == nil { doubled += 1 }
                for one in changes.added where !open.insert(one.number).inserted { doubled += 1 }
                handed += changes.added.count
                if isOver { return (open.count, handed, doubled) }
                await Task.yield()
            }
        }
        await withDiscardingTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    for index in 0..<perTask {
                        let key = Self.order(task * perTask + index)
                        book.announce(key, amountFen: 1, nowMillis: Self.now)
                        // Nine of ten become known, some at once, some later.
                        if index % 10 != 0 { book.settle([key]) }
                        if index % 64 == 0 { await Task.yield() }
                    }
                }
            }
        }
        keeper.cancel()
        let (openCount, handed, doubled) = await keeper.value
        #expect(openCount == 4 * perTask / 10)
        #expect(book.figures.openCount == openCount)
        #expect(book.figures.announced == UInt64(4 * perTask))
        #expect(handed >= openCount && doubled == 0)
    }
}
