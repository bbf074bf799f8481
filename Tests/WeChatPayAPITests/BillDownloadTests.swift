import FoundationEssentials
import TestSupport
import Testing
import WeChatPayAPI

@Suite("Bill download")
struct BillDownloadTests {
    private static let ask = "/v3/bill/tradebill?bill_date=2025-10-09&bill_type=ALL&tar_type=GZIP"
    private static let file = "/v3/billdownload/file?token=abc"
    private static let hash = "79bb0611d4d6ef7aa6a0d4f9b3b7ae8a0ea1f1b8"

    private func step(_ url: String, hash: String = Self.hash, type: String = "SHA1") -> FakePlatform.Answer {
        .signed(body: #"{"hash_type":"\#(type)","hash_value":"\#(hash)","download_url":"\#(url)"}"#)
    }

    @Test("a bill comes in two signed calls into a file")
    func wholeBill() async throws {
        let folder = TemporaryFolder()
        try await Rig.run { (rig: Rig) async throws in
            // Larger than any answer that is held whole.
            let bytes: [UInt8] = [0x1F, 0x8B] + Array(repeating: 7, count: 3_000_000)
            rig.platform.answer(Self.ask, with: step(rig.origin + Self.file, hash: Self.hash.uppercased()))
            rig.platform.answer(Self.file, with: .exactly(status: 200, headers: [], body: bytes))
            let path = folder.path + "/bill.gz"
            let bill = try await rig.client.tradeBill(date: "2025-10-09", into: path)
            #expect(bill == BillDownload(isGzip: true, sha1Hex: Self.hash, byteCount: bytes.count))
            #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == bytes)
            #expect(rig.platform.targets == [Self.ask, Self.file])
            // A later one takes its place.
            rig.platform.answer(Self.file, with: .exactly(status: 200, headers: [], body: Array("plain".utf8)))
            let plain = try await rig.client.tradeBill(date: "2025-10-09", into: path)
            #expect(!plain.isGzip && plain.byteCount == 5)
            #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == Array("plain".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bill.gz"])
        }
    }

    @Test("a bill that cannot be had leaves nothing")
    func failures() async throws {
        let folder = TemporaryFolder()
        try await Rig.run { (rig: Rig) async throws in
            let path = folder.path + "/bill.gz"
            func fails(_ kind: String, _ date: String = "2025-10-09") async {
                let error = await #expect(throws: PlatformCallError.self) {
                    try await rig.client.tradeBill(date: date, into: path)
                }
                #expect(error?.shortDescription == kind, "\(String(describing: error))")
            }
            await fails("not_started", "2025-1009")
            #expect(rig.platform.requests.isEmpty)
            rig.platform.answer(Self.ask, with: .plain(status: 400, body: #"{"code":"NO_STATEMENT_EXIST"}"#))
            await fails("refused")
            rig.platform.answer(
                Self.ask, with: .plain(status: 200, body: #"{"download_url":"\#(rig.origin + Self.file)"}"#))
            await fails("untrusted_answer")
            for answer in [
                step("https://elsewhere.example/file"), step("http://api.mch.weixin.qq.com/file"),
                step("https://evilweixin.qq.com/file"), step("file:///etc/passwd"),
                step(rig.origin + Self.file, hash: "12"), step(rig.origin + Self.file, type: "MD5"),
            ] {
                rig.platform.answer(Self.ask, with: answer)
                await fails("malformed_answer")
            }
            rig.platform.answer(Self.ask, with: step(rig.origin + Self.file))
            for (status, kind) in [(403, "refused"), (500, "platform_fault"), (302, "malformed_answer")] {
                rig.platform.answer(Self.file, with: .plain(status: status, body: ""))
                await fails(kind)
            }
            rig.platform.answer(Self.file, with: .exactly(status: 200, headers: [], body: [1]))
            let error = await #expect(throws: PlatformCallError.self) {
                try await rig.client.tradeBill(date: "2025-10-09", into: folder.path + "/none/bill.gz")
            }
            #expect(error?.shortDescription == "not_started")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}
