import AccessControl
import BoundedJSON
import PaymentNotice
import Testing

@Suite struct APISignatureTests {
    let file: JSONValue
    let signer: MerchantAPISigner
    let verifier: MerchantAPIVerifier

    init() throws {
        file = try Vectors.json("api-signatures.json")
        let merchant = try #require(try Vectors.json("config.json")["merchant_api"])
        let serial = try #require(merchant["serial"]?.string)
        signer = try MerchantAPISigner(
            merchantID: "1620001234", serial: serial, privateKeyPEM: try Vectors.text("keys/merchant-api.key.pem"))
        verifier = try MerchantAPIVerifier(
            keys: [("1620001234", serial, try Vectors.text("keys/merchant-api.cert.pem"))])
    }

    @Test("every request is signed byte for byte and verified")
    func requests() throws {
        let requests = try #require(file["requests"]?.array)
        #expect(requests.count == 2)
        for request in requests {
            let method = try #require(request["method"]?.string)
            let path = try #require(request["url"]?.string)
            let body = try #require(request["body"]?.stringBytes)
            let nonce = try #require(request["nonce_str"]?.string)
            let seconds = try #require(request["timestamp"]?.int64)
            let canonical = NoticeCanonical.request(
                method: method, pathAndQuery: path, timestamp: String(seconds), nonce: nonce, body: body)
            #expect(request["string_to_sign"]?.stringBytes == canonical)
            let header = try signer.authorization(
                method: method, pathAndQuery: path, body: body, timestampSeconds: seconds, nonce: nonce)
            let parsed = try #require(MerchantAuthorization.parse(header))
            #expect(parsed.signature == request["signature"]?.string)
            #expect(parsed.merchantID == request["mchid"]?.string && parsed.serial == request["serial_no"]?.string)
            #expect(
                verifier.verify(
                    authorization: header, method: method, pathAndQuery: path, body: body, nowSeconds: seconds + 299)
                    == .ok(merchantID: "1620001234"))
        }
    }

    @Test("every answer of the platform verifies, the empty one too, and no other body does")
    func responses() throws {
        let responses = try #require(file["responses"]?.array)
        #expect(responses.count == 3)
        let keys = try Vectors.keys()
        for response in responses {
            let headers = NoticeHeaders(list: Vectors.headers(response["headers"]))
            let body = try #require(response["body"]?.stringBytes)
            #expect(keys.verifyAnswer(headers: headers, body: body, nowSeconds: 1_760_000_000) == .ok)
            #expect(
                keys.verifyAnswer(headers: headers, body: body + [0x20], nowSeconds: 1_760_000_000)
                    == .refused(.signatureMismatch))
            #expect(
                keys.verifyAnswer(headers: headers, body: body, nowSeconds: 1_760_000_300)
                    == .refused(.timestampOutOfWindow))
        }
    }

    @Test("the certificate list opens to the two certificates")
    func certificateList() throws {
        let body = try #require(file["responses"]?.array?.last?["body"]?.stringBytes)
        let list = try #require(try JSONValue.parse(body)["data"]?.array)
        #expect(list.count == 2)
        for (item, name) in zip(list, ["platform-a", "platform-b"]) {
            let sealed = try #require(item["encrypt_certificate"])
            let opened = try Vectors.keys().open(
                nonce: sealed["nonce"]?.stringBytes ?? [],
                associatedData: sealed["associated_data"]?.stringBytes ?? [],
                ciphertext: sealed["ciphertext"]?.stringBytes.flatMap { StrictBase64.decode($0) } ?? [])
            #expect(opened == (try Vectors.bytes("keys/\(name).cert.pem")))
        }
    }

    @Test("a request that differs in anything signed is refused, each with its reason")
    func refusals() throws {
        let now: Int64 = 1_760_000_000
        let header = try signer.authorization(
            method: "GET", pathAndQuery: "/a?b=c", body: [], timestampSeconds: now, nonce: "n")
        func check(
            _ header: String?, method: String = "GET", path: String = "/a?b=c", body: [UInt8] = [], at: Int64 = now
        ) -> MerchantAPICheck {
            verifier.verify(authorization: header, method: method, pathAndQuery: path, body: body, nowSeconds: at)
        }
        #expect(check(header) == .ok(merchantID: "1620001234"))
        #expect(check(nil) == .missingAuthorization)
        #expect(check("Bearer x") == .malformedAuthorization)
        #expect(check(header.replacing("\"1760000000\"", with: "\"now\"")) == .malformedAuthorization)
        #expect(check(header, at: now + 300) == .timestampOutOfWindow)
        #expect(check(header.replacing("1620001234", with: "1620001235")) == .unknownKey)
        #expect(check(header.replacing("7C1B", with: "7C1C")) == .unknownKey)
        #expect(check(header, method: "POST") == .signatureMismatch)
        #expect(check(header, path: "/a?b=d") == .signatureMismatch)
        #expect(check(header, body: [0]) == .signatureMismatch)
        #expect(check(header.replacing("nonce_str=\"n\"", with: "nonce_str=\"m\"")) == .signatureMismatch)
    }

    @Test("the items of a header are read by name in any order, and nothing is guessed")
    func authorizationForm() {
        let items = ["mchid=\"1\"", "nonce_str=\"2\"", "signature=\"3==\"", "timestamp=\"4\"", "serial_no=\"5\""]
        let expected = MerchantAuthorization(merchantID: "1", nonce: "2", timestamp: "4", serial: "5", signature: "3==")
        let scheme = "WECHATPAY2-SHA256-RSA2048 "
        #expect(MerchantAuthorization.parse(scheme + items.joined(separator: ",")) == expected)
        #expect(MerchantAuthorization.parse(scheme + items.reversed().joined(separator: ", ")) == expected)
        for index in items.indices {
            var fewer = items
            fewer.remove(at: index)
            #expect(MerchantAuthorization.parse(scheme + fewer.joined(separator: ",")) == nil)
            #expect(MerchantAuthorization.parse(scheme + (items + [items[index]]).joined(separator: ",")) == nil)
        }
        for header in [
            "", scheme, "Bearer " + items.joined(separator: ","), scheme + items.joined(separator: ",") + ",x=\"1\"",
            scheme + items.joined(separator: ",").replacing("\"1\"", with: "1"),
            scheme + items.joined(separator: ",").replacing("\"1\"", with: "\"\""),
            scheme + items.joined(separator: ",").replacing("\"1\"", with: "\"1\"2\""),
            scheme
                + items.joined(separator: ",").replacing(
                    "\"1\"", with: "\"" + String(repeating: "1", count: 3_000) + "\""),
        ] {
            #expect(MerchantAuthorization.parse(header) == nil)
        }
    }
}
