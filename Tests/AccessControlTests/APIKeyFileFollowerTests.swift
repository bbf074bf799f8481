import Glibc
import Synchronization
import Testing

@testable import AccessControl

@Suite struct APIKeyFileFollowerTests {
    @Test("what the system did not let be read is read again at the next look, and told once for each reason")
    func systemErrors() throws {
        try APIKeyFileTests.withFolder { folder in
            let path = folder + "/keys.json"
            try APIKeyFile.edit(path: path) { $0 = [.make(owner: "a", allowsHMACSHA1: false, grants: [])] }
            let code = Mutex<Int32?>(nil)
            let follower = try APIKeyFileFollower(path: path) { (path) throws(APIKeyFileError) in
                if let code = code.withLock({ $0 }) {
                    throw .file(.system(path: path, operation: "open", code: code))
                }
                return try APIKeyFile.read(path: path)
            }
            try APIKeyFile.edit(path: path) { $0.append(.make(owner: "b", allowsHMACSHA1: false, grants: [])) }
            for number: Int32 in [24, 5] {
                code.withLock { $0 = number }
                let error = APIKeyFileError.file(.system(path: path, operation: "open", code: number))
                #expect(follower.look() == .bad(error))
                #expect(follower.look() == .same && follower.fault == error && follower.book.counts.all == 1)
            }
            code.withLock { $0 = nil }
            #expect(follower.look() == .replaced(count: 2, enabledCount: 2), "the file did not change meanwhile")
            #expect(follower.look() == .same && follower.fault == nil)
        }
    }

    @Test("what is bad in the file itself is not read again before the file changes")
    func badFiles() throws {
        try APIKeyFileTests.withFolder { folder in
            let path = folder + "/keys.json"
            try APIKeyFile.edit(path: path) { $0 = [] }
            let count = Atomic(0)
            let follower = try APIKeyFileFollower(path: path) { (path) throws(APIKeyFileError) in
                count.wrappingAdd(1, ordering: .relaxed)
                return try APIKeyFile.read(path: path)
            }
            try APIKeyFile.edit(path: path) { $0 = [.make(owner: "a", allowsHMACSHA1: false, grants: [])] }
            #expect(follower.look() == .replaced(count: 1, enabledCount: 1))
            try SecretFile.create(path: path + ".bad", Array("{}".utf8))
            #expect(rename(path + ".bad", path) == 0)
            guard case .bad(.field) = follower.look() else {
                Issue.record("a bad file is told")
                return
            }
            #expect(follower.look() == .same && count.load(ordering: .relaxed) == 3)
        }
    }
}
