internal import AccessControl
internal import PaymentNotice

/// What judges notices; replaced as a whole when merchant numbers or the v2 key change; the keys of v3 change inside their keyring.
struct NoticeVerifiers: Sendable {
    var v3: NoticeVerifier<PlatformKeyring>
    var v2: NoticeV2Verifier<APIv2Key>?
    /// Which of them these are, counted from 0: what earlier ones accepted is not known to later ones.
    var epoch: UInt64 = 0
}
