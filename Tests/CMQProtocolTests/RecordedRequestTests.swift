import CMQProtocol
import MessageModel
import Testing

/// What the real Python clients sent, call by call.
@Suite("requests of the real clients")
struct RecordedRequestTests {
    @Test("every one is told apart, its string to sign is found, its call is read")
    func all() throws {
        let requests = try CMQFixtures.requests()
        #expect(requests.count == 165)
        for request in requests {
            switch request.read() {
            case .api2(let read):
                #expect(request.id.hasPrefix("py3"), "\(request.id)")
                #expect(sign(read.form, request, .api2), "\(request.id)")
                #expect(throws: Never.self, "\(request.id)") { try read.call() }
                #expect(read.requestClient == "SDK_Python_1.3")
            case .api3(let read):
                #expect(request.id.hasPrefix("api3"), "\(request.id)")
                #expect(throws: Never.self, "\(request.id)") { try read.call() }
                #expect(read.requestClient == "SDK_PYTHON_3.1.130")
                try check(read, request)
            case .refused(let fault, _): Issue.record("\(request.id): \(fault)")
            }
        }
    }

    private func check(_ read: API3Request, _ request: CMQFixtures.Request) throws {
        switch read.identity {
        case .form:
            let form = try #require(read.form)
            #expect(sign(form, request, .api3), "\(request.id)")
        case .tc3(let signature):
            #expect(TC3Signature.isPayloadUnsigned(field: request.field) == request.id.contains("unsigned"))
            let texts = signature.canonicalRequests(
                method: request.method, path: request.path, query: request.query,
                hosts: CandidateHosts.all(host: request.field("Host")), field: request.field,
                payloadHash: request.json.text("payloadHash"))
            #expect(texts.contains(Array(request.json.text("canonicalRequest").utf8)), "\(request.id)")
        }
    }

    private func sign(_ form: CMQForm, _ request: CMQFixtures.Request, _ style: API2Signing.Style) -> Bool {
        let expected = Array(request.json.text("stringToSign").utf8)
        return API2Signing.matches(
            form, method: request.method, hosts: CandidateHosts.all(host: request.field("Host")), path: request.path,
            style: style, allowsUnsignedAtValues: true, by: { $0 == expected })
    }

    private func call(_ id: String) throws -> CMQRequest {
        let request = try #require(try CMQFixtures.requests().first { $0.id == id })
        switch request.read() {
        case .api2(let read): return try read.call()
        case .api3(let read): return try read.call()
        case .refused(let fault, _): throw fault
        }
    }

    @Test("bodies arrive as they were sent, batches in order", arguments: ["POST", "GET"])
    func messages(_ method: String) throws {
        guard case .sendMessages(let one) = try call("py3 \(method) sha1 send") else { throw OtherCall() }
        #expect(one == .init(queue: "pay-order", bodies: [#"{"desc":"支付成功 ✓","q":"a&b=c+d%20e"}"#]))
        guard case .sendMessages(let late) = try call("py3 \(method) sha1 send delayed") else {
            throw OtherCall()
        }
        #expect(late == .init(queue: "pay-order", bodies: ["late 😀\nline"], delaySeconds: 5))
        guard case .sendMessages(let batch) = try call("py3 \(method) sha1 batch_send 16") else {
            throw OtherCall()
        }
        #expect(batch.bodies == (1...16).map { Bytes("m\($0)") })
        guard case .publishMessages(let tagged) = try call("py3 \(method) sha1 batch_publish") else {
            throw OtherCall()
        }
        #expect(tagged.bodies == ["a", "b"] && tagged.tags.map(\.text) == ["风控"] && tagged.routingKey.isEmpty)
        guard case .receiveMessages(let waits) = try call("py3 \(method) sha1 receive poll") else {
            throw OtherCall()
        }
        #expect(waits == .init(queue: "pay-order", countMax: 1, waitSeconds: 3))
        guard case .receiveMessages(let silent) = try call("py3 \(method) sha1 receive") else {
            throw OtherCall()
        }
        #expect(silent.waitSeconds == nil)
    }

    @Test(
        "API 3.0 says the same in JSON, in a query and in a signed form",
        arguments: ["POST TC3-HMAC-SHA256", "GET TC3-HMAC-SHA256", "POST HmacSHA1", "GET HmacSHA256"])
    func api3(_ way: String) throws {
        guard case .sendMessages(let send) = try call("api3 \(way) SendCmqMsg 2") else { throw OtherCall() }
        #expect(send == .init(queue: "pay-order", bodies: ["@a&b=c d+😀"]))
        guard case .createQueue(let name, let settings) = try call("api3 \(way) CreateCmqQueue 2") else {
            throw OtherCall()
        }
        #expect(name == "q-1" && settings.retentionSeconds == 600 && settings.isTraced == true)
        #expect(settings.deadLetter == .init(queue: "dead", rule: .receiveCount(7)))
        guard case .listQueues(let tagged) = try call("api3 \(way) DescribeCmqQueues 2") else {
            throw OtherCall()
        }
        #expect(tagged.names == [])
        guard case .listSubscriptions(let listing) = try call("api3 \(way) DescribeCmqSubscriptionDetail 1") else {
            throw OtherCall()
        }
        #expect(listing.queue == "q-1" && listing.listing.searchWord == "s")
    }
}
