internal import AccessControl
internal import Logging
internal import MessageModel
internal import ServiceLifecycle

/// Follows the key file of the queue API: looks at it once a second of the daemon's clock, puts changed keys in force and raises an alarm
/// where the file is bad. A stop in between loses nothing.
struct KeyFileWatch: Service {
    let keys: APIKeyFileFollower
    let time: any TimeSource
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let millis =
                    time.realMilliseconds(for: DaemonLimits.keyFileLookMillis) ?? DaemonLimits.keyFileLookMillis
                try? await Task.sleep(for: .milliseconds(millis))
                look()
            }
        }
    }

    private func look() {
        switch keys.look() {
        case .same: break
        case .replaced(let count, let enabledCount):
            logger.notice("API keys are in force", metadata: ["keys": "\(count)", "enabled": "\(enabledCount)"])
        case .bad(let error):
            logger.error(
                "the key file cannot be used: the keys before stay in force",
                metadata: ["path": "\(keys.path)", "reason": "\(error)"])
        }
    }
}
