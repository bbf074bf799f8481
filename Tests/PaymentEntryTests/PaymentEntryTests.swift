import BoundedJSON
import Engine
import MessageModel
import PaymentEntry
import PaymentNotice
import QueueStore
import TestSupport
import Testing
import Tillwire

private struct NoStores: StoreDirectory {
    func storeID(merchantID: String, deviceID: String) -> String { "" }
}

@Suite("How payments enter")
struct PaymentEntryTests {
    private static func payment(_ transactionID: String, outTradeNo: String) -> PaidTransaction {
        PaidTransaction(
            mode: .partner, providerMerchantID: "1620001234", merchantID: "1630000001", appID: "wx1",
            outTradeNo: outTradeNo, transactionID: transactionID, successTime: "2025-10-09T16:52:58+08:00",
            payer: "o1", amount: 1_250, payerAmount: 1_250)
    }

    @Test("what enters by whatever source is no longer announced, a repeat of it neither")
    func takesOut() async throws {
        let store = TemporaryStore()
        let problems = try await store.run { broker in
            let book = AnnouncementBook()
            let entry = try await PaymentEntry.open(
                broker: broker, stores: NoStores(), time: store.time, announcements: book)
            for number in ["T1", "T2"] {
                book.announce(.order(merchantID: "1630000001", outTradeNo: number), amountFen: 1_250, nowMillis: 0)
            }
            let fates = await entry.enter([Self.payment("420001", outTradeNo: "T1")], source: .reconcile)
            #expect(fates == [.stored])
            #expect(book.figures.openCount == 1)
            book.announce(.order(merchantID: "1630000001", outTradeNo: "T1"), amountFen: 1_250, nowMillis: 0)
            #expect(await entry.enter([Self.payment("420001", outTradeNo: "T1")], source: .query) == [.duplicate])
            #expect(book.figures.openCount == 1)
            #expect(try await entry.order(transactionID: "420001")?.source == .reconcile)
        }.problems
        #expect(problems == [])
    }

    @Test("a payment that could not be stored stays announced")
    func staysAnnounced() async throws {
        let store = TemporaryStore()
        _ = try await store.run { broker in
            let book = AnnouncementBook()
            let entry = try await PaymentEntry.open(
                broker: broker, stores: NoStores(), time: store.time, announcements: book)
            book.announce(.order(merchantID: "1630000001", outTradeNo: "T1"), amountFen: 1_250, nowMillis: 0)
            await broker.close()
            let fates = await entry.enter([Self.payment("420001", outTradeNo: "T1")], source: .query)
            #expect(fates.count == 1 && fates.allSatisfy { !$0.isStored })
            #expect(book.figures.openCount == 1)
        }
    }

    @Test(
        "a refund's result that was asked for is the notice's message, under the notice's key, and says that it was asked for"
    )
    func refund() async throws {
        let store = TemporaryStore()
        let problems = try await store.run { broker in
            let entry = try await PaymentEntry.open(broker: broker, stores: NoStores(), time: store.time)
            let plaintext = Array(
                #"{"sp_mchid":"1620001234","sub_mchid":"1630000001","out_refund_no":"R1","refund_id":"50001"}"#.utf8)
            func envelope(_ id: String) -> NoticeEnvelope {
                NoticeEnvelope(
                    id: id, createTime: "t", eventType: "REFUND.SUCCESS", summary: "s", originalType: "refund")
            }
            let asked = try entry.transaction(
                envelope("query-50001"), plaintext: plaintext, receivedAt: store.time.now, source: .query)
            let told = try entry.transaction(envelope("e1"), plaintext: plaintext, receivedAt: store.time.now)
            #expect(await entry.commit([asked]) == [.stored])
            #expect(await entry.commit([told]) == [.duplicate])
            let queue = try broker.queue(EntityName(RoadNames.platformNoticesTopic))
            let message = try #require(try await queue.receive(max: 10).first)
            // Also days later, as for a payment.
            store.time.advance(milliseconds: 3 * 86_400_000)
            #expect(await entry.commit([told]) == [.duplicate])
            let root = try JSONValue.parse(Array(message.body.slice))
            #expect(root["source"]?.string == "query")
            #expect(root["event_type"]?.string == "REFUND.SUCCESS")
            #expect(root["resource"]?["refund_id"]?.string == "50001")
        }.problems
        #expect(problems == [])
    }

    @Test("only a refund's notice tells which refund it settles")
    func refundKey() {
        let plaintext = Array(#"{"mchid":"1640009012","out_refund_no":"R1"}"#.utf8)
        #expect(
            AnnouncementKey(noticeOf: "REFUND.CLOSED", plaintext: plaintext)
                == .refund(merchantID: "1640009012", outRefundNo: "R1"))
        #expect(AnnouncementKey(noticeOf: "VIOLATION.PUNISH", plaintext: plaintext) == nil)
        #expect(AnnouncementKey(noticeOf: "REFUND.CLOSED", plaintext: Array("{}".utf8)) == nil)
        #expect(AnnouncementKey(noticeOf: "REFUND.CLOSED", plaintext: Array("nonsense".utf8)) == nil)
    }
}
