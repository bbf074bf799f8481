// Coverage-guided fuzzing of the readers that meet bytes of strangers, by libFuzzer: `make fuzz`. Built only with TILLWIRE_FUZZ=1 and
// the flags the Makefile gives: the driver is the toolchain's, linked without its own main.
import Glibc

typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_extern(c, "LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, _ one: OneInput
) -> CInt

// The first argument names the reader; libFuzzer sees the rest.
guard CommandLine.argc > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    print("usage: notice-fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [libFuzzer's options]")
    exit(2)
}
FuzzTarget.chosen = target
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
arguments[0] = CommandLine.unsafeArgv[0]
exit(
    runFuzzer(&count, &arguments) { bytes, byteCount in
        FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: byteCount)))
        return 0
    })
