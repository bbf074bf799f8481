import BoundedJSON
import Engine
import HTTPDataPlane
import MessageModel
import NIOCore
import TestSupport
import Testing

@testable import QueueAPI

@Suite("Native API: messages")
struct NativeMessageTests {
    @Test("a message comes out as it went in: text, bytes, tags, headers; its id is the same on both sides")
    func roundTrip() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let text = "支付成功 ✓ \u{1}\"\\\n"
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("body", text)
            writer.key("tags")
            writer.raw(Array(#"["a","b"]"#.utf8))
            writer.key("headers")
            writer.raw(Array(#"{"h":"1","i":""}"#.utf8))
            writer.endObject()
            let sent = await api.ask("POST", "/v1/queues/q/messages", String(decoding: writer.bytes, as: UTF8.self))
            #expect(sent.status == 201 && sent.json?["duplicate"]?.bool == false)
            let bytes = await api.ask("POST", "/v1/queues/q/messages", #"{"body_base64":"/wD+"}"#)
            let got = await api.receive("q", 10, #","consumer":"me","visibility_millis":60000"#)
            try #require(got.count == 2)
            #expect(got[0]["id"]?.string == sent.json?["id"]?.string && got[0]["body"]?.string == text)
            #expect(got[0]["headers"]?["h"]?.string == "1" && got[0]["headers"]?["i"]?.string == "")
            #expect(got[0]["tags"]?.array?.map(\.string) == ["a", "b"] && got[0]["delivery_count"]?.int64 == 1)
            #expect(got[0]["hidden_until_millis"]?.int64 == Int64(api.time.now.milliseconds + 60_000))
            #expect(got[1]["id"]?.string == bytes.json?["id"]?.string && got[1]["body_base64"]?.string == "/wD+")
            #expect(got[1]["body"] == nil)
        }
    }

    @Test("a key makes a send repeatable, in the field and in the message; keys of different ways do not meet")
    func keys() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            func send(_ body: String, _ key: String? = nil) async -> NativeReply {
                await api.ask(
                    "POST", "/v1/queues/q/messages", body, headers: key.map { [("Idempotency-Key", $0)] } ?? [])
            }
            let first = await send(#"{"body":"1"}"#, "k")
            let again = await send(#"{"body":"1"}"#, "k")
            #expect(first.status == 201 && again.status == 200 && again.json?["duplicate"]?.bool == true)
            #expect(first.json?["id"]?.string == again.json?["id"]?.string)
            #expect(await send(#"{"body":"2","key":"k"}"#).status == 201)
            #expect(await send(#"{"body":"2","key":"k"}"#).status == 200)
            #expect(await send(#"{"body":"3","key":"k"}"#, "k").code == "invalid_value")
            #expect(await send(#"{"body":"3"}"#, String(repeating: "k", count: 101)).code == "invalid_value")
            #expect(await send(#"{"body":"3","key":""}"#).code == "invalid_value")
            let batch = [#"{"body":"a"}"#, #"{"body":"b"}"#]
            let lines = await api.askLines("/v1/queues/q/messages", batch, headers: [("Idempotency-Key", "k")]).lines
            let repeated = await api.askLines("/v1/queues/q/messages", batch, headers: [("Idempotency-Key", "k")]).lines
            #expect(lines.map { $0["duplicate"]?.bool } == [false, false])
            #expect(repeated.map { $0["duplicate"]?.bool } == [true, true])
            #expect(repeated.map { $0["id"]?.string } == lines.map { $0["id"]?.string })
            // What a batch makes of its key for its second line is no key that a single request can spell.
            #expect(await send(#"{"body":"c"}"#, "k#1").status == 201)
            #expect(await api.receive("q").count == 5)
        }
    }

    @Test("a large batch is stored in its order, with a line per message; wrong lines are passed over")
    func largeBatch() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q", #"{"body_bytes_max":5000}"#)
            let padding = String(repeating: "x", count: 900)
            var lines = (0..<1_000).map { #"{"body":"\#($0) \#(padding)"}"# }
            lines[10] = "no json"
            lines[20] = ""
            lines[30] = #"{"text":"x"}"#
            lines[40] = #"{"body":"\#(String(repeating: "y", count: 5_001))"}"#
            let reply = await api.askLines("/v1/queues/q/messages", lines)
            #expect(reply.status == 200 && reply.media == "application/x-ndjson" && reply.lines.count == 1_000)
            let failed = reply.lines.enumerated().filter { $0.element["error"] != nil }.map { $0.offset }
            #expect(failed == [10, 20, 30, 40])
            #expect(reply.lines[10]["error"]?["code"]?.string == "invalid_json")
            #expect(reply.lines[30]["error"]?["code"]?.string == "invalid_value")
            #expect(reply.lines[40]["error"]?["code"]?.string == "too_large")
            var numbers: [Int] = []
            while true {
                let got = await api.receive("q")
                if got.isEmpty { break }
                numbers += got.compactMap { $0["body"]?.string?.split(separator: " ").first.flatMap { Int($0) } }
            }
            #expect(numbers == (0..<1_000).filter { ![10, 20, 30, 40].contains($0) })
            let tooMany = Array(repeating: #"{"body":"z"}"#, count: NativeLimits.lineCountMax + 1)
            #expect(await api.askLines("/v1/queues/q/messages", tooMany).code == "too_large")
        }
    }

    @Test("where the store fails, the lines behind are not attempted")
    func brokenBatch() async throws {
        let faults = CommitFaults()
        let store = TemporaryStore { faults.install(&$0) }
        let run = try await store.run { broker in
            let api = try NativeHarness(broker, store.time)
            _ = await api.ask("PUT", "/v1/queues/q")
            faults.arm(.before)
            let lines = (0..<600).map { #"{"body":"\#($0)"}"# }
            let reply = await api.askLines("/v1/queues/q/messages", lines)
            let codes = reply.lines.map { $0["error"]?["code"]?.string }
            try #require(codes.count == 600)
            // The store tries a failed group again by itself where it may; what it tells is what counts.
            if let broken = codes.firstIndex(where: { $0 != nil }) {
                #expect(codes[broken..<256].allSatisfy { $0 == codes[broken] })
                #expect(codes[256...].allSatisfy { $0 == "not_attempted" })
            }
        }
        #expect(run.problems == [])
    }

    @Test("single sends of one turn are stored together and answered each")
    func sharedTurn() async throws {
        try await NativeHarness.run { api in
            for name in ["a", "b"] { _ = await api.ask("PUT", "/v1/queues/\(name)") }
            let boxes = (0..<300).map { _ in NativeAnswerBox() }
            let exchanges = boxes.enumerated().map { index, box in
                DataPlaneExchange(
                    request: DataPlaneRequest(
                        method: "POST", target: "/v1/queues/\(index % 3 == 0 ? "a" : "b")/messages",
                        headers: HTTPFields([NativeHarness.bearer(api.admin)]),
                        body: ByteBuffer(string: index == 7 ? "{" : #"{"body":"\#(index)"}"#)), sink: box)
            }
            api.api.handle(exchanges)
            for (index, box) in boxes.enumerated() {
                #expect(await NativeHarness.reply(box).status == (index == 7 ? 400 : 201))
            }
            #expect(await api.receive("a").count == 100)
            #expect(await api.receive("b").compactMap { $0["body"]?.string.flatMap { Int($0) } }.count == 199)
            #expect(api.api.figures.stored == 299 && api.api.figures.inFlight == 0)
        }
    }

    @Test("deliveries are acknowledged, released and extended, with a result per receipt")
    func settling() async throws {
        try await NativeHarness.run { api in
            for name in ["q", "other"] {
                _ = await api.ask("PUT", "/v1/queues/\(name)", #"{"visibility_millis":10000}"#)
            }
            _ = await api.askLines("/v1/queues/q/messages", (0..<4).map { #"{"body":"\#($0)"}"# })
            _ = await api.ask("POST", "/v1/queues/other/messages", #"{"body":"o"}"#)
            let receipts = await api.receive("q").compactMap { $0["receipt"]?.string }
            let foreign = await api.receive("other").first?["receipt"]?.string ?? ""
            try #require(receipts.count == 4)
            func codes(_ reply: NativeReply) -> [String] {
                (reply.json?["results"]?.array ?? reply.lines).map {
                    $0["done"]?.bool == true ? "done" : $0["error"]?["code"]?.string ?? "?"
                }
            }
            let list = [receipts[0], foreign, "garbage", receipts[0]].map { "\"\($0)\"" }.joined(separator: ",")
            let acknowledged = codes(await api.ask("POST", "/v1/queues/q/acknowledge", #"{"receipts":[\#(list)]}"#))
            #expect(acknowledged == ["done", "receipt_invalid", "receipt_invalid", "done"])
            #expect(await api.figure("leased", of: "other") == 1)
            let released = await api.askLines(
                "/v1/queues/q/release",
                [#"{"receipt":"\#(receipts[1])"}"#, "{}", #"{"receipt":"\#(receipts[2])","delay_millis":5000}"#])
            #expect(codes(released) == ["done", "invalid_value", "done"])
            #expect(await api.receive("q").map { $0["body"]?.string } == ["1"])
            let extended = await api.ask(
                "POST", "/v1/queues/q/extend", #"{"receipts":["\#(receipts[3])"],"visibility_millis":60000}"#)
            #expect(codes(extended) == ["done"])
            api.time.advance(milliseconds: 10_001)
            let back = try await eventually(moving: api.time) {
                await api.receive("q").contains { $0["body"]?.string == "2" }
            }
            #expect(back)
            #expect(await api.figure("leased") ?? 0 >= 2)
            for body in ["", "{}", #"{"receipts":[]}"#, #"{"receipts":[1]}"#, #"{"receipts":"x"}"#] {
                #expect(await api.ask("POST", "/v1/queues/q/acknowledge", body).code == "invalid_value", "\(body)")
            }
        }
    }

    @Test("a receive waits for a message and is answered when it comes, or with nothing when its time is up")
    func waiting() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            async let woken = api.ask("POST", "/v1/queues/q/receive", #"{"wait_millis":30000}"#)
            try await expectEventually { api.api.figures.waitingReceives == 1 }
            _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"m"}"#)
            #expect(await woken.json?["messages"]?.array?.first?["body"]?.string == "m")
            async let empty = api.ask(
                "POST", "/v1/queues/q/receive", #"{"wait_millis":2000}"#, headers: [("Accept", "application/x-ndjson")])
            try await expectEventually { api.api.figures.waitingReceives == 1 }
            try await expectEventually {
                await api.figure("waiting_receives") == 1
            }
            api.time.advance(milliseconds: 2_001)
            let reply = await empty
            #expect(reply.status == 200 && reply.text.isEmpty && reply.media == "application/x-ndjson")
            try await expectEventually { api.api.figures.waitingReceives == 0 }
        }
    }

    @Test("a receive whose client leaves leases nothing; a lease that could not be told is given back")
    func leaving() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q")
            let client = ClientPresence()
            let request = DataPlaneRequest(
                method: "POST", target: "/v1/queues/q/receive", headers: HTTPFields([NativeHarness.bearer(api.admin)]),
                body: ByteBuffer(string: #"{"wait_millis":30000}"#))
            let box = NativeAnswerBox()
            api.api.handle([DataPlaneExchange(request: request, sink: box, client: client)])
            try await expectEventually {
                await api.figure("waiting_receives") == 1
            }
            client.leave()
            try await expectEventually { api.api.figures.waitingReceives == 0 }
            _ = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"m"}"#)
            let lost = NativeAnswerBox(isWritten: false)
            api.api.handle([DataPlaneExchange(request: request, sink: lost)])
            #expect(await NativeHarness.reply(lost).json?["messages"]?.array?.count == 1)
            try await expectEventually { await api.receive("q").first?["delivery_count"]?.int64 == 2 }
        }
    }

    @Test("traces tell what happened to a message, only where the key may ask")
    func traces() async throws {
        try await NativeHarness.run { api in
            _ = await api.ask("PUT", "/v1/queues/q", #"{"traced":true}"#)
            let id = await api.ask("POST", "/v1/queues/q/messages", #"{"body":"m"}"#).json?["id"]?.string ?? ""
            let receipt = await api.receive("q", 1, #","consumer":"worker-1""#).first?["receipt"]?.string ?? ""
            _ = await api.ask("POST", "/v1/queues/q/acknowledge", #"{"receipts":["\#(receipt)"]}"#)
            let told = try await eventually(moving: api.time) {
                await api.ask("GET", "/v1/messages/\(id)/trace").json?["events"]?.array?.count == 3
            }
            #expect(told)
            let events = await api.ask("GET", "/v1/messages/\(id)/trace").json?["events"]?.array ?? []
            #expect(events.map { $0["kind"]?.string } == ["enqueued", "delivered", "acknowledged"])
            #expect(events.dropFirst().first?["consumer"]?.string == "worker-1")
            #expect(await api.ask("GET", "/v1/messages/12/trace").json?["events"]?.array?.isEmpty == true)
            #expect(await api.ask("GET", "/v1/messages/x1/trace").code == "invalid_value")
        }
    }
}
