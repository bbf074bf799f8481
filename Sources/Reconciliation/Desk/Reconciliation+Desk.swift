internal import MessageModel
internal import Synchronization
public import TradeBill

extension Reconciliation: ReconciliationDesk {
    /// Starts the run of a day, with the bill from the platform, or where no API is configured with the one that is held. Returns at once.
    public func start(_ day: BeijingDay) async throws(ReconciliationDeskError) -> ReconciliationStanding {
        try check(day)
        guard bills != nil || folder.held(day) != nil else { throw .noBill }
        return try enqueue(Request(day: day, bill: nil, startedAtMillis: nowMillis))
    }

    /// Begins an upload of a day's bill, plain or gzip.
    public func upload(_ day: BeijingDay) async throws(ReconciliationDeskError) -> any BillUpload {
        try check(day)
        try checkFree()
        guard uploadCount < ReconciliationLimits.uploadCountMax else {
            throw .busy("\(ReconciliationLimits.uploadCountMax) bills are being uploaded already")
        }
        do throws(RunFailure) { try folder.make() } catch { throw .unavailable(error.description) }
        let upload = try BillUploadFile(
            desk: self, day: day, path: nextPartPath(), folder: folder)
        uploadCount += 1
        return upload
    }

    /// Days with a result or a run, newest first.
    public func list(countMax: Int) async throws(ReconciliationDeskError) -> [ReconciliationStanding] {
        var days = Set(heads.keys).union(failures.keys).union(waiting.map(\.day))
        if let running { days.insert(running.day) }
        return days.sorted(by: >).prefix(countMax).compactMap(standing)
    }

    /// How one day stands, and its report; nil where it never ran.
    public func day(
        _ day: BeijingDay
    ) async throws(ReconciliationDeskError) -> (standing: ReconciliationStanding, report: ReconciliationReport?)? {
        guard let standing = standing(day) else { return nil }
        guard let head = heads[day] else { return (standing, nil) }
        do throws(BrokerError) { return (standing, try await rows.report(head)) } catch {
            throw .unavailable("the report cannot be read: \(error)")
        }
    }

    /// What was done since the start, and how the newest day stands.
    public func figures() -> ReconciliationFigures {
        var figures = figuresSoFar
        figures.running = running?.day
        figures.runningLineCount = running == nil ? 0 : progress.lineCount.load(ordering: .relaxed)
        figures.newest = heads.keys.max().flatMap(standing)
        for head in heads.values { figures.classes.add(head.standing.classes) }
        figures.incompleteDayCount = incompleteDays.count
        figures.dueCount = bills == nil ? 0 : openDays.count
        figures.dayCount = heads.count
        return figures
    }

    /// Starts the run of an uploaded bill.
    func start(_ day: BeijingDay, uploaded bill: GivenBill) throws(ReconciliationDeskError) -> ReconciliationStanding {
        try enqueue(Request(day: day, bill: bill, startedAtMillis: nowMillis))
    }

    /// Gives an upload's place back.
    func uploadEnded() { uploadCount -= 1 }

    private func enqueue(_ request: Request) throws(ReconciliationDeskError) -> ReconciliationStanding {
        if let running { throw .busy("the reconciliation of \(running.day) runs: wait for its end") }
        guard waiting.count < ReconciliationLimits.waitingRunCountMax else {
            throw .busy("the reconciliation of \(waiting[0].day) is about to run: wait for its end")
        }
        waiting.append(request)
        signal.raise()
        return standing(request.day)
            ?? ReconciliationStanding(day: request.day, state: .running, startedAtMillis: request.startedAtMillis)
    }

    private func standing(_ day: BeijingDay) -> ReconciliationStanding? {
        let last = failures[day] ?? heads[day]?.standing
        guard let request = running?.day == day ? running : waiting.first(where: { $0.day == day }) else {
            return last
        }
        return ReconciliationStanding(
            day: day, state: .running, startedAtMillis: request.startedAtMillis, hasReport: last?.hasReport ?? false,
            classes: last?.classes ?? ClassTallies(), isClean: last?.isClean ?? false)
    }

    private func check(_ day: BeijingDay) throws(ReconciliationDeskError) {
        let today = BeijingDay(containingMillis: nowMillis)
        guard day < today else {
            throw .invalid("\(day) is not over yet in Beijing: the bill of a day is made on the day after")
        }
        guard day >= today.adding(days: -ReconciliationLimits.reportDayCountMax) else {
            throw .invalid("\(day) is too long ago: orders are kept \(ReconciliationLimits.reportDayCountMax) days")
        }
    }

    private func checkFree() throws(ReconciliationDeskError) {
        if let running { throw .busy("the reconciliation of \(running.day) runs: wait for its end") }
    }
}
