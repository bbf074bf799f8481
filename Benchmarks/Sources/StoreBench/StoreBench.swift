internal import BenchmarkSupport
internal import Deflate
internal import Glibc

/// Measures the embedded store beside the disk's limits and other queues: the same bytes, the same disk, the same minutes.
@main
struct StoreBench {
    private let options: BenchOptions
    private let source: OrderCorpus
    private let corpus: Corpus
    private let folder: ScratchFolder

    /// What the depth rows are chosen by.
    private static let depthName = "depth"

    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == DepthProbe.option {
                return try await DepthProbe.main(Array(arguments.dropFirst()))
            }
            let options = try BenchOptions(arguments)
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
        let names = Row.all.map(\.name) + [Self.depthName]
        let chosen = options.chosen(names)
        guard !chosen.isEmpty else {
            throw OptionError(description: "--only names no row; there are \(names.joined(separator: ", "))")
        }
        try printParameters()
        let rows = Row.all.filter { chosen.contains($0.name) }
        let runner = PassRunner(rows, options, corpus, folder)
        let results = try await passes(runner)
        var table = SpeedTable()
        for row in rows { table.add(row, results) }
        if chosen.contains(Self.depthName) {
            let depth = try await DepthRun(options: options, corpus: corpus, folder: folder).measure()
            for line in depth.lines(depth: options.depth) { table.add(line) }
        }
        print("\n" + ContestantTable.text(runner.contestants, results) + "\n")
        guard !options.isSmoke else {
            return print("smoke: all counts of \(names.count) rows add up; the figures above mean nothing")
        }
        print(table.text() + "\n\n" + table.summary())
    }

    private func passes(_ runner: PassRunner) async throws -> [Contestant: [Measurement]] {
        guard !runner.contestants.isEmpty else { return [:] }
        var results: [Contestant: [Measurement]] = [:]
        let passCount = options.isSmoke ? 1 : options.passCount
        for number in 1...passCount {
            for (contestant, measurement) in try await runner.pass(number) {
                results[contestant, default: []].append(measurement)
            }
            if passCount > 1 { print("pass \(number) of \(passCount) done") }
            // All streams: what was printed shows while the next pass runs, also through a pipe.
            fflush(nil)
        }
        return results
    }

    private func printParameters() throws {
        let filesystem = MountedFilesystem(of: folder.path).map { "\($0)" } ?? "unknown filesystem"
        print("folder \(folder.path): \(filesystem)")
        let single = try ratio(count: 1, samples: 256)
        let block = try ratio(count: 64, samples: 32)
        print(
            "corpus: \(source.bodies.count) bodies of \(OrderCorpus.bodyByteCount) bytes, seed \(source.seed), deflated to "
                + "\(FigureText.fixed(single, 2)) singly, \(FigureText.fixed(block, 2)) in blocks of 64")
        print(Peers(options).description)
        if !options.isSmoke {
            print("\(options.passCount) passes, \(options.seconds) s a run; medians of the passes\n")
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
