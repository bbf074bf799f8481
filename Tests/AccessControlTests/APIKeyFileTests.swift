import AccessControl
import FoundationEssentials
import Glibc
import Testing

@Suite struct APIKeyFileTests {
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "keys-" + RandomBytes.alphanumeric(count: 12))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path())
    }

    static func fault(_ text: String) -> String {
        do throws(APIKeyFileError) {
            _ = try APIKeyFile.parse(Array(text.utf8))
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test("what is written is read again")
    func roundTrip() throws {
        let patterns = ["pay-*", "x"].compactMap { NamePattern($0) }
        var records = [
            APIKeyRecord.make(
                owner: "店 \"1\"", allowsHMACSHA1: true,
                grants: [
                    try APIGrant(.role(.producer), queues: patterns, topics: patterns),
                    try APIGrant(.named(["Get*", "ReceiveMessage"]), topics: patterns),
                ]), APIKeyRecord.make(owner: "", allowsHMACSHA1: false, grants: []),
        ]
        records[1].rotate()
        records[1].isEnabled = false
        #expect(try APIKeyFile.parse(APIKeyFile.text(records)) == records)
        #expect(try APIKeyFile.parse(APIKeyFile.text([])) == [])
    }

    @Test("defaults are enabled, without HMAC-SHA1 and without rights")
    func defaults() throws {
        let keys = try APIKeyFile.parse(Array(#"{"keys":[{"id":"AKID0001","secret":"0123456789abcdef"}]}"#.utf8))
        #expect(keys == [APIKeyRecord(id: "AKID0001", secret: "0123456789abcdef")])
    }

    @Test("a bad file is refused with its line or member, and never shows a secret")
    func faults() {
        #expect(Self.fault("{\n\"keys\": [\n}").hasPrefix("line 3: "))
        #expect(Self.fault("[]").hasPrefix("the file: an object"))
        #expect(Self.fault("{}").hasPrefix("keys: a list"))
        #expect(Self.fault(#"{"keys":[],"kyes":[]}"#).hasPrefix("kyes: unknown; allowed are keys"))
        func key(_ members: String) -> String {
            Self.fault(
                #"{"keys":[{"id":"AKID0001","secret":"0123456789abcdef"},{"id":"AKID0002","secret":"s3cr3ts3cr3ts3cr3t"\#(members)}]}"#
            )
        }
        #expect(key("") == "accepted")
        #expect(key(#","enable":true"#).hasPrefix("keys[1].enable: unknown"))
        #expect(key(#","enabled":1"#).hasPrefix("keys[1].enabled: true or false"))
        #expect(key(#","owner":7"#).hasPrefix("keys[1].owner: a text"))
        #expect(key(#","previous_secret":"s3cr3ts3cr3ts3cr3t""#).hasPrefix("keys[1].previous_secret: it must differ"))
        #expect(key(#","previous_secret":"short""#).hasPrefix("keys[1].previous_secret: 16 to 128"))
        #expect(key(#","grants":{}"#).hasPrefix("keys[1].grants: a list"))
        #expect(key(#","grants":[{}]"#).hasPrefix("keys[1].grants[0]: either role or actions"))
        #expect(
            key(#","grants":[{"role":"king","queues":["*"]}]"#).hasPrefix("keys[1].grants[0].role: producer, consumer"))
        #expect(key(#","grants":[{"role":"admin"}]"#).hasPrefix("keys[1].grants[0]: neither queues nor topics"))
        #expect(key(#","grants":[{"role":"admin","queues":["*","a*b"]}]"#).hasPrefix("keys[1].grants[0].queues[1]: "))
        #expect(
            key(#","grants":[{"actions":["Fly"],"queues":["*"]}]"#).hasPrefix(#"keys[1].grants[0]: "Fly" is no action"#)
        )
        #expect(
            key(#","grants":[{"role":"admin","actions":["Get*"],"queues":["*"]}]"#).contains("either role or actions"))
        #expect(!key(#","enable":true"#).contains("s3cr3t"))
        func ids(_ second: String) -> String {
            Self.fault(
                #"{"keys":[{"id":"AKID0001","secret":"0123456789abcdef"},{"id":"\#(second)","secret":"0123456789abcdef"}]}"#
            )
        }
        #expect(ids("AKID0001").hasPrefix("keys[1].id: AKID0001 is keys[0] already"))
        for id in ["", "AKID", "akid0001", "AKID 0001", "AKID" + String(repeating: "a", count: 61)] {
            #expect(ids(id).hasPrefix("keys[1].id: AKID and letters"), "\(id)")
        }
        let grants = Array(repeating: #"{"role":"admin","queues":["*"]}"#, count: 33).joined(separator: ",")
        #expect(key(#","grants":[\#(grants)]"#).hasPrefix("keys[1].grants: 33 grants"))
    }

    @Test("a file that others may read is refused")
    func mode() throws {
        try Self.withFolder { folder in
            let path = folder + "/keys.json"
            _ = try APIKeyFile.edit(path: path) { $0.append(.make(owner: "a", allowsHMACSHA1: false, grants: [])) }
            #expect(try APIKeyFile.read(path: path).count == 1)
            chmod(path, 0o640)
            #expect(throws: APIKeyFileError.file(.readableByOthers(path: path, mode: 0o640))) {
                try APIKeyFile.read(path: path)
            }
            #expect(throws: APIKeyFileError.self) { try APIKeyFile.edit(path: path) { $0.removeAll() } }
        }
    }

    @Test("an edit changes the file as a whole, with mode 0600 and a new identity; one that fails changes nothing")
    func editing() throws {
        struct Stop: Error {}
        try Self.withFolder { folder in
            let path = folder + "/keys.json"
            #expect(APIKeyFile.identity(path: path) == nil)
            let id = try APIKeyFile.edit(path: path) { records in
                records.append(.make(owner: "a", allowsHMACSHA1: true, grants: []))
                return records[0].id
            }
            let first = APIKeyFile.identity(path: path)
            #expect(first != nil && first == APIKeyFile.identity(path: path))
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
            #expect(throws: Stop.self) {
                try APIKeyFile.edit(path: path) { records in
                    records.removeAll()
                    throw Stop()
                }
            }
            #expect(throws: APIKeyFileError.self) { try APIKeyFile.edit(path: path) { $0[0].secret = "short" } }
            #expect(APIKeyFile.identity(path: path) == first)
            // What a killed edit left is no obstacle.
            try SecretFile.create(path: path + ".new", Array("half".utf8))
            try APIKeyFile.edit(path: path) { $0[0].isEnabled = false }
            #expect(APIKeyFile.identity(path: path) != first)
            #expect(try APIKeyFile.read(path: path).map(\.id) == [id])
            #expect(access(path + ".new", F_OK) != 0)
        }
    }

    @Test("edits at the same time all arrive")
    func concurrentEdits() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "keys-" + RandomBytes.alphanumeric(count: 12))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path() + "/keys.json"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    _ = try APIKeyFile.edit(path: path) {
                        $0.append(.make(owner: "\(number)", allowsHMACSHA1: false, grants: []))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try APIKeyFile.read(path: path).map(\.owner)) == Set((0..<16).map { "\($0)" }))
    }

    @Test("a changed file is followed; a bad or missing one leaves the keys before in force and is told once")
    func following() throws {
        try Self.withFolder { folder in
            let path = folder + "/keys.json"
            #expect(throws: APIKeyFileError.self) { try APIKeyFileFollower(path: path) }
            let record = APIKeyRecord.make(owner: "a", allowsHMACSHA1: false, grants: [])
            try APIKeyFile.edit(path: path) { $0 = [record] }
            let follower = try APIKeyFileFollower(path: path)
            #expect(follower.look() == .same && follower.book.key(record.id) != nil)
            try APIKeyFile.edit(path: path) {
                $0.append(.make(owner: "b", allowsHMACSHA1: false, grants: []))
                $0[0].isEnabled = false
            }
            #expect(follower.look() == .replaced(count: 2, enabledCount: 1))
            #expect(follower.look() == .same && follower.book.key(record.id)?.isEnabled == false)
            unlink(path)
            guard case .bad(.file(.system)) = follower.look() else {
                Issue.record("a missing file is bad")
                return
            }
            #expect(follower.look() == .same && follower.fault != nil && follower.book.counts == (2, 1))
            try SecretFile.create(path: path, Array("{}".utf8))
            #expect(follower.look() == .bad(.field(path: "keys", reason: "a list of keys is expected")))
            #expect(follower.book.counts == (2, 1))
            try APIKeyFile.edit(path: folder + "/other.json") { $0 = [record] }
            rename(folder + "/other.json", path)
            #expect(follower.look() == .replaced(count: 1, enabledCount: 1))
            #expect(follower.fault == nil)
        }
    }
}
