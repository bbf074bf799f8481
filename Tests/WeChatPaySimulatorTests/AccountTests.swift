import Testing

@testable import WeChatPaySimulator

@Suite("The account of a run")
struct AccountTests {
    private static var balanced: Account {
        var account = Account()
        account.payments = 100
        account.gateRefusals = ["MERCHANT_RESTRICTED": 7, "MERCHANT_UNKNOWN": 3]
        account.paid = 90
        account.stored = 90
        account.acknowledged = 85
        account.waiting = ["scheduled for the dead merchant": 5]
        account.deliveredTwice = 2
        return account
    }

    @Test("it balances when every payment is refused, acknowledged or waiting")
    func balances() {
        #expect(Self.balanced.faults == [])
        #expect(
            Self.balanced.lines[0]
                == "payments 100 = gate refusals 10 (7 MERCHANT_RESTRICTED, 3 MERCHANT_UNKNOWN)"
                + " + unique orders stored 90"
        )
        #expect(
            Self.balanced.lines[1]
                == "orders   90 = acknowledged by merchants 85 + waiting 5 (5 scheduled for the dead merchant)")
    }

    @Test("a payment the gate never answered is neither refused nor lost")
    func silence() {
        var account = Self.balanced
        account.payments += 1
        account.gateSilences = 1
        #expect(account.faults == [])
        #expect(account.lines[0].hasSuffix(" + not asked for want of a gate 1"))
    }

    @Test(
        "one thing out of place is found",
        arguments: [
            { @Sendable (account: inout Account) in account.payments += 1 },
            { @Sendable (account: inout Account) in account.stored -= 1 },
            { @Sendable (account: inout Account) in account.acknowledged -= 1 },
            { @Sendable (account: inout Account) in account.lost = 1 },
            { @Sendable (account: inout Account) in account.wrongContents = 1 },
            { @Sendable (account: inout Account) in account.badSignatures = 1 },
            { @Sendable (account: inout Account) in account.probesAccepted = 1 },
            { @Sendable (account: inout Account) in account.restrictedAccepted = 1 },
            { @Sendable (account: inout Account) in account.overdue = 1 },
            { @Sendable (account: inout Account) in
                account.gateRefusals["UNAUTHORIZED"] = account.gateRefusals.removeValue(forKey: "MERCHANT_UNKNOWN")
            },
        ])
    func faults(change: @Sendable (inout Account) -> Void) {
        var account = Self.balanced
        change(&account)
        #expect(account.faults.count >= 1)
    }
}
