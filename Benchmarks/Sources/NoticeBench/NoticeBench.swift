internal import BenchmarkSupport
internal import Glibc

/// Notices accepted per second from the socket to the disk and back, beside the rate that the parts let expect in the same run: a bare answer of the
/// data plane, one RSA verification with one AES-GCM, one group-committed put, on the cores that the load generator leaves.
@main
struct NoticeBench {
    static func main() async {
        do {
            let options = try NoticeOptions(Array(CommandLine.arguments.dropFirst()))
            guard !options.wantsHelp else { return print(NoticeOptions.help) }
            let corpus = try await NoticeCorpus(count: options.noticeCount)
            print(
                "\(options.connectionCount) keep-alive connections on one thread, \(options.noticeCount) notices of \(corpus.bodyByteCount) bytes a run, "
                    + "half signed by the certificate's key, half by the public key; \(options.passCount) passes, medians\n"
            )
            var passes: [NoticePass] = []
            for number in 0..<options.passCount {
                let pass = try await NoticePass.run(
                    corpus, options, handOver: options.handOvers[number % options.handOvers.count])
                if options.isVerbose {
                    print(
                        "pass \(number + 1), \(options.handOvers[number % options.handOvers.count]) together: \(pass.line)"
                    )
                }
                passes.append(pass)
            }
            print(NoticeTable(passes, connectionCount: options.connectionCount).text())
        } catch {
            print("notice-bench: \(error)")
            exit(1)
        }
    }
}

/// What went wrong.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
