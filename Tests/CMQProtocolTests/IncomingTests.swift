import CMQProtocol
import Testing

@Suite("telling the two APIs apart")
struct IncomingTests {
    private func read(
        _ method: String, _ query: String?, _ body: String = "", _ fields: [String: String] = [:]
    ) -> String {
        let incoming = CMQIncoming.read(method: method, field: { fields[$0] }, query: query, body: Array(body.utf8))
        switch incoming {
        case .api2(let request): return "2 \(request.action)"
        case .api3(let request): return "3 \(request.action)"
        case .refused(let fault, .api2(let id)): return "2 refused \(fault.module) \(id)"
        case .refused(let fault, .api3): return "3 refused \(fault.module)"
        }
    }

    private let signed = "&SecretId=AKIDx&Timestamp=1700000000&Nonce=1&Signature=AAAA"

    @Test("a Version parameter or an X-TC-Action field means API 3.0, the path means nothing")
    func dialects() {
        #expect(read("POST", nil, "Action=ListQueue" + signed) == "2 listQueue")
        #expect(read("GET", "Action=ListQueue" + signed) == "2 listQueue")
        #expect(read("GET", nil, "Action=ListQueue" + signed) == "2 listQueue")
        #expect(read("POST", nil, "Action=SendCmqMsg&Version=2020-02-17" + signed) == "3 sendMessage")
        #expect(read("GET", "Action=SendCmqMsg&Version=2019-03-04" + signed) == "3 sendMessage")
        #expect(read("POST", nil, "Action=SendCmqMsg" + signed) == "2 refused 10430 0")
    }

    @Test("what cannot be read is answered in its own API")
    func refusals() {
        #expect(read("POST", nil, "a=%") == "2 refused 10420 0")
        #expect(read("POST", nil, "") == "2 refused 10010 0")
        #expect(read("PUT", nil, "Action=ListQueue&clientRequestId=5") == "2 refused 10410 5")
        #expect(read("GET", "Action=Nothing&clientRequestId=7") == "2 refused 10430 7")
        #expect(read("GET", "Action=Nothing&Version=2020-02-17") == "3 refused 10430")
        #expect(read("GET", "Action=SendCmqMsg&Version=2021-01-01" + signed) == "3 refused 10110")
        #expect(read("POST", nil, "{}", ["X-TC-Action": "SendCmqMsg"]) == "3 refused 10390")
        let fields = ["X-TC-Action": "SendCmqMsg", "X-TC-Version": "2020-02-17"]
        #expect(read("POST", nil, "{}", fields) == "3 refused 10390")
        #expect(read("POST", "QueueName=q", "{}", fields) == "3 refused 10000")
        #expect(read("GET", "QueueName=q", "{}", fields) == "3 refused 10000")
        #expect(read("DELETE", nil, "", fields) == "3 refused 10410")
    }
}
