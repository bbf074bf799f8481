import AccessControl
import BoundedJSON
import PaymentNotice
import Testing

@Suite struct NoticeVectorTests {
    @Test("the folder holds the 24 vectors and each has the body it says")
    func complete() throws {
        let names = try Vectors.names()
        #expect(names.count == 24)
        #expect(names.map { Int($0.prefix(2)) } == Array(1...24))
        for name in names {
            let request = try VectorRequest(name: name)
            #expect(request.vector["name"]?.string == name)
            #expect(request.vector["body_bytes"]?.int64 == Int64(request.body.count))
            #expect(request.vector["body_sha256"]?.string == Hashes.hex(Hashes.sha256(request.body)))
        }
    }

    @Test("the verdict on every vector is the expected one", arguments: try Vectors.names())
    func verdicts(name: String) throws {
        let request = try VectorRequest(name: name)
        let expected = try #require(request.vector["expect"])
        let verdict = try Vectors.verifier().verdict(
            headers: NoticeHeaders(list: request.headers), body: request.body, nowSeconds: request.nowSeconds)
        let plaintext = request.vector["plaintext"]?.stringBytes
        switch verdict {
        case .payment(let transaction, let envelope):
            #expect(expected["accept"]?.bool == true)
            #expect(envelope.eventType == "TRANSACTION.SUCCESS")
            #expect(transaction == (try PaidTransaction.decode(plaintext ?? [])))
        case .other(let envelope, let found):
            #expect(expected["accept"]?.bool == true)
            #expect(envelope.eventType != "TRANSACTION.SUCCESS")
            #expect(found == plaintext)
        case .refused(let refusal, let probe):
            #expect(expected["accept"]?.bool == false)
            #expect(expected["reason"]?.string == refusal.rawValue)
            #expect(expected["status"]?.int64 == Int64(refusal.status))
            #expect(probe == (name == "09-signtest-probe"))
        }
    }

    @Test("what is opened is the plaintext of the vector, byte for byte", arguments: try Vectors.names())
    func plaintexts(name: String) throws {
        let request = try VectorRequest(name: name)
        guard let expected = request.vector["plaintext"]?.stringBytes else { return }
        let resource = try #require(try JSONValue.parse(request.body)["resource"])
        let opened = try Vectors.keys().open(
            nonce: resource["nonce"]?.stringBytes ?? [],
            associatedData: resource["associated_data"]?.stringBytes ?? [],
            ciphertext: resource["ciphertext"]?.stringBytes.flatMap { StrictBase64.decode($0) } ?? [])
        #expect(opened == expected)
    }

    @Test("a redelivery tells of the same payment under the same keys")
    func redelivery() throws {
        var found: [(PaidTransaction, NoticeEnvelope)] = []
        for name in ["01-valid-partner", "13-redelivery-of-01"] {
            let request = try VectorRequest(name: name)
            let verdict = try Vectors.verifier().verdict(
                headers: NoticeHeaders(list: request.headers), body: request.body, nowSeconds: request.nowSeconds)
            if case .payment(let transaction, let envelope) = verdict { found.append((transaction, envelope)) }
        }
        try #require(found.count == 2)
        #expect(found[0].0 == found[1].0)
        #expect(found[0].1 == found[1].1)
    }

    @Test("a payment's members are the vector's: coupons, Chinese text, direct mode")
    func members() throws {
        func transaction(_ name: String) throws -> PaidTransaction {
            try PaidTransaction.decode(try VectorRequest(name: name).vector["plaintext"]?.stringBytes ?? [])
        }
        let first = try transaction("01-valid-partner")
        #expect(first.merchantID == "1630005678" && first.providerMerchantID == "1620001234")
        #expect(first.amount == 1250 && first.payerAmount == 1250 && first.discount == 0)
        #expect(first.deviceID == "013467007045764" && first.attach == "store=0301;pos=02")
        let chinese = try transaction("02-valid-partner-chinese")
        #expect(chinese.discount > 0 && chinese.subAppID != nil && chinese.subPayer != nil)
        let direct = try transaction("19-valid-direct")
        #expect(direct.mode == .direct && direct.merchantID == "1640009012" && direct.deviceID.isEmpty)
    }

    @Test("the message id of a payment is the published check value")
    func messageID() {
        let id = OrderPaymentMessage.messageID(
            eventType: "order.paid", merchantID: "1900000109", transactionID: "4200002345202511230123456789",
            refundID: nil, sha256: Hashes.sha256)
        #expect(id == "msg_qreq382wqjavjsa077423pj2bt4xddvj")
    }
}
