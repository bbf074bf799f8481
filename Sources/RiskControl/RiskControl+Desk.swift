internal import Engine
internal import Logging
internal import MessageModel
public import RiskRules
internal import Tillwire
internal import TopicConsumer

extension RiskControl: RiskDesk {
    /// Decisions from the rows, forwards behind `after` or backwards from `before`.
    public func decisions(
        merchantID: String?, after: UInt64?, before: UInt64?, countMax: Int
    ) async throws(RiskDeskError) -> (decisions: [RiskDecision], next: UInt64?) {
        guard after != .max else { return ([], nil) }
        let range = detector.decisionRange
        let most = min(max(countMax, 1), RiskControlLimits.pageCountMax)
        var found: [RiskDecision] = []
        var looked = 0
        var number = after.map { max($0, range.first - 1) + 1 } ?? max(min(before ?? .max, range.last + 1), 1) - 1
        while number >= range.first, number <= range.last, looked < RiskControlLimits.decisionScanCountMax {
            if let decision = try await decision(number), merchantID == nil || decision.merchantID == merchantID {
                found.append(decision)
            }
            looked += 1
            if found.count == most { return (found, isMore(number, after, range) ? number : nil) }
            if after != nil { number += 1 } else { number -= 1 }
        }
        let isCut = looked == RiskControlLimits.decisionScanCountMax
        return (found, isCut ? (after != nil ? number - 1 : number + 1) : nil)
    }

    private func isMore(_ number: UInt64, _ after: UInt64?, _ range: (first: UInt64, last: UInt64)) -> Bool {
        after != nil ? number < range.last : number > range.first
    }

    private func decision(_ number: UInt64) async throws(RiskDeskError) -> RiskDecision? {
        do throws(BrokerError) {
            guard let row = try await broker.row(RiskRows.space, key: Bytes(DetectorRow.decisionKey(number))) else {
                return nil
            }
            return RiskDecision(encoded: Array(row.slice))
        } catch { throw .store(error.description) }
    }

    /// What is known of a merchant at this moment.
    public func standing(merchantID: String) async throws(RiskDeskError) -> MerchantRiskStanding? {
        detector.standing(merchantID: merchantID)
    }

    /// The active rules.
    public func activeRules() -> (rules: RuleSet, sinceOrder: UInt64) { (detector.rules, detector.rulesSinceOrder) }

    /// Reads the rule file and uses it from the next order on; where it is broken nothing changes.
    public func reloadRules() async throws(RiskDeskError) -> (rules: RuleSet, sinceOrder: UInt64) {
        do throws(ConsumerChangeError<RuleFileError>) {
            // Wanted only once they are durable: what was answered with an error must not come true at the next reload.
            wantedRules = try await change { (control) throws(RuleFileError) in
                let rules = try control.readRules()
                if control.detector.rules != rules { control.detector.use(rules) }
                return rules
            }
        } catch {
            switch error {
            case .refused(let reason): throw .rules(reason.description)
            case .overloaded: throw .overloaded
            case .store(let reason): throw .store(reason.description)
            }
        }
        logger.notice("risk rules were read", metadata: ["rule_set": "\(detector.rules.name)"])
        return activeRules()
    }

    /// Ends a block by hand: the decision and its outbox entry are durable when this returns; the outbox lifts the restriction where nobody did.
    public func release(caseID: String, actor: String, note: String) async throws(RiskDeskError) -> Bool {
        // As the audit trail does with names that cannot be shown.
        let isShown = actor.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }
        let name = isShown && !actor.isEmpty ? actor : "unnamed"
        do throws(ConsumerChangeError<Never>) {
            return try await change { (control) throws(Never) in
                control.detector.release(caseID: caseID, actor: name, note: note) != nil
            }
        } catch {
            switch error {
            case .overloaded: throw .overloaded
            case .store(let reason): throw .store(reason.description)
            }
        }
    }
}
