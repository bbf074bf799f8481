internal import AccessControl
internal import Engine
internal import Logging
internal import MessageModel
internal import NoticeIngest
internal import ServiceLifecycle
internal import Settings

/// Follows the file of the API v2 key: looks at it once a second of the daemon's clock and puts a changed key in force; a bad file is told once for each of its
/// states, and the key before stays. A key from the environment does not change. A stop in between loses nothing.
struct V2KeyWatch<E: Engine>: Service {
    let path: String
    let settings: WeChatSettings
    let ingest: NoticeIngest<E>
    let time: any TimeSource
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Not the state of now: the file was read before, and a change in between must be found.
            var identity: FileIdentity?
            while !Task.isCancelled {
                let millis =
                    time.realMilliseconds(for: DaemonLimits.keyFileLookMillis) ?? DaemonLimits.keyFileLookMillis
                try? await Task.sleep(for: .milliseconds(millis))
                let found = APIKeyFile.identity(path: path)
                guard found != identity else { continue }
                let isFirst = identity == nil
                identity = found
                take(isFirst: isFirst)
            }
        }
    }

    private func take(isFirst: Bool) {
        do throws(DaemonError) {
            guard let verifier = try DaemonKeys.verifierV2(settings) else { return }
            ingest.replace(v2: verifier)
            if !isFirst { logger.notice("the API v2 key was read anew", metadata: ["path": "\(path)"]) }
        } catch {
            logger.error(
                "the file of the API v2 key cannot be used: the key before stays in force",
                metadata: ["reason": "\(error)"])
        }
    }
}
