internal import BenchmarkSupport
internal import Deflate
internal import Glibc

/// Measures the embedded store beside raw LMDB: the same bytes, the same disk, the same minutes.
@main
struct StoreBench {
    private let options: BenchOptions
    private let source: OrderCorpus
    private let corpus: Corpus
    private let folder: ScratchFolder

    static func main() async {
        do {
            let options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
            guard !options.wantsHelp else { return print(BenchOptions.help) }
            try await StoreBench(options).run()
        } catch {
            print("store-bench: \(error)")
            exit(1)
        }
    }

    private init(_ options: BenchOptions) throws {
        self.options = options
        source = OrderCorpus(count: BenchLimits.corpusBodyCount, seed: BenchLimits.corpusSeed)
        corpus = Corpus(source)
        folder = try ScratchFolder(below: options.folder ?? ScratchFolder.parentDefault, name: "tillwire-store-bench")
    }

    private func run() async throws {
        defer { folder.remove() }
        let cells = Cell.all.filter { options.wants($0.name) }
        guard !cells.isEmpty else {
            throw OptionError(
                description: "--only names no cell; there are \(Cell.all.map(\.name).joined(separator: ", "))")
        }
        try printParameters()
        let passCount = options.isSmoke ? 1 : options.passCount
        var pairs = [[Pair]](repeating: [], count: cells.count)
        for pass in 1...passCount {
            for (index, cell) in cells.enumerated() { pairs[index].append(try await measure(cell)) }
            if passCount > 1 { print("pass \(pass) of \(passCount) done") }
            // All streams: what was printed shows while the next pass runs, also through a pipe.
            fflush(nil)
        }
        print(ReportTable.header())
        for (cell, pairs) in zip(cells, pairs) { print(ReportTable.row(cell, pairs)) }
        if options.isSmoke { print("smoke: all counts of \(cells.count) cells add up; the figures above mean nothing") }
    }

    /// The store first, then raw LMDB with the group size that the store reached.
    private func measure(_ cell: Cell) async throws -> Pair {
        let ours = try await inFolder("store") { path in
            try await StoreRun(options: options, corpus: corpus, path: path).measure(cell.work)
        }
        guard ours.messageCount > 0 else { throw WrongCount(description: "\(cell.name): nothing was done") }
        guard options.runsRaw else { return Pair(ours: ours, raw: nil) }
        let groupCount = max(1, Int(ours.messagesPerCommit.rounded()))
        let raw = try await inFolder("raw") { path in
            try RawRun(options: options, corpus: corpus, path: path, groupCount: groupCount)
                .measure(cell.work, fillCount: ours.messageCount)
        }
        guard raw.messageCount > 0 else { throw WrongCount(description: "\(cell.name): raw LMDB did nothing") }
        return Pair(ours: ours, raw: raw)
    }

    private func inFolder(_ name: String, _ body: (String) async throws -> Measurement) async throws -> Measurement {
        let path = try folder.makeFolder(name)
        defer { ScratchFolder.remove(path) }
        return try await body(path)
    }

    private func printParameters() throws {
        let filesystem = MountedFilesystem(of: folder.path).map { "\($0)" } ?? "unknown filesystem"
        print("folder \(folder.path): \(filesystem)")
        let single = try ratio(count: 1, samples: 256)
        let block = try ratio(count: 64, samples: 32)
        print(
            "corpus: \(source.bodies.count) bodies of \(OrderCorpus.bodyByteCount) bytes, seed \(source.seed), deflated to "
                + "\(ReportTable.fixed(single, 2)) singly, \(ReportTable.fixed(block, 2)) in blocks of 64")
        if !options.isSmoke {
            print("\(options.passCount) passes, \(options.seconds) s a cell; medians of the passes\n")
        }
        #if DEBUG
            if !options.isSmoke { print("DEBUG BUILD: these figures mean nothing; build with -c release\n") }
        #endif
    }

    private func ratio(count: Int, samples: Int) throws -> Double {
        let deflater = try Deflater()
        var output: [UInt8] = []
        for sample in 0..<samples {
            _ = try deflater.deflate(source.joined(from: sample * count, count: count).span, appendingTo: &output)
        }
        return Double(output.count) / Double(samples * count * OrderCorpus.bodyByteCount)
    }
}
