import CMQProtocol
import Testing

@Suite("TC3 signatures")
struct TC3SignatureTests {
    @Test("T1 and T2: canonical request, string to sign and signature are the reference's")
    func vectors() throws {
        let vectors = try CMQFixtures.tc3Vectors()
        #expect(vectors.count == 2)
        for vector in vectors {
            let signature = try TC3Signature(field: vector.field)
            let texts = signature.canonicalRequests(
                method: vector.method, path: vector.path, query: vector.query,
                hosts: CandidateHosts.all(host: vector.field("Host")), field: vector.field,
                payloadHash: vector.json.text("payloadHash"))
            #expect(texts == [Array(vector.json.text("canonicalRequest").utf8)])
            let string = signature.stringToSign(canonicalHash: vector.json.text("canonicalHash"))
            #expect(string == Array(vector.json.text("stringToSign").utf8))
            #expect(signature.secretID == "AKIDtestvector0001" && signature.date == "2023-11-14")
            #expect(signature.service == "tdmq" && signature.timestampSeconds == 1_700_000_000)
            let hex = signature.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(hex == vector.json.text("signature"))
        }
    }

    @Test("values are tried as they are and in lower case, for every host")
    func candidates() throws {
        let fields = fields(authorization(signed: "content-type;host;x-tc-action"), ["X-TC-Action": " SendCmqMsg "])
        let texts = try TC3Signature(field: { fields[$0] }).canonicalRequests(
            method: "POST", path: "/", query: "", hosts: ["H.test", "h.test:80"],
            field: { name in fields.first { $0.key.lowercased() == name }?.value }, payloadHash: "00"
        ).map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.count == 4)
        #expect(
            texts[0] == "POST\n/\n\ncontent-type:application/json\nhost:H.test\nx-tc-action:SendCmqMsg\n\n"
                + "content-type;host;x-tc-action\n00")
        #expect(texts[1].contains("host:h.test\nx-tc-action:sendcmqmsg\n"))
        #expect(texts[2].contains("host:h.test:80\nx-tc-action:SendCmqMsg\n"))
    }

    @Test("a signed field that is not there leaves nothing to verify")
    func missingField() throws {
        let fields = fields(authorization(signed: "content-type;host;x-tc-region"))
        let texts = try TC3Signature(field: { fields[$0] }).canonicalRequests(
            method: "POST", path: "/", query: "", hosts: ["h"],
            field: { name in fields.first { $0.key.lowercased() == name }?.value }, payloadHash: "00")
        #expect(texts.isEmpty)
    }

    @Test(
        "authorizations that are malformed, of another day, service or scope, or that leave out host or content type are refused",
        arguments: [
            "", "TC3-HMAC-SHA256", "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request",
            "TC3-HMAC-SHA1 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-15/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/cvm/tc3_request, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_requests, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/b/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host;host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=Content-Type;Host, Signature=00",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, SignedHeaders=content-type;host, Signature=00, X=1",
            "TC3-HMAC-SHA256 Credential=a/2023-11-14/tdmq/tc3_request, Signature=00, Signature=00",
        ])
    func refused(_ authorization: String) {
        let fields = fields(authorization)
        #expect(throws: CMQFault.self) { try TC3Signature(field: { fields[$0] }) }
    }

    @Test("a signature that is not 64 lower-case hexadecimal digits equals none")
    func signatureForm() throws {
        for text in ["00", String(repeating: "AB", count: 32), String(repeating: "g0", count: 32)] {
            let fields = fields(authorization(signature: text))
            #expect(try TC3Signature(field: { fields[$0] }).bytes.isEmpty)
        }
    }

    @Test(
        "the scope's day is the UTC day of the timestamp",
        arguments: [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (951_782_400, "2000-02-29"), (1_709_164_799, "2024-02-28"),
            (1_709_164_800, "2024-02-29"), (1_735_689_599, "2024-12-31"), (4_102_444_800, "2100-01-01"),
            (4_107_542_400, "2100-03-01"),
        ])
    func days(_ seconds: Int, _ date: String) throws {
        let fields = fields(authorization(date: date), ["X-TC-Timestamp": String(seconds)])
        #expect(try TC3Signature(field: { fields[$0] }).date == date)
    }

    private func authorization(
        signed: String = "content-type;host", date: String = "2023-11-14",
        signature: String = String(repeating: "00", count: 32)
    ) -> String {
        "TC3-HMAC-SHA256 Credential=AKIDx/\(date)/tdmq/tc3_request, SignedHeaders=\(signed), Signature=\(signature)"
    }

    private func fields(_ authorization: String, _ more: [String: String] = [:]) -> [String: String] {
        let fields = [
            "Authorization": authorization, "X-TC-Timestamp": "1700000000", "Content-Type": "application/json",
            "Host": "h",
        ]
        return fields.merging(more) { $1 }
    }
}
