internal import Engine
internal import Logging
internal import Merchants
internal import MessageModel
internal import Tillwire

extension PlatformRestrictions {
    /// Takes notices until the task is cancelled or the store closes.
    func consume() async {
        var failureCount: UInt64 = 0
        while !Task.isCancelled {
            do throws(BrokerError) {
                if !isLoaded { try await load() }
                let messages = try await queue.receiveInOrder(
                    max: PlatformRestrictionsLimits.batchCountMax,
                    visibilityMillis: PlatformRestrictionsLimits.visibilityMillis,
                    waitMillis: PlatformRestrictionsLimits.pollMillisMax)
                guard !messages.isEmpty else { continue }
                try await take(messages)
                failureCount = 0
            } catch {
                if error == .closed { return }
                if error == .cancelled { continue }
                counted.failures += 1
                if mayLog("store") {
                    logger.critical("announced restrictions cannot be entered, it is tried again: \(error)")
                }
                await pause(afterFailures: failureCount)
                failureCount += 1
            }
        }
    }

    private func take(_ messages: [Message<E>]) async throws(BrokerError) {
        do throws(BrokerError) {
            var fresh: [String: LimitationAsk] = [:]
            for message in messages {
                guard let notice = AnnouncedNotice.read(Array(message.delivery.body.slice)) else { continue }
                if let ask = try await take(notice) { fresh[ask.caseID] = ask }
            }
            // As they are by now: one may have been asked about while the notices behind it were entered.
            let rows =
                log.takeChanges()
                + fresh.keys.compactMap { asks[$0] }.map {
                    RowChange(
                        space: AnnouncementRows.space, key: AnnouncementRows.askKey($0.caseID),
                        value: Bytes($0.encoded()))
                }
            try await broker.commit(
                Transaction(settlements: messages.map { Settlement($0.receipt, .acknowledge) }, rows: rows))
            if !fresh.isEmpty { signal.raise() }
        } catch {
            isLoaded = false
            // Best effort: what cannot be given back now comes back when its lease ends, still in order.
            _ = try? await broker.settle(messages.map { Settlement($0.receipt, .release(delayMillis: 0)) })
            throw error
        }
    }

    /// Enters one notice and remembers it; gives back what has to be asked about.
    private func take(_ notice: AnnouncedNotice) async throws(BrokerError) -> LimitationAsk? {
        var outcome = MerchantAnnouncement.Outcome.shown
        var text = notice.text
        var ask: LimitationAsk?
        switch notice.meaning {
        case .shown: break
        case .test: outcome = .test
        case .malformed(let what):
            outcome = .malformed
            text = what
        case .event(let event, let isByCase):
            do throws(RestrictionError) {
                let entered = try await book.apply(event, actor: Self.noticeActor).outcome
                outcome = Self.outcome(of: entered, event)
                if !event.step.state.isLifting { ask = newAsk(event, entered, isByCase: isByCase) }
            } catch {
                (outcome, text) = (try refusal(error), "\(error)")
            }
        }
        log.add(notice, text: text, outcome: outcome, atMillis: nowMillis)
        tell(notice, text, outcome)
        return ask
    }

    private static func outcome(
        of outcome: RestrictionOutcome, _ event: RestrictionEvent
    ) -> MerchantAnnouncement.Outcome {
        switch outcome {
        case .restricted: event.actions.contains { $0.refuses(.payment) } ? .restricted : .shown
        case .lifted: .lifted
        case .unchanged, .alreadyLifted, .outdated: .unchanged
        }
    }

    /// What the book's refusal makes of a notice.
    ///
    /// - Throws: what may pass; the notice is taken again then.
    private func refusal(_ error: RestrictionError) throws(BrokerError) -> MerchantAnnouncement.Outcome {
        switch error {
        case .store(let reason): throw reason
        case .overloaded: throw .overloaded(error.description)
        case .malformed, .invalid: return .malformed
        case .caseDiffers, .stateDiffers, .tooManyCases: return .refused
        }
    }

    /// Makes the case due now, also where it is asked about already: the notice replaced what an earlier answer narrowed, and until the next answer all
    /// that it announced is closed. A repeat counts too: it may be the one whose first taking did not get as far as this.
    private func newAsk(
        _ event: RestrictionEvent, _ entered: RestrictionOutcome, isByCase: Bool
    ) -> LimitationAsk? {
        guard query != nil, let merchantID = event.merchantID else { return nil }
        let isKnown = asks[event.caseID] != nil
        guard !isKnown || entered == .restricted || entered == .unchanged else { return nil }
        guard isKnown || asks.count < PlatformRestrictionsLimits.askCountMax else {
            counted.unasked += 1
            return nil
        }
        let ask = LimitationAsk(
            caseID: event.caseID, merchantID: merchantID, isByCase: isByCase, dueMillis: nowMillis,
            toldMillis: nowMillis)
        // In memory before the row: an answer that is under way must not put it off again. Where the row fails all is read anew.
        asks[event.caseID] = ask
        return ask
    }

    private func tell(_ notice: AnnouncedNotice, _ text: String, _ outcome: MerchantAnnouncement.Outcome) {
        let metadata: Logger.Metadata = [
            "event_type": "\(notice.eventType)", "merchant_id": "\(notice.merchantID.prefix(64))",
            "case_id": "\(notice.caseID.prefix(64))", "state": "\(notice.state.prefix(64))", "text": "\(text)",
        ]
        switch outcome {
        case .restricted: logger.warning("WeChat Pay restricted a merchant", metadata: metadata)
        case .lifted: logger.notice("WeChat Pay lifted a restriction", metadata: metadata)
        case .shown: logger.warning("WeChat Pay told something about a merchant", metadata: metadata)
        case .unchanged, .test: logger.info("an announcement of WeChat Pay changed nothing", metadata: metadata)
        case .malformed, .refused:
            guard mayLog(outcome.rawValue) else { return }
            logger.critical("an announcement of WeChat Pay was not entered", metadata: metadata)
        }
    }

    private func pause(afterFailures count: UInt64) async {
        let millis = min(
            PlatformRestrictionsLimits.pauseMillisMin << min(count, 6), PlatformRestrictionsLimits.pauseMillisMax)
        try? await Task.sleep(for: .milliseconds(time.realMilliseconds(for: millis) ?? millis))
    }
}
