import AccessControl
import HTTPDataPlane
@testable import MerchantPush
import PaymentNotice
import PushSchedule
import Testing
import Webhooks

@Suite("what follows an attempt")
struct AttemptDecisionTests {
    private func result(
        _ outcome: OutcomeClass, attempts: UInt32 = 0, ladder: RetryLadder = .wechat
    ) throws -> AttemptResult {
        let message = Orders.message(1, merchantID: "1630005678")
        var record = OrderRecord(
            message, bodyHash: Hashes.sha256(message.encode()), receivedAtMillis: 1_000, state: .waiting)
        record.attemptCount = attempts
        let endpoint = PushEndpoint(
            merchantID: "1630005678", endpointID: "ep_1",
            url: try EndpointURL.parse("https://merchant.example.com/", policy: .production),
            signer: try WebhookSigner(keys: [.secret(.generate())]), ladder: ladder)
        return AttemptResult(
            startedAtMillis: 2_000, endedAtMillis: 2_500, outcome: outcome, record: record, endpoint: endpoint)
    }

    @Test("success sets state and time")
    func success() throws {
        guard case .acknowledged(let record) = AttemptDecision.after(try result(.acked), messageID: "msg_1") else {
            Issue.record("not acknowledged")
            return
        }
        #expect(record.state == .acknowledged)
        #expect(record.acknowledgedAtMillis == 2_500)
        #expect(record.firstPushAtMillis == 2_000)
        #expect(record.attemptCount == 1)
    }

    @Test("every failure that is not ours takes one step of the ladder", arguments: OutcomeClass.allCases)
    func failures(_ outcome: OutcomeClass) throws {
        guard outcome != .acked, outcome != .senderError else { return }
        guard case .retry(let record, let delay) = AttemptDecision.after(try result(outcome), messageID: "msg_1") else {
            Issue.record("not retried")
            return
        }
        #expect(delay == 15_000)
        #expect(record.nextDueAtMillis == 17_500)
        #expect(record.lastOutcome == outcome.rawValue)
    }

    @Test("a fault of ours changes no row")
    func ours() throws {
        let decision = AttemptDecision.after(try result(.senderError, attempts: 3), messageID: "msg_1")
        #expect(decision == .again(delayMillis: UInt64(MerchantPushLimits.senderFaultMillis)))
    }

    @Test("the last step fails for good")
    func last() throws {
        let attempts = UInt32(RetryLadder.wechat.attemptCount - 1)
        guard
            case .dead(let record) = AttemptDecision.after(try result(.refused, attempts: attempts), messageID: "msg_1")
        else {
            Issue.record("not dead")
            return
        }
        #expect(record.state == .dead)
    }

    @Test("the order is due at the later of ladder and Retry-After")
    func later() throws {
        var short = try result(.throttled)
        short.retryAfterMillis = 1_000
        var long = try result(.throttled)
        long.retryAfterMillis = 60_000
        guard case .retry(_, let first) = AttemptDecision.after(short, messageID: "m"),
            case .retry(_, let second) = AttemptDecision.after(long, messageID: "m")
        else {
            Issue.record("not retried")
            return
        }
        #expect([first, second] == [15_000, 60_000])
    }
}
