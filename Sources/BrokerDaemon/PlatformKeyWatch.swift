internal import AccessControl
internal import Engine
internal import Logging
internal import MessageModel
internal import PlatformCertificates
internal import ServiceLifecycle

/// Follows the files of the platform's keys: looks at them once a second of the daemon's clock, puts changed keys in force and raises an alarm where
/// a file is bad. A stop in between loses nothing.
struct PlatformKeyWatch<E: Engine>: Service {
    let follower: PlatformKeyFollower
    let certificates: PlatformCertificates<E>
    let time: any TimeSource
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let millis =
                    time.realMilliseconds(for: DaemonLimits.keyFileLookMillis) ?? DaemonLimits.keyFileLookMillis
                try? await Task.sleep(for: .milliseconds(millis))
                await look()
            }
        }
    }

    private func look() async {
        switch follower.look() {
        case .same: await certificates.note(fileFault: follower.fault?.description)
        case .replaced(let sources):
            await certificates.replace(sources: sources)
            logger.notice(
                "keys of WeChat Pay from files are in force",
                metadata: [
                    "certificates": "\(sources.certificates.count)", "public_keys": "\(sources.publicKeys.count)",
                ])
        case .bad(let error):
            await certificates.note(fileFault: error.description)
            logger.error(
                "a key file of WeChat Pay cannot be used: the keys before stay in force",
                metadata: ["reason": "\(error)"])
        }
    }
}
