internal import AccessControl
internal import BoundedJSON
internal import Engine
internal import MessageModel

/// How fetched certificates lie in the state rows of consumer 10: one JSON text, cut into rows.
///
/// Key: the part's number, one byte. Value: format version 1, the number of parts, the part's bytes. All parts change in one transaction. A version
/// that is not known is passed over: the certificates can be fetched again.
enum CertificateRows {
    static let space = RowSpace.state(ConsumerID(rawValue: 10))
    private static let version: UInt8 = 1

    /// The changes that store the certificates over what `oldPartCount` rows hold; nil where they do not fit.
    static func changes(_ certificates: [FetchedCertificate], over oldPartCount: Int) -> [RowChange]? {
        let bytes = encode(certificates)
        let size = PlatformCertificatesLimits.rowPartByteCountMax
        let count = (bytes.count + size - 1) / size
        guard count <= PlatformCertificatesLimits.rowCountMax else { return nil }
        var changes = (0..<count).map { part in
            let piece = bytes[(part * size)..<min((part + 1) * size, bytes.count)]
            return RowChange(space: space, key: key(part), value: Bytes([version, UInt8(count)] + piece))
        }
        for part in count..<max(count, oldPartCount) {
            changes.append(RowChange(space: space, key: key(part), value: nil))
        }
        return changes
    }

    /// The certificates of rows in key order; nil where they are not of a known form.
    static func certificates(_ rows: [Row]) -> [FetchedCertificate]? {
        guard !rows.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for (index, row) in rows.enumerated() {
            let value = Array(row.value.slice)
            guard Array(row.key.slice) == [UInt8(clamping: index)], value.count > 2, value[0] == version,
                Int(value[1]) == rows.count
            else { return nil }
            bytes += value[2...]
        }
        guard let list = try? JSONValue.parse(bytes)["certificates"]?.array else { return nil }
        var certificates: [FetchedCertificate] = []
        for entry in list {
            guard let serial = entry["serial"]?.string, let pem = entry["pem"]?.string,
                let isListed = entry["listed"]?.bool,
                let certificate = try? PlatformCertificate(pem: pem, saidToBe: serial), certificate.serial == serial
            else { return nil }
            certificates.append(FetchedCertificate(certificate: certificate, isListed: isListed))
        }
        return certificates
    }

    private static func key(_ part: Int) -> Bytes { Bytes([UInt8(part)]) }

    private static func encode(_ certificates: [FetchedCertificate]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("certificates")
        writer.beginArray()
        for fetched in certificates {
            writer.beginObject()
            writer.member("serial", fetched.certificate.serial)
            writer.member("pem", fetched.certificate.pem)
            writer.member("listed", fetched.isListed)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
