internal import Engine
internal import Logging
internal import Merchants
internal import MessageModel
internal import Tillwire
internal import WeChatPayAPI

extension PlatformRestrictions {
    /// Raises the signal every 10 s of the clock; a clock that is moved by hand raises it by itself.
    nonisolated func tick() async {
        while !Task.isCancelled {
            guard let millis = time.realMilliseconds(for: PlatformRestrictionsLimits.lookMillis) else { return }
            try? await Task.sleep(for: .milliseconds(millis))
            signal.raise()
        }
    }

    /// Asks about every case that is due, one after another: there are few, and the platform counts calls.
    func askAllDue() async {
        while !Task.isCancelled {
            let now = nowMillis
            let due = asks.values.filter { $0.dueMillis <= now }.min { $0.dueMillis < $1.dueMillis }
            guard let due, await ask(due) else { return }
        }
    }

    /// Asks about one case; false where the store does not take what came of it: then the next look tries again.
    private func ask(_ ask: LimitationAsk) async -> Bool {
        guard let query else { return false }
        // Lifted by a notice or by hand, or forgotten: nothing is left to ask.
        guard let standing = await book.standing(caseID: ask.caseID), standing.liftedAtMillis == nil else {
            return await keep(nil, ask)
        }
        let askedMillis = nowMillis
        do throws(PlatformCallError) {
            let answer = try await query.limitations(merchantID: ask.merchantID)
            let present = await book.standing(caseID: ask.caseID)
            counted.answers += 1
            // A notice, or a hand, changed the case meanwhile: the answer may be of the time before, so it is asked again.
            guard let present, present.step == standing.step, present.liftedAtMillis == nil, asks[ask.caseID] == ask
            else { return true }
            let verdict = LimitationVerdict(
                answer, for: ask, effectiveAtMillis: present.restriction?.effectiveAtMillis ?? 0, nowMillis: nowMillis)
            return await apply(verdict, to: ask, step: present.step, askedMillis: askedMillis)
        } catch {
            guard !Task.isCancelled else { return false }
            counted.failedAsks += 1
            if mayLog("ask") {
                logger.error(
                    "WeChat Pay does not say what it restricts, the restriction stands as announced: \(error)",
                    metadata: ["merchant_id": "\(ask.merchantID)", "case_id": "\(ask.caseID)"])
            }
            var later = ask
            if error.isTransient { later.putOff(nowMillis: nowMillis) } else { later.settle(nowMillis: nowMillis) }
            return await keep(later, ask)
        }
    }

    /// Enters what an answer means; false as with ``ask(_:)``.
    ///
    /// - Parameters:
    ///   - known: how the case was asked about.
    ///   - step: its newest step when it was asked about.
    ///   - askedMillis: the moment before the question: a lift must not count as newer than what was announced after it.
    private func apply(
        _ verdict: LimitationVerdict, to known: LimitationAsk, step: AnnouncedStep?, askedMillis: Int64
    ) async -> Bool {
        let ask = verdict.ask
        do throws(RestrictionError) {
            switch verdict.change {
            case .none: break
            case .amend(let actions, let code, let text, let effective):
                let outcome = try await book.amend(
                    caseID: ask.caseID, actions: actions, reasonCode: code, reasonText: text,
                    effectiveAtMillis: effective, since: step, actor: Self.queryActor)
                // Changed in this very moment: asked again.
                if outcome == nil { return true }
            case .lift:
                let event = RestrictionEvent(
                    caseID: ask.caseID, step: AnnouncedStep(.recovery, atMillis: askedMillis),
                    merchantID: ask.merchantID,
                    reasonText: ask.isListed ? "not listed any more" : "not listed for 7 days", source: .wechat)
                guard try await book.apply(event, actor: Self.queryActor).outcome != .outdated else {
                    // Something newer was announced; the next answer is about that.
                    var later = ask
                    later.putOff(nowMillis: nowMillis)
                    return await keep(later, known)
                }
                logger.notice(
                    "WeChat Pay lists a restriction no more, it is lifted",
                    metadata: ["merchant_id": "\(ask.merchantID)", "case_id": "\(ask.caseID)"])
                return await keep(nil, known)
            }
        } catch {
            if mayLog("amend") { logger.error("what WeChat Pay restricts was not entered: \(error)") }
            var later = ask
            later.putOff(nowMillis: nowMillis)
            return await keep(later, known)
        }
        return await keep(ask, known)
    }

    /// Writes how a case is asked about from now on; nil: not any more. Nothing where a notice made it due anew: that stands.
    private func keep(_ later: LimitationAsk?, _ ask: LimitationAsk) async -> Bool {
        guard asks[ask.caseID] == ask else { return true }
        let row = RowChange(
            space: AnnouncementRows.space, key: AnnouncementRows.askKey(ask.caseID),
            value: later.map { Bytes($0.encoded()) })
        do throws(BrokerError) {
            try await broker.commit(Transaction(rows: [row]))
        } catch {
            counted.failures += 1
            return false
        }
        if asks[ask.caseID] == ask { asks[ask.caseID] = later }
        return true
    }
}
