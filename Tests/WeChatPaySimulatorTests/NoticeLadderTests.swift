import Testing

@testable import WeChatPaySimulator

@Suite("The platform's repeats")
struct NoticeLadderTests {
    @Test("the table takes 24 h 4 min for sixteen deliveries")
    func wholeTable() {
        var notice = NoticeDeliveryStateMachine(ladder: NoticeLadder())
        var millis = 0
        var deliveries = 0
        while true {
            #expect(notice.begin() == deliveries + 1)
            deliveries += 1
            guard case .repeatAfter(let pause) = notice.finish(.answered(status: 500)) else { break }
            millis += pause
        }
        #expect(deliveries == 16)
        #expect(millis == (24 * 60 + 4) * 60_000)
        #expect(notice.state == .givenUp)
    }

    @Test("only 200 and 204 end the repeats", arguments: [200, 204])
    func success(status: Int) {
        var notice = NoticeDeliveryStateMachine(ladder: NoticeLadder())
        _ = notice.begin()
        #expect(notice.finish(.answered(status: status)) == .stop)
        #expect(notice.state == .succeeded(deliveries: 1))
    }

    @Test(
        "everything else is delivered again",
        arguments: [
            DeliveryOutcome.answered(status: 201), .answered(status: 302), .answered(status: 401),
            .answered(status: 503), .timedOut, .unreachable, .lostOnTheWay,
        ])
    func failure(outcome: DeliveryOutcome) {
        var notice = NoticeDeliveryStateMachine(ladder: NoticeLadder())
        _ = notice.begin()
        #expect(notice.finish(outcome) == .repeatAfter(millis: 15_000))
        #expect(notice.begin() == 2)
        #expect(notice.finish(.answered(status: 200)) == .stop)
        #expect(notice.state == .succeeded(deliveries: 2))
    }

    @Test("a factor compresses every pause, and none to nothing")
    func compressed() {
        let ladder = NoticeLadder(scale: 0.02)
        #expect((1...4).map { ladder.pauseMillis(afterDelivery: $0) } == [300, 300, 600, 3_600])
        #expect(NoticeLadder(scale: 0.000_01).pauseMillis(afterDelivery: 1) == 1)
        #expect(ladder.pauseMillis(afterDelivery: 16) == nil)
    }
}
