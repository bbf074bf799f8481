internal import BenchmarkSupport
internal import Glibc

/// Requests per second of the queue API over HTTP, beside what bounds them in the same run: the bare data plane, and the store without HTTP.
@main
struct APIBench {
    static func main() async {
        do {
            let options = try APIOptions(Array(CommandLine.arguments.dropFirst()))
            guard !options.wantsHelp else { return print(APIOptions.help) }
            let scratch = try ScratchFolder(below: options.folder, name: "tillwire-api-bench")
            let world = try await APIWorld(path: scratch.path + "/store")
            print(
                "\(options.connectionCount) keep-alive connections on one thread beside the server, bodies of \(OrderCorpus.bodyByteCount) bytes, "
                    + "\(options.passes) passes of \(options.seconds) s; medians of the passes\n")
            let works = APIWork.allCases.filter { options.only.isEmpty || $0.title.contains(options.only) }
            var results: [APIWork: [LoadRun.Result]] = [:]
            for pass in 0..<options.passes {
                // Every second pass backwards, so that nobody always runs behind the same neighbour.
                for work in pass % 2 == 0 ? works : works.reversed() {
                    results[work, default: []].append(try await world.run(work, pass: pass, options))
                }
            }
            await world.close()
            print(APITable(results).text())
        } catch {
            print("api-bench: \(error)")
            exit(1)
        }
    }
}
