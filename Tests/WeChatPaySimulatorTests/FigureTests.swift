import Testing

@testable import WeChatPaySimulator

@Suite("Figures for people")
struct FigureTests {
    @Test("quantiles are measured values, by nearest rank")
    func quantiles() {
        var times = AnswerTimes()
        for micros in (1...100).reversed() { times.add(micros: micros * 1_000) }
        #expect(times.quantilesMicros([0.5, 0.95, 0.99, 1]) == [50_000, 95_000, 99_000, 100_000])
        #expect(times.quantilesMicros([0]) == [1_000])
    }

    @Test("one measured time is every quantile, none is 0")
    func few() {
        var times = AnswerTimes()
        #expect(times.quantilesMicros([0.5]) == [0])
        times.add(micros: 7)
        #expect(times.quantilesMicros([0.01, 0.5, 0.99]) == [7, 7, 7])
    }

    @Test("a share is never rounded up to 100 %")
    func shares() {
        #expect(Format.share(99_999, of: 100_000) == "99.99 %")
        #expect(Format.share(5, of: 5) == "100.00 %")
        #expect(Format.share(1, of: 16) == "6.25 %")
        #expect(Format.share(1, of: 1_000) == "0.10 %")
        #expect(Format.share(0, of: 0) == "-")
        #expect(Format.millis(1_249) == "1.2")
    }

    @Test("fen are shown as yuan with two digits")
    func yuan() {
        #expect(Format.yuan(0) == "0.00")
        #expect(Format.yuan(7) == "0.07")
        #expect(Format.yuan(123_450) == "1234.50")
    }

    @Test("progress says when the daemon is away, and what is held")
    func progress() {
        var line = ProgressLine(seconds: 12, payments: 2_400, gateRefusals: 31, notices: 2_369, repeats: 4)
        #expect(line.text.contains("waiting daemon away"))
        line.status = DaemonStatus(
            Array(
                """
                {"queues":[{"name":"merchant-orders","waiting":3,"leased":2,"delayed":1,"enqueued_total":2400},
                {"name":"held-orders-1630000005","waiting":40,"leased":0,"delayed":0,"enqueued_total":50},
                {"name":"platform-notices","waiting":9,"leased":0,"delayed":0,"enqueued_total":9}]}
                """.utf8))
        #expect(line.status?.stored == 2_390)
        #expect(line.text.contains("stored 2390"))
        #expect(line.text.contains("waiting 6+40 held"))
    }

    @Test("a line that says nothing new is shown only every ten seconds")
    func quietProgress() {
        var line = ProgressLine(seconds: 12, payments: 2_400)
        #expect(line.isWorthShowing(after: nil))
        let last = line
        line.seconds = 13
        #expect(!line.isWorthShowing(after: last))
        line.seconds = 20
        #expect(line.isWorthShowing(after: last))
        line.seconds = 13
        line.delivered = 1
        #expect(line.isWorthShowing(after: last))
    }

    @Test("a consumer is drained when its queue exists and nothing in it is waiting, under way or put off")
    func drained() throws {
        func queue(_ name: String, _ counts: String) -> String {
            "{\"name\":\"\(name)\",\(counts),\"enqueued_total\":9}"
        }
        let none = "\"waiting\":0,\"leased\":0,\"delayed\":0"
        func status(_ queues: [String]) throws -> DaemonStatus {
            try #require(DaemonStatus(Array("{\"queues\":[\(queues.joined(separator: ","))]}".utf8)))
        }
        let drained = try status([
            queue("campaigns", none), queue("promotions", none), queue("risk", none),
            queue("promotion-grants", "\"waiting\":9,\"leased\":0,\"delayed\":0"),
        ])
        #expect(drained.undrained == [:])
        #expect(drained.grants == 9)
        let busy = try status([
            queue("campaigns", "\"waiting\":1,\"leased\":2,\"delayed\":3"), queue("promotions", none),
        ])
        #expect(busy.undrained == ["campaigns": 6, "risk": 1])
    }

    @Test("a status that is none is not shown as one", arguments: ["", "{}", "{\"queues\":[{}]}", "[]"])
    func badStatus(text: String) {
        #expect(DaemonStatus(Array(text.utf8)) == nil)
    }

    @Test("merchants answer as their role says")
    func behaviour() {
        let timeline = WorldTimeline(paymentMillis: 10_000)
        func answer(_ role: MerchantRole, _ millis: Int) -> MerchantAnswer {
            role.answer(atMillis: millis, timeline: timeline, answerLimitMillis: 500)
        }
        #expect(answer(.failing, 1_999).isSuccess)
        #expect(!answer(.failing, 2_000).isSuccess)
        #expect(!answer(.failing, 4_499).isSuccess)
        #expect(answer(.failing, 4_500).isSuccess)
        #expect(answer(.slow, 0).delayMillis > 500)
        #expect(answer(.healthy, 3_000).delayMillis < 500)
        #expect(timeline.restricted.contains(timeline.killAtMillis))
        #expect(timeline.registerAtMillis > timeline.killAtMillis)
        #expect(timeline.fakesFromMillis < timeline.killAtMillis)
        #expect(timeline.rush.lowerBound > timeline.killAtMillis)
    }
}
