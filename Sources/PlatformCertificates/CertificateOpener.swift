internal import AccessControl
internal import PaymentNotice
internal import WeChatPayAPI

/// Decides what of a list of certificates is believed. Pure.
///
/// An answer whose signature held by a key we had is believed; of it, each certificate that opens and is what it should be is taken. Without such a
/// key — at the very first fetch, or where the platform already signs with a new certificate only — the APIv3 key decides: AES-GCM shows that the
/// certificates were sealed by somebody who has it, which is the platform alone, as the official libraries rely on too. Then the whole list must
/// open, and the answer itself must hold by one of its certificates.
enum CertificateOpener {
    /// What was found.
    struct Opened {
        var certificates: [PlatformCertificate] = []
        /// What was passed over of a signed list.
        var faults: [CertificateListError] = []
    }

    static func open(
        _ list: CertificateList, apiV3Key: PlatformKeys, sources: PlatformKeySources
    ) throws(CertificateListError) -> Opened {
        var opened = Opened()
        for sealed in list.certificates {
            do throws(CertificateListError) {
                opened.certificates.append(try certificate(sealed, apiV3Key: apiV3Key))
            } catch {
                guard list.unchecked == nil else { throw error }
                opened.faults.append(error)
            }
        }
        // A platform in public-key mode may list none.
        guard let unchecked = list.unchecked else { return opened }
        guard !opened.certificates.isEmpty else { throw .empty }
        let own = PlatformKeySources(certificates: distinct(opened.certificates), apiV3Key: sources.apiV3Key)
        let keys: PlatformKeys
        do throws(PlatformKeysError) { keys = try own.keys() } catch { throw .unusable(error) }
        if case .refused(let reason) = unchecked.check(by: keys) { throw .untrusted(reason) }
        return opened
    }

    private static func certificate(
        _ sealed: SealedCertificate, apiV3Key: PlatformKeys
    ) throws(CertificateListError) -> PlatformCertificate {
        let plaintext = apiV3Key.open(
            nonce: Array(sealed.nonce.utf8), associatedData: Array(sealed.associatedData.utf8),
            ciphertext: sealed.ciphertext)
        let shown = String(sealed.serial.prefix(40))
        guard let plaintext else { throw .notOpened(serial: shown) }
        guard let pem = String(validating: plaintext, as: UTF8.self) else {
            throw .unusable(.notACertificate(serial: shown))
        }
        let certificate: PlatformCertificate
        do throws(PlatformKeysError) {
            certificate = try PlatformCertificate(pem: pem, saidToBe: shown)
        } catch {
            throw .unusable(error)
        }
        guard certificate.serial == sealed.serial else {
            throw .serialMismatch(said: shown, found: certificate.serial)
        }
        return certificate
    }

    /// At most as many as keys can hold, each serial once.
    private static func distinct(_ certificates: [PlatformCertificate]) -> [PlatformKeys.CertificateSource] {
        var seen: Set<String> = []
        return Array(
            certificates.map(\.source).filter { seen.insert($0.serial).inserted }.prefix(
                AccessLimits.platformKeyCountMax))
    }
}
