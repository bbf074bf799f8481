import RiskRules
import RiskWindows
import Testing

@Suite("Rule files")
struct RuleFileTests {
    private static func parse(_ text: String) throws(RuleFileError) -> RuleSet { try RuleSet.parse(Array(text.utf8)) }

    @Test("a file says all there is to say; comments and empty lines are passed over")
    func whole() throws {
        let rules = try Self.parse(
            """
            # November
            {"rule_set":"2026-11","block_minutes":90,"lateness_minutes":20,"dedupe_hours":12}

              {"rule":"cap-1h","kind":"cap","window":"1h","amount_max":5000000,"action":"alert"}
            {"rule":"soar-10m","kind":"soar","window":"10m","factor":12.5,"orders_min":7,"payers_min":6,"history_orders_min":40,"payer_tickets_max":4}
            """ + "\r\n")
        #expect(rules.name == "2026-11" && rules.blockMillis == 5_400_000)
        #expect(rules.latenessMillis == 1_200_000 && rules.dedupeMillis == 43_200_000)
        #expect(
            rules.rules == [
                Rule(name: "cap-1h", window: .hour, test: .cap(amountMaxFen: 5_000_000), action: .alert),
                Rule(
                    name: "soar-10m", window: .tenMinutes, test: .soar(factorHundredths: 1_250, payerTicketsMax: 4),
                    ordersMin: 7, payersMin: 6, historyOrdersMin: 40),
            ])
    }

    @Test("what is left out takes the floors of a soar: 5 orders, 5 payers, 30 orders of history, 12 tickets")
    func defaults() throws {
        let rules = try Self.parse(
            #"{"rule_set":"d"}"# + "\n" + #"{"rule":"s","kind":"soar","window":"1m","factor":2}"#)
        #expect(
            rules
                == RuleSet(
                    name: "d",
                    rules: [
                        Rule(
                            name: "s", window: .minute, test: .soar(factorHundredths: 200, payerTicketsMax: 12),
                            ordersMin: 5, payersMin: 5, historyOrdersMin: 30)
                    ]))
    }

    @Test("text and parsing are inverse for the built-in rules and others", arguments: [RuleSet.standard, .busy])
    func roundTrip(rules: RuleSet) throws { #expect(try RuleSet.parse(rules.text) == rules) }

    @Test(
        "a broken file is refused with its line and what is allowed",
        arguments: [
            ("", 0, "the first line must name the rule_set"),
            (#"{"rule_set":"x"}"#, 0, "1 to 32"),
            ("{\"rule_set\":\"x\"}\n{\"rule\":", 2, "byte 9: the text ends inside a value"),
            ("{\"rule_set\":\"x\"}\n\n# c\n[]", 4, "must be a JSON object"),
            (#"{"rule_set":"a b"}"#, 1, "letters, digits and -_."),
            (#"{"rule_set":"x","block_minutes":241}"#, 1, "block_minutes must be an integer from 1 to 240"),
            (#"{"rule_set":"x","blocks":1}"#, 1, "unknown member \"blocks\"; known here are rule_set"),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"cap\",\"window\":\"2m\"}", 2,
                "window must be one of 1m, 10m, 1h"
            ),
            ("{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"cap\",\"window\":\"1m\"}", 2, "amount_max is missing"),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"cap\",\"window\":\"1m\",\"amount_max\":1.5}", 2,
                "amount_max must be an integer"
            ),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"odd\",\"window\":\"1m\"}", 2,
                "kind must be one of cap, soar"
            ),
            ("{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"soar\",\"window\":\"1h\",\"factor\":2}", 2, "1m or 10m"),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"soar\",\"window\":\"1m\",\"factor\":1}", 2,
                "from 1.01 to 1000"
            ),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"soar\",\"window\":\"1m\",\"factor\":1e2}", 2,
                "at most two decimals"
            ),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"soar\",\"window\":\"1m\",\"factor\":2,\"amount_max\":1}",
                2, "unknown member"
            ),
            (
                "{\"rule_set\":\"x\"}\n{\"rule\":\"r\",\"kind\":\"cap\",\"window\":\"1m\",\"amount_max\":1}\n{\"rule\":\"r\",\"kind\":\"cap\",\"window\":\"1h\",\"amount_max\":1}",
                3, "stands for an earlier rule"
            ),
        ])
    func broken(text: String, line: Int, reason: String) {
        do throws(RuleFileError) {
            _ = try Self.parse(text)
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.line == line)
            #expect(error.description.contains(reason), "\(error)")
        }
    }

    @Test("more rules or bytes than allowed are refused")
    func tooMuch() {
        let rule = { (number: Int) in "{\"rule\":\"r\(number)\",\"kind\":\"cap\",\"window\":\"1m\",\"amount_max\":1}" }
        let lines = [#"{"rule_set":"x"}"#] + (0..<33).map(rule)
        #expect(throws: RuleFileError.self) { _ = try Self.parse(lines.joined(separator: "\n")) }
        #expect((try? Self.parse(lines.dropLast().joined(separator: "\n")))?.rules.count == 32)
        #expect(throws: RuleFileError.self) { _ = try Self.parse(String(repeating: "#", count: 16_385)) }
    }
}
