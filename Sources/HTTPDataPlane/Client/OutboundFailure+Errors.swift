internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

extension OutboundFailure {
    /// The failure for an error while connecting or on an open connection.
    init(connectionError error: any Error) {
        switch error {
        case let error as IOError: self.init(errnoCode: error.errnoCode)
        case let error as HTTPParserError: self = .protocolError(ProtocolFault(error))
        case is ChannelError: self = .reset
        case is NIOSSLError: self = .reset
        default: self = .protocolError(.malformedAnswer)
        }
    }

    /// The failure for an error number of `connect`, `read` or `write`.
    init(errnoCode: CInt) {
        switch errnoCode {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timeoutConnect
        case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EACCES, EPERM: self = .unreachable
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EAFNOSUPPORT: self = .senderError(.noResources)
        default: self = .reset
        }
    }

    /// The failure for an error during the TLS handshake.
    ///
    /// The library reports every certificate fault but the name as one; `notValidAfter` of the certificate the peer showed
    /// tells an expired one apart.
    init(handshakeError error: any Error, certificateHasExpired: Bool) {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: self = .tlsName
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate:
            self = certificateHasExpired ? .tlsExpired : .tlsUntrusted
        case NIOSSLError.handshakeFailed(let cause) where "\(cause)".contains("CERTIFICATE_VERIFY_FAILED"):
            self = certificateHasExpired ? .tlsExpired : .tlsUntrusted
        case let error as IOError: self.init(errnoCode: error.errnoCode)
        default: self = .tlsProtocol
        }
    }

    /// True when another address of the same name may do better.
    var isWorthAnotherAddress: Bool {
        switch self {
        case .refused, .unreachable, .reset: true
        default: false
        }
    }
}

extension OutboundFailure.ProtocolFault {
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self = .headTooLarge
        case .unexpectedContentLength, .invalidContentLength: self = .framingConflict
        case .invalidEOFState: self = .truncated
        default: self = .malformedAnswer
        }
    }
}
