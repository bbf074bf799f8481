import AccessControl
import Console
import Hummingbird
import HummingbirdTesting
import Merchants
import QueueStore
import TestSupport
import Testing

@Suite("Console: platform keys")
struct PlatformKeyRoutesTests {
    @Test("keys are listed with source, validity, use and how the list is fetched; to operators alone")
    func listing() async throws {
        let store = TemporaryStore()
        let token = AccessTokens.makeToken()
        var use = PlatformKeyring.Use()
        use.noticeCount = 3
        use.lastUsedSeconds = 1_760_000_000
        var fetching = PlatformKeysReport.Fetching()
        fetching.succeededCount = 2
        fetching.nextSeconds = 1_760_043_200
        fetching.fault = "WeChat Pay was not reached: refused"
        let report = PlatformKeysReport(
            keys: [
                .init(
                    name: "3A5C", isCertificate: true, source: .fileAndPlatform, notBeforeSeconds: 1_700_000_000,
                    notAfterSeconds: 1_800_000_000, use: use),
                .init(name: "PUB_KEY_ID_1", isCertificate: false, source: .file),
            ], unknownSerialCount: 9, changeCount: 1, fetching: fetching)
        let problems = try await store.run { broker in
            let directory = MerchantDirectory()
            let services = ConsoleServices(
                broker: broker,
                registry: MerchantRegistry(
                    broker: broker, rules: MerchantRules(endpointURL: { _ in nil }, signingKey: { _ in nil }),
                    directory: directory),
                directory: directory,
                book: RestrictionBook(broker: broker, table: RestrictionTable(), time: store.time),
                tokens: try AccessTokens([.init(role: .operator, token: token)]), platformKeys: { report },
                metrics: { [] })
            try await Application(router: OperatorAPI.router(services)).test(.router) { client in
                let ask = ConsoleTests.Ask(client: client, token: token)
                let answer = try await ask(.get, "/admin/v1/platform-keys")
                #expect(answer.status == 200)
                #expect(
                    answer.text
                        == #"{"keys":[{"name":"3A5C","kind":"certificate","source":"file_and_platform","not_before":"2023-11-14T22:13:20.000Z","#
                        + #""not_after":"2027-01-15T08:00:00.000Z","notices":3,"answers":0,"last_used":"2025-10-09T08:53:20.000Z"},"#
                        + #"{"name":"PUB_KEY_ID_1","kind":"public_key","source":"file","not_before":null,"not_after":null,"#
                        + #""notices":0,"answers":0,"last_used":null}],"unknown_serials":9,"changes":1,"file_fault":null,"#
                        + #""fetching":{"succeeded":2,"failed":0,"last_succeeded":null,"next":"2025-10-09T20:53:20.000Z","#
                        + #""fault":"WeChat Pay was not reached: refused"}}"#)
                #expect(try await ask(.get, "/admin/v1/platform-keys", token: .some(nil)).status == 401)
            }
        }.problems
        #expect(problems.isEmpty)
    }
}
