internal import Engine
internal import LMDB
internal import MessageModel

/// Repairs a stopped store in rounds: look at everything, plan what can be done about the lowest stage, do it in bounded commits, look again. Rows
/// of one stage are the truth for the next, and the last look is the proof.
struct StoreRepair {
    let source: StoreSource
    let dropsDamaged: Bool
    /// The moment the repair began, for what has to lie in time.
    let now: Timestamp
    private var log: RepairLog
    private var actions: [String] = []
    private var actionCount = 0

    init(source: StoreSource, folder: String, dropsDamaged: Bool, now: Timestamp) {
        self.source = source
        self.dropsDamaged = dropsDamaged
        self.now = now
        log = RepairLog(folder: folder, at: now)
    }

    mutating func run() throws(BrokerError) -> RepairReport {
        var before: [StoreProblem] = []
        for _ in 0..<Limits.repairRoundCountMax {
            let (findings, _) = try Auditor(source: source, blocks: BlockReader()).examine()
            let open = findings.problems.filter { mayEnd($0, findings) }
            let stage = open.map(\.stage).min()
            let todo = open.filter { $0.stage == stage }
            // What the last round could not end will not end in this one.
            guard !todo.isEmpty, todo != before else { return report(findings) }
            before = todo
            try perform(try RepairPlanner(source: source, findings: findings, now: now).steps(for: todo))
        }
        let (findings, _) = try Auditor(source: source, blocks: BlockReader()).examine()
        return report(findings)
    }

    private func mayEnd(_ problem: StoreProblem, _ findings: AuditFindings) -> Bool {
        switch problem.remedy {
        case .rebuild: !(problem.dependsOnEveryRow && findings.lacksEntries)
        case .loss: dropsDamaged
        case .none: false
        }
    }

    private func report(_ findings: AuditFindings) -> RepairReport {
        RepairReport(
            actions: actions, actionCount: actionCount, logPath: log.isMade ? log.path : nil,
            verification: findings.report(comparedCounts: true))
    }

    private mutating func perform(_ steps: [RepairStep]) throws(BrokerError) {
        for start in stride(from: 0, to: steps.count, by: Limits.repairStepCountPerCommit) {
            try commit(steps[start..<min(start + Limits.repairStepCountPerCommit, steps.count)])
        }
    }

    private enum Fault: Error {
        case lmdb(LMDBError)
        case log(BrokerError)
    }

    /// Writes steps in one commit, after the log has them.
    private mutating func commit(_ steps: ArraySlice<RepairStep>) throws(BrokerError) {
        guard let opened = source.opened else { throw source.absence }
        var log = log
        do throws(WriteError<Fault>) {
            try opened.environment.write { (transaction) throws(Fault) in
                let lines: [String]
                do throws(LMDBError) { lines = try Self.write(steps, opened.tables, transaction) } catch {
                    throw .lmdb(error)
                }
                do throws(BrokerError) { try log.append(lines) } catch { throw .log(error) }
            }
        } catch {
            switch error {
            case .body(.log(let cause)): throw cause
            case .begin(let cause), .body(.lmdb(let cause)), .commit(let cause):
                throw .system(operation: "repairing: \(cause.operation)", code: cause.code.rawValue)
            }
        }
        self.log = log
        actionCount += steps.count
        actions += steps.prefix(max(0, Limits.problemTextCountMax - actions.count)).map(\.what)
    }

    private static func write(
        _ steps: ArraySlice<RepairStep>, _ tables: Tables, _ transaction: borrowing WriteTransaction
    ) throws(LMDBError) -> [String] {
        var lines: [String] = []
        for step in steps {
            lines.append(step.what)
            for change in step.changes {
                guard let table = tables.table(named: change.table) else { continue }
                if step.keepsOld, let old = try transaction.value(table, forKey: change.key.span) {
                    lines.append("  \(change.table) \(change.key.hexadecimal) was \(old.array.hexadecimal)")
                }
                if let value = change.value {
                    try transaction.put(table, key: change.key.span, value: value.span)
                } else {
                    try transaction.delete(table, key: change.key.span)
                }
            }
        }
        return lines
    }
}
