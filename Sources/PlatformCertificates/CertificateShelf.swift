internal import AccessControl

/// A certificate that came from the platform.
struct FetchedCertificate: Sendable, Equatable {
    let certificate: PlatformCertificate
    /// Whether the last list named it.
    var isListed: Bool
}

/// The fetched certificates: what the platform's list adds and what time takes away. Pure.
struct CertificateShelf: Equatable {
    /// By their ends, the latest first.
    private(set) var certificates: [FetchedCertificate]

    init(_ certificates: [FetchedCertificate] = []) {
        self.certificates = certificates
        sort()
    }

    /// The serials of all of them.
    var serials: [String] { certificates.map(\.certificate.serial) }

    /// Takes a list that is believed: what is listed is kept even past its end, what is not listed any more stays until its end; what is past its end
    /// already is not taken anew.
    ///
    /// - Returns: the serials that were not held before.
    mutating func take(_ answer: [PlatformCertificate], nowSeconds: Int64, countMax: Int) -> [String] {
        let known = Set(certificates.map(\.certificate.serial))
        var seen: Set<String> = []
        let list = answer.filter { certificate in
            (known.contains(certificate.serial) || certificate.notAfterSeconds >= nowSeconds)
                && seen.insert(certificate.serial).inserted
        }
        let listed = Set(list.map(\.serial))
        certificates = certificates.filter { !listed.contains($0.certificate.serial) }.map {
            FetchedCertificate(certificate: $0.certificate, isListed: false)
        }
        certificates += list.map { FetchedCertificate(certificate: $0, isListed: true) }
        dropExpired(nowSeconds: nowSeconds)
        bound(countMax: countMax)
        let held = Set(certificates.map(\.certificate.serial))
        return list.map(\.serial).filter { !known.contains($0) && held.contains($0) }
    }

    /// Drops what is past its end and not listed.
    ///
    /// - Returns: the serials dropped.
    @discardableResult
    mutating func dropExpired(nowSeconds: Int64) -> [String] {
        let dropped = certificates.filter { !$0.isListed && $0.certificate.notAfterSeconds < nowSeconds }
        certificates.removeAll { !$0.isListed && $0.certificate.notAfterSeconds < nowSeconds }
        return dropped.map(\.certificate.serial)
    }

    /// Keeps at most so many: listed ones first, then by their ends.
    mutating func bound(countMax: Int) {
        sort()
        guard certificates.count > countMax else { return }
        let ranked = certificates.filter(\.isListed) + certificates.filter { !$0.isListed }
        certificates = Array(ranked.prefix(max(countMax, 0)))
        sort()
    }

    private mutating func sort() {
        certificates.sort { left, right in
            (left.certificate.notAfterSeconds, left.certificate.serial)
                > (right.certificate.notAfterSeconds, right.certificate.serial)
        }
    }
}
