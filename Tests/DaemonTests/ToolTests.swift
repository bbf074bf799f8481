import Foundation
import TestSupport
import Testing

@Suite("The tool, without a daemon")
struct ToolTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/wechat-v3")

    private static func vector(_ name: String) -> String { fixtures.appending(path: name + ".json").path }

    private static func check(_ names: [String]) throws -> (status: Int32, output: String, errors: String) {
        try Program.run(
            "tillwire",
            ["notice", "check", "--keys", fixtures.appending(path: "config.json").path] + names.map(vector))
    }

    @Test("saved notices are judged as the vectors say, each with its reason; exit 5 where one is refused")
    func notices() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
            .filter { $0.hasSuffix(".json") && $0.first?.isNumber == true }.map { String($0.dropLast(5)) }.sorted()
        let all = try Self.check(names)
        #expect(all.status == 5)
        let lines = all.output.split(separator: "\n").map(String.init)
        try #require(lines.count == names.count && names.count == 24)
        for (name, line) in zip(names, lines) {
            let vector = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: Self.vector(name))))
                    as? [String: Any])
            let expected = try #require(vector["expect"] as? [String: Any])
            if expected["accept"] as? Bool == true {
                #expect(line.hasPrefix("\(Self.vector(name)): accepted: "), "\(line)")
            } else {
                let reason = try #require(expected["reason"] as? String)
                #expect(line.hasPrefix("\(Self.vector(name)): refused: \(reason), answered "), "\(line)")
            }
        }
        #expect(try Self.check(["01-valid-partner", "10-valid-public-key"]).status == 0)
        let missing = try Self.check(["no-such-vector"])
        #expect(missing.status == 1 && missing.errors.contains("no-such-vector.json cannot be opened"))
    }

    @Test(
        "saved notices of API v2 are judged as the vectors say; both kinds under one keys file, or none where its key is missing"
    )
    func noticesV2() throws {
        let folder = Self.fixtures.deletingLastPathComponent().appending(path: "wechat-v2")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".json") && $0.first?.isNumber == true }.sorted()
        let keys = folder.appending(path: "config.json").path
        let paths = names.map { folder.appending(path: $0).path }
        let all = try Program.run("tillwire", ["notice", "check", "--keys", keys] + paths)
        #expect(all.status == 5, "\(all.errors)")
        let lines = all.output.split(separator: "\n").map(String.init)
        try #require(lines.count == names.count && names.count == 15)
        for (path, line) in zip(paths, lines) {
            let vector = try #require(
                try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
            let expected = try #require(vector["expect"] as? [String: Any])
            let reason = try #require(expected["reason"] as? String)
            if expected["accept"] as? Bool == true {
                let signType = try #require(expected["sign_type"] as? String)
                #expect(
                    line.hasPrefix("\(path): accepted: payment ") && line.hasSuffix("signed by \(signType)"), "\(line)")
            } else {
                #expect(line.hasPrefix("\(path): refused: \(reason), answered "), "\(line)")
            }
        }
        #expect(try Program.run("tillwire", ["notice", "check", "--keys", keys, paths[0]]).status == 0)
        let mixed = try Program.run("tillwire", ["notice", "check", "--keys", keys, Self.vector("01-valid-partner")])
        #expect(mixed.status == 1 && mixed.errors.contains("apiv3_key is missing"))
        let other = try Self.check(["../wechat-v2/01-md5-valid"])
        #expect(other.status == 1 && other.errors.contains("api_key is missing"))
    }

    @Test(
        "a rule file is printed as it would be used, or refused with its line; a replay writes the scorer's form, twice the same"
    )
    func risk() throws {
        let folder = TemporaryFolder()
        let rules = folder.path + "/rules"
        try "{\"rule_set\":\"r\"}\n{\"rule\":\"c\",\"kind\":\"cap\",\"window\":\"1m\",\"amount_max\":100}\n"
            .write(toFile: rules, atomically: true, encoding: .utf8)
        let good = try Program.run("tillwire", ["risk", "check", rules])
        #expect(good.status == 0 && good.output.contains(#""amount_max":100,"orders_min":1"#))
        let order = { (id: Int, amount: Int) in
            #"{"transaction_id":"42000\#(id)","merchant_id":"16300","payer":"p","amount":\#(amount),"currency":"CNY","time":\#(1_772_380_800_000 + id)}"#
        }
        let stream = folder.path + "/stream"
        try ([order(1, 60), order(2, 60), order(2, 60), "no order", order(3, 0)].joined(separator: "\n") + "\n")
            .write(toFile: stream, atomically: true, encoding: .utf8)
        let first = try Program.run("tillwire", ["risk", "replay", stream, "--rules", rules])
        #expect(first.status == 0)
        #expect(
            first.output.hasPrefix(
                #"{"transaction_id":"420002","merchant_id":"16300","action":"block","until":1772384400002,"rule":"c","decision":{"#
            ))
        #expect(first.output.split(separator: "\n").count == 1)
        #expect(first.errors.contains("2 orders, 1 repeats, 0 late, 2 set aside"))
        #expect(try Program.run("tillwire", ["risk", "replay", stream, "--rules", rules]).output == first.output)
        try "{\"rule_set\":\"r\"}\n\n{\"rule\":1}".write(toFile: rules, atomically: true, encoding: .utf8)
        let bad = try Program.run("tillwire", ["risk", "check", rules])
        #expect(bad.status == 1 && bad.errors.contains("rule file, line 3: rule must be a name"))
    }
}
