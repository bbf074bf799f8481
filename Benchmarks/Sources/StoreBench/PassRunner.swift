internal import BenchmarkSupport

/// Runs contestants, each in a folder of its own, pass after pass.
struct PassRunner {
    let options: BenchOptions
    let corpus: Corpus
    let folder: ScratchFolder
    /// All that run, those that are compared next to one another.
    let contestants: [Contestant]

    /// The contestants of `rows` that are wanted and installed.
    init(_ rows: [Row], _ options: BenchOptions, _ corpus: Corpus, _ folder: ScratchFolder) {
        self.options = options
        self.corpus = corpus
        self.folder = folder
        let present = Peers(options)
        var seen: Set<Contestant> = []
        contestants = rows.flatMap(\.contestants).filter { contestant in
            let isWanted =
                switch contestant {
                case .store: true
                case .limit: options.runsLimits
                case .redis: present.hasRedis
                case .nats: present.hasNATS
                }
            return isWanted && seen.insert(contestant).inserted
        }
    }

    /// One pass. Every second one goes backwards, so that nobody always has the same neighbour before it.
    func pass(_ number: Int) async throws -> [Contestant: Measurement] {
        var results: [Contestant: Measurement] = [:]
        for contestant in number % 2 == 1 ? contestants : contestants.reversed() {
            if !options.isSmoke { IdleWait.wait() }
            let measurement = try await measure(contestant)
            guard measurement.messageCount > 0 else {
                throw WrongCount(description: "\(contestant.title): nothing was done")
            }
            results[contestant] = measurement
        }
        return results
    }

    private func measure(_ contestant: Contestant) async throws -> Measurement {
        let path = try folder.makeFolder("run")
        defer { ScratchFolder.remove(path) }
        return switch contestant {
        case .store(let work):
            try await StoreRun(options: options, corpus: corpus, path: path).measure(work)
        case .limit(let limit): try LimitRun(options: options, corpus: corpus, path: path).measure(limit)
        case .redis(let work): try RedisRun(options: options, corpus: corpus, path: path).measure(work)
        case .nats: try NATSRun(options: options, corpus: corpus, path: path).measure()
        }
    }
}

/// Which peers this program finds on the machine.
struct Peers {
    let hasRedis: Bool
    let hasNATS: Bool
    /// For people.
    let description: String

    init(_ options: BenchOptions) {
        hasRedis = options.runsPeers && ChildProcess.isOnPath(RedisServer.program)
        hasNATS = options.runsPeers && ChildProcess.isOnPath(NATSRun.program)
        func word(_ name: String, _ isThere: Bool) -> String {
            isThere ? "\(name) runs" : options.runsPeers ? "\(name) is not installed" : "\(name) is not wanted"
        }
        description =
            "peers: \(word("Redis", hasRedis)), \(word("NATS", hasNATS)), RabbitMQ has no client here; rows are judged by what ran"
    }
}
