import PushSchedule
import Testing

@Suite struct AckModeTests {
    private func classify(_ mode: AckMode, _ status: Int, _ body: String, retryAfter: Bool = false) -> OutcomeClass {
        mode.classify(status: status, hasRetryAfter: retryAfter, body: Array(body.utf8))
    }

    @Test(
        "a status decides its class",
        arguments: [
            (200, OutcomeClass.acked), (204, .acked), (299, .acked), (301, .redirect), (307, .redirect),
            (400, .clientError),
            (404, .clientError), (410, .gone), (429, .throttled), (500, .serverError), (503, .serverError),
            (600, .protocolError),
        ])
    func statuses(status: Int, expected: OutcomeClass) {
        #expect(classify(.status, status, "whatever") == expected)
    }

    @Test("503 is throttling only with Retry-After")
    func throttled() {
        #expect(classify(.status, 503, "", retryAfter: true) == .throttled)
        #expect(classify(.status, 500, "", retryAfter: true) == .serverError)
    }

    @Test("the body mode wants one of its texts, trimmed and case-sensitive")
    func bodyMode() {
        #expect(classify(.successText, 200, "success") == .acked)
        #expect(classify(.successText, 200, " \r\n SUCCESS\n") == .acked)
        #expect(classify(.successText, 200, "Success") == .nacked)
        #expect(classify(.successText, 200, "success!") == .nacked)
        #expect(classify(.successText, 204, "") == .nacked)
        #expect(classify(.successText, 500, "success") == .serverError)
    }

    @Test(
        "the code mode takes JSON and XML that say SUCCESS",
        arguments: [
            #"{"code":"SUCCESS"}"#, #" { "message" : "a\"b" , "n":[1,{"code":"FAIL"}], "code" : "SUCCESS" } "#,
            "<xml><return_code>SUCCESS</return_code></xml>",
            "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg>OK</return_msg></xml>",
        ])
    func codeAccepts(body: String) {
        #expect(classify(.code, 200, body) == .acked)
    }

    @Test(
        "the code mode refuses everything else",
        arguments: [
            "", "SUCCESS", #"{"code":"FAIL"}"#, #"{"data":{"code":"SUCCESS"}}"#, #"{"code":"SUCCESS""#, #"{"code":1}"#,
            #"{"code":"SUCCESS","code":"SUCCESS"}"#, #"{"code":"SUCCESS"} x"#, "{", #"{"a"#, #"{"a":"\"#,
            "<xml><!--<return_code>SUCCESS</return_code>--></xml>", "<return_code>SUCCESS",
            "<xml><return_code>FAIL</return_code><return_code>SUCCESS</return_code></xml>",
        ])
    func codeRefuses(body: String) {
        #expect(classify(.code, 200, body) == .nacked)
    }

    @Test("204 satisfies the code mode")
    func noContent() {
        #expect(classify(.code, 204, "") == .acked)
    }

    @Test("JSON nested beyond the bound is refused")
    func deepJSON() {
        let deep =
            #"{"a":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + #","code":"SUCCESS"}"#
        #expect(classify(.code, 200, deep) == .nacked)
    }

    @Test("modes that read the body fail beyond 4 KiB, the status mode does not")
    func largeBody() {
        let padded = "success" + String(repeating: " ", count: 4_090)
        #expect(padded.utf8.count == 4_097)
        #expect(classify(.successText, 200, padded) == .nacked)
        #expect(classify(.successText, 200, String(padded.dropLast())) == .acked)
        #expect(classify(.status, 200, padded) == .acked)
    }

    @Test("faults of ours use up no attempt")
    func owners() {
        #expect(OutcomeClass.allCases.filter { !$0.countsAsAttempt } == [.senderError])
        #expect(OutcomeClass.senderError.owner == .us)
        #expect(OutcomeClass.timeoutConnect.owner == .network)
        #expect(OutcomeClass.serverError.owner == .merchant)
    }
}
