public import AccessControl
internal import Engine
internal import Logging

extension PlatformCertificates {
    /// What an operator is shown.
    public var report: PlatformKeysReport {
        var shown = fetching
        shown?.nextSeconds = Int64(schedule.dueMillis / 1_000)
        return PlatformKeysReport(
            keys: keys, unknownSerialCount: keyring.unknownSerialCount, changeCount: changeCount,
            fileFault: fileFault, fetching: shown)
    }

    private var keys: [PlatformKeysReport.Key] {
        let uses = keyring.uses
        let fetched = Dictionary(
            shelf.certificates.map { ($0.certificate.serial, $0.certificate) }, uniquingKeysWith: { first, _ in first })
        let files = Set(sources.certificates.map(\.serial))
        let all = sources.certificates.compactMap { try? PlatformCertificate(pem: $0.pem, saidToBe: $0.serial) }
        let certificates = all + shelf.certificates.map(\.certificate).filter { !files.contains($0.serial) }
        return certificates.map { certificate in
            let name = certificate.serial
            return PlatformKeysReport.Key(
                name: name, isCertificate: true,
                source: !files.contains(name) ? .platform : fetched[name] == nil ? .file : .fileAndPlatform,
                notBeforeSeconds: certificate.notBeforeSeconds, notAfterSeconds: certificate.notAfterSeconds,
                use: uses[name] ?? .init())
        }
            + sources.publicKeys.map { key in
                PlatformKeysReport.Key(
                    name: key.id, isCertificate: false, source: .file, use: uses[key.id] ?? .init())
            }
    }

    /// Tells why a list was not had or not believed.
    func tell(_ error: CertificateListError) {
        let metadata: Logger.Metadata = ["reason": "\(error)", "next": "\(schedule.dueMillis / 1_000)"]
        if keyring.keys?.names.isEmpty ?? true {
            logger.critical(
                "no platform certificate could be fetched and none is held: notices are answered with an error",
                metadata: metadata)
        } else if case .call = error {
            logger.warning("platform certificates could not be fetched", metadata: metadata)
        } else {
            logger.critical("the platform's list of certificates is not believed", metadata: metadata)
        }
    }

    /// Tells of keys that end.
    func raiseAlarms() {
        for alarm in alarms.due(report, nowSeconds: nowSeconds) {
            logger.critical(
                alarm.isLast
                    ? "the last key of the platform ends: no notice can be checked afterwards"
                    : "a platform certificate ends",
                metadata: ["serial": "\(alarm.serial)", "seconds_left": "\(alarm.secondsLeft)"])
        }
    }
}
