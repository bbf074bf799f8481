internal import Engine
internal import Logging
internal import MessageModel
internal import Synchronization
internal import TradeBill
internal import WeChatPayAPI

/// One run: bill, check, comparison, report.
extension Reconciliation {
    func perform(_ request: Request) async {
        running = request
        progress.lineCount.store(0, ordering: .relaxed)
        let outcome: Result<(ReconciliationReport, Bool), RunFailure>
        do throws(RunFailure) { outcome = .success(try await compare(request)) } catch { outcome = .failure(error) }
        switch outcome {
        case .success(let (report, isComplete)): await finish(request, report, isComplete: isComplete)
        case .failure(let failure): fail(request, failure)
        }
        if let bill = request.bill { folder.discard(bill) }
        running = nil
    }

    private func compare(_ request: Request) async throws(RunFailure) -> (ReconciliationReport, Bool) {
        let progress = progress
        let onLines: @Sendable (Int) -> Void = { progress.lineCount.wrappingAdd($0, ordering: .relaxed) }
        let comparison = DayComparison(
            day: request.day, entry: entry,
            asking: MissingPayments(query: query, entry: entry, queryCountMax: settings.queryCountMax),
            onLines: onLines)
        let given: GivenBill
        do throws(RunFailure) { given = try await bill(request) } catch {
            guard case .platform(let reason) = error, reason.saysThereIsNoBill else { throw error }
            return try await compareWithoutBill(comparison)
        }
        defer { folder.discard(given) }
        let checked = try await CheckedBill.read(given, of: request.day, onLines: onLines)
        try folder.keep(given, of: request.day)
        guard let held = folder.held(request.day) else {
            throw .file("the bill of \(request.day) is gone from \(folder.path)")
        }
        let result = try await comparison.run(checked, path: held.path)
        return (result.report, result.isComplete)
    }

    /// The platform says the same of a day without payments and of one whose bill it has not made yet: only answers that agree for hours are believed.
    /// Until then the day is incomplete and is tried again.
    private func compareWithoutBill(
        _ comparison: DayComparison<E>
    ) async throws(RunFailure) -> (ReconciliationReport, Bool) {
        let day = comparison.day
        let result: DayComparison<E>.Result
        do throws(RunFailure) { result = try await comparison.runWithoutBill() } catch {
            if case .noStatement = error { absences[day] = nil }
            throw error
        }
        var report = result.report
        report.isUnconfirmed = !confirmsAbsence(of: day)
        return (report, result.isComplete && !report.isUnconfirmed)
    }

    /// Counts an answer that there is no bill; whether there are enough of them.
    private func confirmsAbsence(of day: BeijingDay) -> Bool {
        let now = nowMillis
        // Once believed it stays so: an operator who asks again does not open the day.
        if let head = heads[day]?.standing, head.state == .complete, head.isClean, absences[day] == nil { return true }
        guard now >= day.endMillis + ReconciliationLimits.absenceStartMillis else { return false }
        let first = absences[day]?.firstAtMillis ?? now
        let count = (absences[day]?.count ?? 0) + 1
        absences[day] = (first, count)
        return count >= ReconciliationLimits.absenceCountMin
            && now - first >= ReconciliationLimits.absenceMillisMin
    }

    private func bill(_ request: Request) async throws(RunFailure) -> GivenBill {
        if let bill = request.bill { return bill }
        guard let bills else {
            guard let held = folder.held(request.day) else {
                throw .file("no bill of \(request.day) is held, and no WeChat Pay API is configured")
            }
            return held
        }
        // The folder first: the disk of one that is not there cannot be asked.
        try folder.make()
        if let free = folder.freeByteCount, free < ReconciliationLimits.diskFreeByteCountMin {
            throw .file("the disk of \(folder.path) has only \(free) free bytes: a bill is not downloaded")
        }
        let path = nextPartPath()
        do throws(PlatformCallError) {
            let download = try await bills.tradeBill(date: request.day.description, into: path)
            return GivenBill(path: path, hashCheck: .platform, sha1: download.sha1Hex.lowercased())
        } catch {
            folder.discard(GivenBill(path: path, hashCheck: .none))
            throw Task.isCancelled ? .cancelled : .platform(error)
        }
    }

    /// A path for a bill on its way.
    func nextPartPath() -> String {
        partNumber += 1
        return folder.partPath(partNumber)
    }

    private func finish(_ request: Request, _ report: ReconciliationReport, isComplete: Bool) async {
        let standing = ReconciliationStanding(
            day: request.day, state: isComplete ? .complete : .incomplete, startedAtMillis: request.startedAtMillis,
            endedAtMillis: nowMillis, hasReport: true, classes: report.classes, isClean: report.isClean)
        do throws(BrokerError) {
            heads[request.day] = try await rows.store(report, standing, before: heads[request.day])
        } catch {
            return fail(request, .store(error))
        }
        failures[request.day] = nil
        if report.layout != nil { absences[request.day] = nil }
        figuresSoFar.lineCount += UInt64(report.lineCount)
        figuresSoFar.lastFailure = ""
        if isComplete {
            figuresSoFar.completeCount += 1
            retries[request.day] = nil
        } else {
            figuresSoFar.incompleteCount += 1
            pauseBeforeRetry(request.day)
        }
        log(report)
    }

    private func log(_ report: ReconciliationReport) {
        // Classes and counts only: a finding's numbers are in the report, for operators.
        guard !report.isClean, !report.isUnconfirmed else {
            logger.notice("\(report.headline)", metadata: ["lines": "\(report.lineCount)"])
            return
        }
        let alarming: [ReconciliationClass] = [.missing, .differs, .unknown, .duplicateLine, .otherState, .unreadable]
        let isAlarm = !report.summaryMismatches.isEmpty || alarming.contains { report.classes[$0].count > 0 }
        logger.log(
            level: isAlarm ? .critical : .warning, "\(report.headline)", metadata: ["lines": "\(report.lineCount)"])
    }

    private func fail(_ request: Request, _ failure: RunFailure) {
        var reason = failure.description
        while reason.utf8.count > ReconciliationLimits.reasonByteCountMax {
            reason = String(reason.unicodeScalars.dropLast())
        }
        let before = heads[request.day]?.standing
        failures[request.day] = ReconciliationStanding(
            day: request.day, state: .failed, reason: reason, startedAtMillis: request.startedAtMillis,
            endedAtMillis: nowMillis, hasReport: before != nil, classes: before?.classes ?? ClassTallies(),
            isClean: before?.isClean ?? false)
        guard failure != .cancelled else { return }
        figuresSoFar.failedCount += 1
        figuresSoFar.lastFailure = reason
        pauseBeforeRetry(request.day)
        let isLate = (retries[request.day]?.count ?? 0) >= 3
        logger.log(
            level: isLate ? .critical : .warning, "a day could not be reconciled",
            metadata: ["date": "\(request.day)", "reason": "\(reason)"])
    }

    private func pauseBeforeRetry(_ day: BeijingDay) {
        let count = (retries[day]?.count ?? 0) + 1
        let pause = min(
            ReconciliationLimits.retryMillisMin << Int64(min(count - 1, 10)), ReconciliationLimits.retryMillisMax)
        retries[day] = (nowMillis + pause, count)
    }
}

extension PlatformCallError {
    /// A day without any payment has no bill; so has one whose bill is not made yet, where orders were received.
    var saysThereIsNoBill: Bool {
        switch self {
        case .notFound(let code), .refused(_, let code, _): code == "NO_STATEMENT_EXIST"
        default: false
        }
    }
}
