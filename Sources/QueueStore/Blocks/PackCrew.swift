internal import Deflate
internal import Glibc
internal import MessageModel

/// One block's messages on their way through a packer.
///
/// Made by the writer; whoever takes it from the crew's list writes `outcome`, once; the writer reads it after ``PackCrew/finish()``.
final class PackJob: @unchecked Sendable {
    let items: ArraySlice<SendItem>
    /// What small blocks of the source are deflated with; nil where it has none.
    let dictionary: BlockDictionary?
    fileprivate(set) var outcome: Result<PackedBlock, DeflateError>?

    init(_ items: ArraySlice<SendItem>, dictionary: BlockDictionary? = nil) {
        self.items = items
        self.dictionary = dictionary
    }

    fileprivate func run(_ packer: BlockPacker) {
        outcome = Result { () throws(DeflateError) in try packer.pack(items, dictionary: dictionary) }
    }
}

/// Deflates the blocks of a group beside the writer: it starts the packing, goes on with the group's other rows, then packs what is left itself.
///
/// A group's duplicates and refusals are known before anything is packed, so no block is ever packed in vain. Used by whoever writes; the
/// helpers' threads see nothing but the list of jobs.
final class PackCrew {
    private struct State {
        var jobs: [PackJob] = []
        var next = 0
        /// Jobs that somebody took and has not finished.
        var openCount = 0
        var isStopping = false

        mutating func take() -> PackJob? {
            guard next < jobs.count else { return nil }
            defer { next += 1 }
            openCount += 1
            return jobs[next]
        }
    }

    private enum Work {
        case pack(PackJob)
        case stop
    }

    /// Helpers at most, however many processors there are.
    private static let helperCountMax = 3

    var cutter = BlockCutter()
    private let packer: BlockPacker
    private let signal = Signal(State())
    private let helpers: [StoreThread]

    /// Threads that pack at once, the writer's included.
    var packerCount: Int { helpers.count + 1 }

    init() throws(DeflateError) {
        packer = try BlockPacker()
        var helpers: [StoreThread] = []
        let processorCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        for _ in 0..<max(0, min(Self.helperCountMax, processorCount - 1)) {
            let box = PackerBox(packer: try BlockPacker())
            // Without a helper the writer packs alone.
            guard let thread = try? StoreThread({ [signal] in Self.help(box.packer, signal) }) else { break }
            helpers.append(thread)
        }
        self.helpers = helpers
    }

    private struct PackerBox: @unchecked Sendable {
        /// Handed to its helper's thread before that starts; touched by nobody else.
        let packer: BlockPacker
    }

    /// Has the helpers begin; nothing of an earlier start is left running. One small block alone is left to the writer: waking a helper takes as long
    /// as packing a few messages.
    func start(_ jobs: [PackJob]) {
        drop()
        guard !jobs.isEmpty else { return }
        signal.update(wakingAll: helpers.count > 1) { state in
            state.jobs = jobs
            state.next = 0
            return !helpers.isEmpty && (jobs.count > 1 || jobs[0].items.count > Limits.blockSplitMessageCountMin)
        }
    }

    /// Packs what no helper has taken, then waits for the helpers.
    func finish() {
        while let job = signal.read({ $0.take() }) {
            job.run(packer)
            signal.read { $0.openCount -= 1 }
        }
        drop()
    }

    /// Forgets the jobs that nobody took, and waits for those that somebody did: their group is not going to be.
    func drop() {
        signal.read { $0.next = $0.jobs.count }
        waitForHelpers()
        signal.read { state in
            state.jobs = []
            state.next = 0
        }
    }

    /// Ends the helpers' threads.
    func stop() {
        signal.update(wakingAll: true) { state in
            state.isStopping = true
            return true
        }
        for helper in helpers { helper.join() }
    }

    private func waitForHelpers() {
        signal.wait(sleep: { _ in nil }, take: { state in state.openCount == 0 ? () : nil })
    }

    private static func help(_ packer: BlockPacker, _ signal: Signal<State>) {
        while true {
            let work = signal.wait(
                sleep: { _ in nil },
                take: { state -> Work? in state.isStopping ? .stop : state.take().map { .pack($0) } })
            guard case .pack(let job) = work else { return }
            job.run(packer)
            signal.update(wakingAll: true) { state in
                state.openCount -= 1
                return state.openCount == 0
            }
        }
    }
}
