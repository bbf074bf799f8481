internal import BenchmarkSupport
internal import Glibc

/// One pass over all rows and parts, on new stores.
struct NoticePass: Sendable {
    /// A measured row.
    enum Row: CaseIterable, Hashable {
        case bare, v3, v3Repeats, v2, v2Repeats

        var title: String {
            switch self {
            case .bare: "limit: bare data plane, the same bytes answered at once"
            case .v3: "notices, API v3"
            case .v3Repeats: "the same again, API v3"
            case .v2: "notices, API v2, MD5 and HMAC-SHA256"
            case .v2Repeats: "the same again, API v2"
            }
        }
    }

    /// What was measured over HTTP.
    private(set) var rows: [Row: LoadResult] = [:]
    /// Processor time of one RSA verification and one AES-GCM.
    private(set) var cryptoMicros = 0.0
    /// Processor time of the whole verdict on one notice.
    private(set) var verdictMicros = 0.0
    /// Processor time of one put in a group of the size that the notices' commits had, by as many callers.
    private(set) var putMicros = 0.0
    /// The same where one caller brings the whole group: what handing over together saves.
    private(set) var batchedPutMicros = 0.0

    /// Notices a second that the parts let expect on the cores the load generator leaves; nil where a part is missing.
    var predicted: Double? {
        predicted(put: putMicros) { Double(Processor.coreCount) - $0.generatorCores }
    }

    /// The same with the put of a caller that brings the whole group.
    var predictedOfBatches: Double? {
        predicted(put: batchedPutMicros) { Double(Processor.coreCount) - $0.generatorCores }
    }

    /// As predicted, on the cores that everything else on the machine leaves too.
    var predictedBesideOthers: Double? {
        predicted(put: putMicros) { Double(Processor.coreCount) - $0.generatorCores - $0.othersCores }
    }

    private func predicted(put: Double, _ cores: (Processor.Use) -> Double) -> Double? {
        guard let bare = rows[.bare], let notices = rows[.v3] else { return nil }
        return cores(notices.use) * 1e6 / (bare.serverMicros + cryptoMicros + put)
    }

    @concurrent
    static func run(_ corpus: NoticeCorpus, _ options: NoticeOptions, handOver: Int) async throws -> NoticePass {
        let scratch = try ScratchFolder(below: options.folder, name: "tillwire-notice-bench")
        var pass = NoticePass()
        func wants(_ row: Row) -> Bool { options.only.isEmpty || row.title.contains(options.only) }
        let world = try await NoticeWorld(path: scratch.path + "/v3", corpus, handOver: handOver)
        if wants(.bare) { pass.rows[.bare] = try await world.bare(corpus.requestsV3, options) }
        if wants(.v3) || wants(.v3Repeats) {
            pass.rows[.v3] = try await world.notices(corpus.requestsV3, options, expecting: .v3)
        }
        if wants(.v3Repeats) {
            pass.rows[.v3Repeats] = try await world.notices(
                corpus.requestsV3, options, expecting: .v3, areRepeats: true)
            try await world.settle(repeatCount: 1, corpus)
        }
        await world.close()
        if wants(.v2) || wants(.v2Repeats) {
            let world = try await NoticeWorld(path: scratch.path + "/v2", corpus, handOver: handOver)
            pass.rows[.v2] = try await world.notices(corpus.requestsV2, options, expecting: .v2)
            if wants(.v2Repeats) {
                pass.rows[.v2Repeats] = try await world.notices(
                    corpus.requestsV2, options, expecting: .v2, areRepeats: true)
                try await world.settle(repeatCount: 1, corpus)
            }
            await world.close()
        }
        // The parts are for the prediction, which needs both rows.
        guard let notices = pass.rows[.v3], pass.rows[.bare] != nil else { return pass }
        pass.cryptoMicros = try PartsAlone.cryptoMicros(corpus)
        pass.verdictMicros = try PartsAlone.verdictMicros(corpus, nowSeconds: Int64(time(nil)))
        let groupSize = max(1, Int(notices.noticesPerCommit.rounded()))
        pass.putMicros = try await PartsAlone.putMicros(
            corpus, path: scratch.path + "/put", callerCount: groupSize, countEach: 1)
        pass.batchedPutMicros = try await PartsAlone.putMicros(
            corpus, path: scratch.path + "/puts", callerCount: 1, countEach: groupSize)
        return pass
    }

    /// The pass in one line.
    var line: String {
        let rates = Row.allCases.compactMap { row in
            rows[row].map {
                "\(row) \(Int($0.rate))/s \(Int($0.serverMicros)) us \(FigureText.fixed($0.use.othersCores)) others"
            }
        }
        return
            (rates + [
                "crypto \(Int(cryptoMicros)) us", "verdict \(Int(verdictMicros)) us",
                "put \(Int(putMicros)) us, batched \(Int(batchedPutMicros)) us",
            ]).joined(separator: ", ")
    }
}
